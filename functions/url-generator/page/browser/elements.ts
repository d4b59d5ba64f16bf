/** The elements of page.html, by their ids. */
export function element<Type extends Element = HTMLElement>(id: string): Type {
  const found = document.getElementById(id);
  if (!found) throw new Error(`page.html has no element with the id ${id}.`);
  return found as unknown as Type;
}

/** Shows a text in an element, and hides the element where there is none. */
export function show(target: HTMLElement, text: string | undefined): void {
  target.hidden = !text;
  setText(target, text ?? "");
}

/** A text that stays the same is not set again: a screen reader would read it again. */
export function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** Has screen readers say a sentence, wherever the focus is. */
export function announce(sentence: string): void {
  setText(element("status"), sentence);
}

const pageTitle = document.title;
const VIEWS = ["loading", "start", "connection", "message"] as const;

/** Shows one of the page's views; the focus moves to its heading where another one was shown before. */
export function showView(name: (typeof VIEWS)[number], title: string): void {
  const view = element(name);
  const isNew = view.hidden;
  for (const other of VIEWS) element(other).hidden = other !== name;
  document.title = `${title} – ${pageTitle}`;
  if (isNew) view.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
  if (isNew) window.scrollTo({ top: 0 });
}

/** Copies a text. @returns false where the browser does not allow it */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
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
