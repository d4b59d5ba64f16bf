/** What is granted: beside the form and the connection where there is room, and on a narrow screen where it has to be read. */
import type { Connection } from "./api.js";
import { element, setText } from "./elements.js";
import { text } from "./texts.js";

/** As in styles/layout.css. */
const twoColumns = matchMedia("(min-width: 58rem)");

const TITLES = {
  pending: "accessPending",
  awaited: "accessPending",
  connected: "accessConnected",
  unreachable: "accessConnected",
  unsafe: "accessConnected",
  disconnected: "accessDisconnected",
  expired: "accessNever",
  cancelled: "accessNever",
} as const satisfies Readonly<Record<Connection["status"], string>>;

/** @param status of the connection that is shown; of one that is yet to be made by default */
export function titleAccess(status: Connection["status"] = "pending"): void {
  setText(element("access-title"), text(TITLES[status]));
  // There is nothing to revoke any more.
  element("promise").hidden = TITLES[status] === "accessDisconnected" || TITLES[status] === "accessNever";
}

/** Has to be called when another view is shown. On a narrow screen, nobody can press the form's button without passing what is granted. */
export function placeAccess(): void {
  const place = twoColumns.matches || element("start").hidden ? "columns" : "access-place";
  const panel = element("access");
  if (panel.parentElement?.id !== place) element(place).append(panel);
}

twoColumns.addEventListener("change", placeAccess);
