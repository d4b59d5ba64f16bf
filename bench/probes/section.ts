/** How long after a new role can be assumed its stack gets its response. */
import { phoneHomeEarly } from "../functions/events.js";
import type { Harness } from "../functions/harness.js";
import type { Implementation } from "../functions/implementations.js";
import { formatNumber, type Section } from "../section.js";

const ROLES = 60;
const MAX_DELAY_MILLISECONDS = 60_000;
/** What the process takes to start, so that no role can be assumed before it is looked for. */
const START_MILLISECONDS = 2000;
const TARGETS = { median: 0.7, p99: 1.3 };

/** The receiver's bundle in real time, with all roles in one process; on AWS each has a process of its own, and calls take longer. */
export async function probes(harness: Harness, { file }: Implementation): Promise<Section> {
  const started = Date.now() + START_MILLISECONDS;
  const readyAt = Array.from({ length: ROLES }, (_, index) =>
    Math.round(started + (index * MAX_DELAY_MILLISECONDS) / (ROLES - 1) + ((index * 37) % 100) * 8),
  ).map((at) => Math.min(at, started + MAX_DELAY_MILLISECONDS));
  const events = readyAt.map((from, index) => phoneHomeEarly(index, from));
  const { doneAt, stsCalls } = await harness.together(file, events);
  const late = doneAt.map((at, index) => (at - (readyAt[index] ?? 0)) / 1000).sort((a, b) => a - b);
  const row = (what: string, share: number, target: number) => {
    const seconds = late[Math.ceil(late.length * share) - 1] ?? 0;
    const value = `${formatNumber(Number(seconds.toFixed(2)))} s`;
    return { what, value, baseline: "", measure: seconds, target };
  };
  return {
    title: `From the moment a role can be assumed to the response, ${ROLES} roles that need 0 to 60 s`,
    rows: [
      row("Response after the role can be assumed, median", 0.5, TARGETS.median),
      row("Response after the role can be assumed, p99", 0.99, TARGETS.p99),
      { what: "Calls of STS for a role, on average", value: formatNumber(stsCalls / ROLES), baseline: "" },
    ],
  };
}
