/** What the page says when it has neither a form nor a connection to show. */
import { RejectedError, token } from "./api.js";
import { config } from "./config.js";
import { element, show, showView } from "./elements.js";
import { identityOf } from "./identity.js";

interface Message {
  readonly title: string;
  readonly text: string;
  readonly button?: { readonly text: string; readonly onClick: () => void };
}

function showMessage({ title, text, button }: Message): void {
  show(element("message-title"), title);
  show(element("message-text"), text);
  const buttonElement = element<HTMLButtonElement>("message-button");
  show(buttonElement, button?.text);
  buttonElement.onclick = button?.onClick ?? null;
  showView("message", title);
}

/**
 * Says that something could not be shown, and what to do.
 * @param retry tries once more
 * @param startOver shows the form
 */
export function showError(error: unknown, retry: () => void, startOver: () => void): void {
  const { status } = error instanceof RejectedError ? error : { status: undefined };
  if (status === 400 || status === 403 || status === 404) {
    showMessage({
      title: "Connection not found",
      text: `The address is incomplete, or the connection ${config.auth === "jwt" ? "belongs to somebody else" : "ended long ago"}.`,
      button: { text: "Start over", onClick: startOver },
    });
  } else {
    showMessage({
      title: "That did not work",
      text: error instanceof Error ? error.message : String(error),
      button: { text: "Try again", onClick: retry },
    });
  }
}

/** @param why `needed`: nobody is signed in; `ended`: the API no longer accepts the visitor's token */
export function showSignIn(why: "needed" | "ended", begin: () => void): void {
  const { vendorName } = config;
  showMessage({
    title: why === "ended" ? "Your session has ended" : `Sign in to ${vendorName} first`,
    text:
      why === "ended"
        ? `Sign in to ${vendorName} again: you will continue where you left off.`
        : `${vendorName} needs to know who you are, so that what you connect becomes yours.`,
    button: { text: `Sign in to ${vendorName}`, onClick: begin },
  });
}

/**
 * A token came that this page did not ask for. Whoever made such an address may have put a token of their own into it, and would own
 * what the visitor connects.
 */
export function showForeignSignIn(begin: () => void, goOn: () => void): void {
  const current = token.read();
  const name = current === null ? undefined : identityOf(current, config.tenantClaim)?.name;
  showMessage({
    title: "That sign-in was not yours",
    text: `The address that you opened would have signed you in, but not by a sign-in that you began here: it could be somebody else's account. It was ignored. ${current === null ? "Sign in yourself to go on." : `You are still signed in${name ? ` as ${name}` : ""}.`}`,
    button:
      current === null
        ? { text: `Sign in to ${config.vendorName}`, onClick: begin }
        : { text: "Continue", onClick: goOn },
  });
}
