/** The elements of page.html, by their IDs. */
export function element<Type extends Element = HTMLElement>(id: string): Type {
  const found = document.getElementById(id);
  if (!found) throw new Error(`page.html has no element with the ID ${id}.`);
  return found as unknown as Type;
}

/** Shows a text in an element, and hides the element if there is no text. @param language if it is not that of the page */
export function show(target: HTMLElement, text: string | undefined, language?: string): void {
  target.hidden = !text;
  setText(target, text ?? "", language);
}

/** Leaves an unchanged text alone: a screen reader would read it again. @param language if it is not that of the page */
export function setText(target: HTMLElement, text: string, language?: string): void {
  if (language === undefined) target.removeAttribute("lang");
  else target.lang = language;
  if (target.textContent !== text) target.textContent = text;
}

/** Has screen readers say a text, wherever the focus is. */
export function announce(text: string): void {
  setText(element("status"), text);
}

/** Disables a button while a task runs, so that nobody starts it twice. The focus stays where it is. */
export async function busy(button: HTMLButtonElement, task: () => Promise<void>): Promise<void> {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  try {
    await task();
  } finally {
    button.removeAttribute("aria-disabled");
  }
}
