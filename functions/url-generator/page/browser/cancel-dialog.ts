import { element } from "./elements.js";

/** Asks before a link is cancelled. @returns whether to */
export function confirmCancel(): Promise<boolean> {
  const dialog = element<HTMLDialogElement>("cancel-dialog");
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "cancel"), { once: true });
  });
}
