/** The page shows one view at a time. */
import { placeAccess } from "./access-panel.js";
import { element } from "./elements.js";

const pageTitle = document.title;
const VIEWS = ["loading", "start", "connection", "message"] as const;

/** Shows one of the page's views; the focus moves to its heading if another one was shown before. */
export function showView(name: (typeof VIEWS)[number], title: string): void {
  const view = element(name);
  const isNew = view.hidden;
  for (const other of VIEWS) element(other).hidden = other !== name;
  placeAccess();
  document.title = `${title} – ${pageTitle}`;
  if (isNew) view.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
  if (isNew) window.scrollTo({ top: 0 });
}
