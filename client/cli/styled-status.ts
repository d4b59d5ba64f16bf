import type { CurrentStatus } from "../index.js";
import { type Style, styled } from "./terminal.js";

const STYLES: Readonly<Record<CurrentStatus, Style>> = {
  pending: "open",
  awaited: "open",
  expired: "past",
  connected: "good",
  unreachable: "bad",
  unsafe: "bad",
  disconnected: "past",
  cancelled: "past",
};

/** A status in the colour that says whether anybody has to do something about it. */
export function styledStatus(status: CurrentStatus): string {
  return styled(STYLES[status], status);
}
