/** What a probe makes of a connection, whoever probed. */
import type { Changes } from "./connection.js";
import type { ProbeResult } from "./probe.js";
import { becameUnreachable, becameUnsafe } from "./sentences.js";

/** A reason can be as long as a response; a record does not need all of it. In characters. */
const MAX_REASON = 1000;

const MINUTE = 60_000;

/** When a role is probed again, in milliseconds. */
const INTERVALS = {
  /** After connecting: by then a trust policy that was right only for that moment is back to what it was. */
  connecting: 5 * MINUTE,
  safe: 24 * 60 * MINUTE,
  /** Somebody is waiting for it to be repaired. */
  notSafe: 60 * MINUTE,
} as const;

/** When to probe again. ISO 8601. */
export function nextProbeAfter(what: keyof typeof INTERVALS, now: Date): string {
  return new Date(now.getTime() + INTERVALS[what]).toISOString();
}

/** @returns no changes where STS did not say: the next probe is due as it was */
export function recordProbe({ outcome }: Pick<ProbeResult, "outcome">, roleArn: string, now: Date): Changes {
  switch (outcome) {
    case "safe":
      return {
        status: "connected",
        verifiedAt: now.toISOString(),
        reason: undefined,
        attempts: undefined,
        nextProbeAt: nextProbeAfter("safe", now),
      };
    case "denied":
      return {
        status: "unreachable",
        reason: plain(becameUnreachable(roleArn)),
        nextProbeAt: nextProbeAfter("notSafe", now),
      };
    case "unsafe":
      return {
        status: "unsafe",
        reason: plain(becameUnsafe(roleArn)),
        nextProbeAt: nextProbeAfter("notSafe", now),
      };
    case "unknown":
      return {};
  }
}

/** Text for people, without control and format characters: parts of it come from a customer. */
export function plain(text: string): string {
  return [...text.replace(/\p{C}+/gu, " ")].slice(0, MAX_REASON).join("");
}
