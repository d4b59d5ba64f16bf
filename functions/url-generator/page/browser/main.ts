/**
 * The page's program. Its address says what it shows: `#/connections/<external ID>` one connection, anything else the
 * form; `#token=…` hands it the visitor's token.
 */
import { api, Refusal, type Region, token } from "./api.js";
import { config } from "./config.js";
import { ConnectionView } from "./connection-view.js";
import { element, showView } from "./elements.js";
import { showSignedOut, showTrouble } from "./message.js";
import { StartView } from "./start-view.js";

/** Where a visitor whose token ended goes on with the next one. */
const RESUME = "onboarding-connection";
const CONNECTION = /^#\/connections\/([^&?]+)/;

let regions: Promise<readonly Region[]> | undefined;

/** Asked for once; a failure is forgotten, so that the next one who asks asks again. */
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
}, signedOut);

const connections = new ConnectionView(trouble, startOver);

function startOver(): void {
  connections.close();
  start.clear();
  // The region may have filled up since.
  regions = undefined;
  history.pushState(null, "", location.pathname);
  void open();
}

function trouble(error: unknown): void {
  if (error instanceof Refusal && error.status === 401) signedOut();
  else showTrouble(error, () => void open(), startOver);
}

/** The vendor's application comes back without knowing which connection it was. */
function signedOut(): void {
  const externalId = currentConnection();
  if (externalId) sessionStorage.setItem(RESUME, externalId);
  showSignedOut();
}

function currentConnection(): string | undefined {
  const [, externalId] = CONNECTION.exec(location.hash) ?? [];
  return externalId && decodeURIComponent(externalId);
}

/** Moves the token out of the address, where it could be seen, copied and kept in the history. */
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
  if (config.auth === "jwt" && token.read() === null) return signedOut();
  const externalId = currentConnection();
  connections.close();
  const slow = setTimeout(() => showView("loading", "Loading"), 300);
  try {
    if (externalId) await connections.open(externalId, offeredRegions());
    else start.show(await offeredRegions());
  } catch (error) {
    trouble(error);
  } finally {
    clearTimeout(slow);
  }
}

element("loading").hidden = false;
addEventListener("hashchange", () => void open());
void open();
