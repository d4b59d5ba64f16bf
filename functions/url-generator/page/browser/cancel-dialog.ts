import { busy, element } from "./elements.js";

/** Asks before a link is cancelled. @param cancel never throws */
export function listenForCancel(cancel: () => Promise<void>): void {
  const dialog = element<HTMLDialogElement>("cancel-dialog");
  const button = element<HTMLButtonElement>("cancel");
  button.addEventListener("click", () => dialog.showModal());
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "cancel") void busy(button, cancel);
    dialog.returnValue = "";
  });
}
