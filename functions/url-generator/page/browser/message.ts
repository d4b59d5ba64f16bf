/** What the page says when it has neither a form nor a connection to show. */
import { RejectedError, token } from "./api.js";
import { config } from "./config.js";
import { element, show } from "./elements.js";
import { identityOf } from "./identity.js";
import { text } from "./texts.js";
import { showView } from "./views.js";

interface Message {
  readonly title: string;
  readonly text: string;
  readonly button?: { readonly text: string; readonly onClick: () => void };
}

function showMessage({ title, text: lead, button }: Message): void {
  show(element("message-title"), title);
  show(element("message-text"), lead);
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
      title: text("notFoundTitle"),
      text: text(config.auth === "jwt" ? "notFoundOrForeign" : "notFoundOrOld"),
      button: { text: text("startOver"), onClick: startOver },
    });
  } else {
    showMessage({
      title: text("failedTitle"),
      text: error instanceof Error ? error.message : String(error),
      button: { text: text("tryAgain"), onClick: retry },
    });
  }
}

/** @param why `needed`: nobody is signed in; `ended`: the API no longer accepts the visitor's token */
export function showSignIn(why: "needed" | "ended", begin: () => void): void {
  showMessage({
    title: text(why === "ended" ? "sessionEndedTitle" : "signInTitle"),
    text: text(why === "ended" ? "sessionEndedText" : "signInText"),
    button: { text: text("signIn"), onClick: begin },
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
    title: text("foreignTitle"),
    text:
      name === undefined
        ? text(current === null ? "foreignSignedOut" : "foreignSignedIn")
        : text("foreignSignedInAs", { name }),
    button:
      current === null ? { text: text("signIn"), onClick: begin } : { text: text("continue"), onClick: goOn },
  });
}
