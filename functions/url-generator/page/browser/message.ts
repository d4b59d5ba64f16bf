/** What there is to say when there is neither a form nor a connection to show. */
import { Refusal, token } from "./api.js";
import { config } from "./config.js";
import { element, show, showView } from "./elements.js";

interface Message {
  readonly title: string;
  readonly text: string;
  readonly link?: { readonly text: string; readonly address: string };
  readonly button?: { readonly text: string; readonly press: () => void };
}

export function showMessage({ title, text, link, button }: Message): void {
  show(element("message-title"), title);
  show(element("message-text"), text);
  const anchor = element<HTMLAnchorElement>("message-link");
  show(anchor, link?.text);
  if (link) anchor.href = link.address;
  const press = element<HTMLButtonElement>("message-button");
  show(press, button?.text);
  press.onclick = button?.press ?? null;
  showView("message", title);
}

/**
 * Says that something could not be shown, and what can be done.
 * @param again tries once more
 * @param startOver shows the form
 */
export function showTrouble(error: unknown, again: () => void, startOver: () => void): void {
  const { status } = error instanceof Refusal ? error : { status: undefined };
  if (status === 400 || status === 403 || status === 404) {
    showMessage({
      title: "There is no such connection",
      text: `The address is not complete, or the connection ${config.auth === "jwt" ? "belongs to somebody else" : "ended long ago"}.`,
      button: { text: "Start over", press: startOver },
    });
  } else {
    showMessage({
      title: "That did not work",
      text: error instanceof Error ? error.message : String(error),
      button: { text: "Try again", press: again },
    });
  }
}

export function showSignedOut(): void {
  const { vendorName, loginUrl } = config;
  const hadToken = token.read() !== null;
  token.forget();
  showMessage({
    title: hadToken ? "Your session has ended" : `Please come from ${vendorName}`,
    text: `Sign in to ${vendorName} and open this page from there.${hadToken ? " You will go on where you were." : ""}`,
    ...(loginUrl && { link: { text: `Go to ${vendorName}`, address: loginUrl } }),
  });
}
