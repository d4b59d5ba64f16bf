/**
 * The page's program. The address says what to show: `#/connections/<external ID>` one connection, anything else the
 * form. `#token=…&state=…` is the answer to a sign-in.
 */
import { fragmentOf, readAddress, type SignInAnswer } from "./address.js";
import { api, type Connection, type Region, RejectedError, token } from "./api.js";
import { config } from "./config.js";
import { ConnectionView } from "./connection-view.js";
import { element } from "./elements.js";
import { identityOf } from "./identity.js";
import { showError, showForeignSignIn, showSignIn } from "./message.js";
import { SignIn } from "./sign-in.js";
import { StartView } from "./start-view.js";
import { showView } from "./views.js";

let regions: Promise<readonly Region[]> | undefined;

/** Fetched once; after a failure, the next call tries again. */
function offeredRegions(): Promise<readonly Region[]> {
  regions ??= api.regions().catch((error: unknown) => {
    regions = undefined;
    throw error;
  });
  return regions;
}

const signIn = new SignIn(sessionStorage, config.loginUrl);

const start = new StartView(showCreated, endSession);

const connections = new ConnectionView(handleError, showCreated, startOver);

function showCreated(connection: Connection): void {
  history.pushState(null, "", fragmentOf(connection.externalId));
  void offeredRegions().then((names) => connections.show(connection, names));
}

/** @param again the connection that ended, and that the new one takes the place of */
function startOver(again?: Connection): void {
  connections.close();
  start.clear();
  // The region may have filled up since.
  regions = undefined;
  history.pushState(null, "", location.pathname);
  void open(again);
}

function handleError(error: unknown): void {
  if (error instanceof RejectedError && error.status === 401) endSession();
  else
    showError(
      error,
      () => void open(),
      () => startOver(),
    );
}

/** The API no longer accepts the token. */
function endSession(): void {
  connections.close();
  token.forget();
  showSignIn("ended", () => beginSignIn());
}

/** @param isSwitch whether to sign in as somebody else */
function beginSignIn(isSwitch = false): void {
  token.forget();
  location.assign(signIn.begin(readAddress(location.hash).externalId, isSwitch));
}

/** A visitor who comes from the vendor's application is there and back at once; one who has just been there has to decide. */
function needSignIn(): void {
  if (signIn.isBegun) showSignIn("needed", () => beginSignIn());
  else location.replace(signIn.begin(readAddress(location.hash).externalId));
}

/** @returns whether the answer was taken: it never replaces the token that the tab has */
function take(answer: SignInAnswer): boolean {
  const begun = signIn.complete(answer);
  if (!begun || token.read() !== null || !identityOf(answer.token, config.tenantClaim)) return false;
  token.keep(answer.token);
  history.replaceState(null, "", fragmentOf(begun.externalId) || location.pathname);
  return true;
}

/** Shows what the address says. @param again what to fill into the form */
async function open(again?: Connection): Promise<void> {
  const { externalId, answer } = readAddress(location.hash);
  connections.close();
  if (answer) {
    // Out of the address, where it could be seen and copied, and would stay in the history.
    history.replaceState(null, "", fragmentOf(externalId) || location.pathname);
    if (config.auth === "jwt")
      return take(answer)
        ? open()
        : showForeignSignIn(
            () => beginSignIn(),
            () => void open(),
          );
  }
  if (config.auth === "jwt" && token.read() === null) return needSignIn();
  const slow = setTimeout(() => showView("loading", element("loading").ariaLabel ?? ""), 300);
  try {
    if (externalId !== undefined) await connections.open(externalId, offeredRegions());
    else start.show(await offeredRegions(), again);
  } catch (error) {
    handleError(error);
  } finally {
    clearTimeout(slow);
  }
}

for (const button of document.querySelectorAll(".switch-identity"))
  button.addEventListener("click", () => beginSignIn(true));
element("loading").hidden = false;
addEventListener("hashchange", () => void open());
void open();
