/**
 * The page's program. The address says what to show: `#/connections/<external ID>` one connection, anything else the
 * form. `#token=…` hands over the visitor's token.
 */
import { api, type Region, RejectedError, token } from "./api.js";
import { config } from "./config.js";
import { ConnectionView } from "./connection-view.js";
import { element, showView } from "./elements.js";
import { showError, showSignedOut } from "./message.js";
import { StartView } from "./start-view.js";

/** Keeps the connection of a visitor whose token expired, to continue with the next token. */
const RESUME = "onboarding-connection";
const CONNECTION = /^#\/connections\/([^&?]+)/;

let regions: Promise<readonly Region[]> | undefined;

/** Fetched once; after a failure, the next call tries again. */
function offeredRegions(): Promise<readonly Region[]> {
  regions ??= api.regions().catch((error: unknown) => {
    regions = undefined;
    throw error;
  });
  return regions;
}

const start = new StartView((connection) => {
  history.pushState(null, "", `#/connections/${connection.externalId}`);
  void offeredRegions().then((names) => connections.show(connection, names));
}, signOut);

const connections = new ConnectionView(handleError, startOver);

function startOver(): void {
  connections.close();
  start.clear();
  // The region may have filled up since.
  regions = undefined;
  history.pushState(null, "", location.pathname);
  void open();
}

function handleError(error: unknown): void {
  if (error instanceof RejectedError && error.status === 401) signOut();
  else showError(error, () => void open(), startOver);
}

/** The vendor's application leads back here without knowing which connection it was. */
function signOut(): void {
  const externalId = currentConnection();
  if (externalId) sessionStorage.setItem(RESUME, externalId);
  showSignedOut();
}

function currentConnection(): string | undefined {
  const [, externalId] = CONNECTION.exec(location.hash) ?? [];
  return externalId && decodeURIComponent(externalId);
}

/** Takes the token out of the address, where it could be seen and copied, and would stay in the history. */
function takeToken(): void {
  const [, value] = /[#&?]token=([^&]+)/.exec(location.hash) ?? [];
  if (!value) return;
  token.keep(decodeURIComponent(value));
  const externalId = currentConnection() ?? sessionStorage.getItem(RESUME);
  sessionStorage.removeItem(RESUME);
  history.replaceState(null, "", externalId ? `#/connections/${externalId}` : location.pathname);
}

/** Shows what the address says. */
async function open(): Promise<void> {
  takeToken();
  if (config.auth === "jwt" && token.read() === null) return signOut();
  const externalId = currentConnection();
  connections.close();
  const slow = setTimeout(() => showView("loading", "Loading"), 300);
  try {
    if (externalId) await connections.open(externalId, offeredRegions());
    else start.show(await offeredRegions());
  } catch (error) {
    handleError(error);
  } finally {
    clearTimeout(slow);
  }
}

element("loading").hidden = false;
addEventListener("hashchange", () => void open());
void open();
