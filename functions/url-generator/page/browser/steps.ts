import type { Connection } from "./api.js";
import { config } from "./config.js";
import { STEPS, type StepState, stepStates } from "./connection-summary.js";
import { element, setText } from "./elements.js";
import { text } from "./texts.js";

/** What a screen reader says before a step's heading. */
const SPOKEN = {
  done: "spokenDone",
  now: "spokenNow",
  next: "spokenNext",
  failed: "spokenFailed",
} as const satisfies Readonly<Record<StepState, string>>;

/** Shows how far a connection is. */
export function showSteps(connection: Connection): void {
  const states = stepStates(connection, config.confirmation);
  for (const step of STEPS) {
    const item = element(`step-${step}`);
    const state = states[step];
    item.hidden = state === undefined;
    if (state === undefined) continue;
    item.dataset.state = state;
    setText(item.querySelector(".state") as HTMLElement, `${text(SPOKEN[state])} `);
    if (state === "now") item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
  }
}
