/** What a probe makes of a connected connection: the same whoever probed. */
import type { Changes } from "./connection.js";
import type { ProbeResult } from "./probe.js";

/** Reasons can be as long as an answer; a record does not need all of it. */
const MAX_REASON = 1000;

const MINUTE = 60_000;

/** How long after a thing the role is probed again, in milliseconds. */
const WAITS = {
  /** By then a trust policy that was set right only for the moment of connecting is back to what it was. */
  connecting: 5 * MINUTE,
  safe: 24 * 60 * MINUTE,
  /** Somebody is waiting for it to be in order again. */
  notInOrder: 60 * MINUTE,
} as const;

/** When to probe again. ISO 8601. */
export function nextProbeAfter(what: keyof typeof WAITS, now: Date): string {
  return new Date(now.getTime() + WAITS[what]).toISOString();
}

/** @returns no change at all where STS did not say: the next probe is due as it was */
export function found({ outcome }: Pick<ProbeResult, "outcome">, roleArn: string, now: Date): Changes {
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
        reason: plain(
          `The role ${roleArn} cannot be assumed from our account any more: it is gone, its trust policy was changed, or a policy of the organization forbids it. ${MEND}`,
        ),
        nextProbeAt: nextProbeAfter("notInOrder", now),
      };
    case "unsafe":
      return {
        status: "unsafe",
        reason: plain(
          `The role ${roleArn} can be assumed without its external ID, so that somebody else could be let into the account through us: its trust policy lacks the condition on sts:ExternalId. ${MEND}`,
        ),
        nextProbeAt: nextProbeAfter("notInOrder", now),
      };
    case "unknown":
      return {};
  }
}

const MEND =
  "Set the role back to what the stack's template says, or delete the stack and connect with a new link.";

/** Text for people, without control and format characters: a customer wrote parts of it. */
export function plain(text: string): string {
  return [...text.replace(/\p{C}+/gu, " ")].slice(0, MAX_REASON).join("");
}
