import { element, setText } from "./elements.js";
import { text } from "./texts.js";

const PARTS = ["cancel-title", "cancel-text", "cancel-yes", "cancel-no"] as const;

/** What the dialog says of a link, as it comes with the document. */
const ofLink = PARTS.map((id) => element(id).textContent ?? "");

/** Asks before a link is cancelled, or a connection removed that no stack made. @returns whether to */
export function confirmCancel(isRole = false): Promise<boolean> {
  const dialog = element<HTMLDialogElement>("cancel-dialog");
  const texts = isRole
    ? [text("removeTitle"), text("removeText"), text("removeConnection"), text("keepConnection")]
    : ofLink;
  for (const [index, id] of PARTS.entries()) setText(element(id), texts[index] ?? "");
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "cancel"), { once: true });
  });
}
