/** What the page says when it has neither a form nor a connection to show. */
import { RejectedError, token } from "./api.js";
import { config } from "./config.js";
import { element, show, showView } from "./elements.js";

interface Message {
  readonly title: string;
  readonly text: string;
  readonly link?: { readonly text: string; readonly address: string };
  readonly button?: { readonly text: string; readonly onClick: () => void };
}

function showMessage({ title, text, link, button }: Message): void {
  show(element("message-title"), title);
  show(element("message-text"), text);
  const anchor = element<HTMLAnchorElement>("message-link");
  show(anchor, link?.text);
  if (link) anchor.href = link.address;
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

export function showSignedOut(): void {
  const { vendorName, loginUrl } = config;
  const hadToken = token.read() !== null;
  token.forget();
  showMessage({
    title: hadToken ? "Your session has ended" : `Sign in to ${vendorName} first`,
    text: `Sign in to ${vendorName} and open this page from there.${hadToken ? " You will continue where you left off." : ""}`,
    ...(loginUrl && { link: { text: `Go to ${vendorName}`, address: loginUrl } }),
  });
}
