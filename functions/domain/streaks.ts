/** What probes found several times in a row. One glitch of STS must end nothing. */
import type { Changes, Connection } from "./connection.js";
import { isDenial, type ProbeResult } from "./probe.js";

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

/** What is switched off may be switched on again: so long the status stays as it was. In days. */
const BLOCKED_DAYS = 3;

/** An account may be suspended, or closed by mistake: nobody's connection ends before so many denials on so many different days. */
const MIN_DENIED_PROBES = 5;
const MIN_DENIED_DAYS = 3;

/** How long before a connection is ended the vendor hears of it, in days. */
const WARNING_DAYS = 14;

type Streaks = Pick<Connection, "blockedSince" | "deniedProbes" | "deniedDays" | "endsAt">;

/** For a role that nobody has probed yet. */
export const NO_STREAKS: Readonly<Record<keyof Streaks, undefined>> = {
  blockedSince: undefined,
  deniedProbes: undefined,
  deniedDays: undefined,
  endsAt: undefined,
};

/** The streaks that a probe goes on with, and those that it breaks. @returns only what changes */
export function streaksAfter(result: ProbeResult, connection: Connection, now: Date): Changes {
  const { outcome } = result;
  const { blockedSince = now.toISOString(), deniedProbes = 0, deniedDays = [], endsAt } = connection;
  const isDenied = isDenial(result);
  const streaks: Streaks = {
    blockedSince: outcome === "blocked" ? blockedSince : undefined,
    deniedProbes: isDenied ? deniedProbes + 1 : undefined,
    deniedDays: isDenied ? withDay(deniedDays, now) : undefined,
    // A glitch changes nothing of when it ends.
    endsAt: outcome === "safe" || outcome === "unsafe" ? undefined : endsAt,
  };
  const changed = Object.entries(streaks).filter(
    ([name, value]) => value !== connection[name as keyof Streaks],
  );
  return Object.fromEntries(changed);
}

/** Whether STS has refused to probe a role for so long that its connection counts as unreachable. */
export function isLongBlocked({ blockedSince }: Connection, now: Date): boolean {
  return blockedSince !== undefined && daysSince(blockedSince, now) >= BLOCKED_DAYS;
}

/**
 * When a connection will be ended because its role was denied again, if that is due to be said now.
 * @param days for how long it has to be unreachable; 0 for ever
 */
export function plannedEnd(connection: Connection, days: number, now: Date): Pick<Changes, "endsAt"> {
  const { status, statusChangedAt, endsAt } = connection;
  if (days === 0 || status !== "unreachable" || statusChangedAt === undefined || endsAt !== undefined)
    return {};
  const left = Math.max(days - daysSince(statusChangedAt, now), 0);
  if (left > WARNING_DAYS) return {};
  // Whoever sets this shorter than a connection has been unreachable gets the warning in time, too.
  const wait = days < WARNING_DAYS ? left : WARNING_DAYS;
  return { endsAt: new Date(now.getTime() + wait * DAY_MILLISECONDS).toISOString() };
}

/** Whether a connection whose role was just denied again is to be ended now. */
export function isToEnd(connection: Connection, days: number, now: Date): boolean {
  const { status, statusChangedAt, endsAt, deniedProbes = 0, deniedDays = [] } = connection;
  if (days === 0 || status !== "unreachable" || statusChangedAt === undefined || endsAt === undefined)
    return false;
  const isDue = now >= new Date(endsAt) && daysSince(statusChangedAt, now) >= days;
  return isDue && deniedProbes >= MIN_DENIED_PROBES && deniedDays.length >= MIN_DENIED_DAYS;
}

/** As many different days as count. */
function withDay(days: readonly string[], now: Date): readonly string[] {
  const day = now.toISOString().slice(0, 10);
  return days.includes(day) || days.length >= MIN_DENIED_DAYS ? days : [...days, day].sort();
}

export function daysSince(time: string, now: Date): number {
  return (now.getTime() - new Date(time).getTime()) / DAY_MILLISECONDS;
}
