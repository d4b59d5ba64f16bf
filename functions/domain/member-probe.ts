/** What a probe makes of an organization's member, where that differs from a connection with a stack of its own. */
import type { Changes, Connection } from "./connection.js";
import { plain } from "./plain-text.js";
import type { ProbeResult } from "./probe.js";
import { memberNotActive, memberRoleDenied } from "./sentences.js";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** How long after its first, second, … denial in a row a role that is awaited is looked for again, in minutes; after that daily. */
const AWAITED_MINUTES = [1, 2, 5, 15, 60];

/** By then a role that StackSets made would be assumable, if anything let it be. */
const LATE_DENIALS = 4;

/** Thousands of members connect at once: their next probes are spread by a quarter to both sides. */
const SPREAD = 0.5;

/**
 * @param changes what the probe would make of a connection with a stack
 * @returns what it makes of the member
 */
export function memberProbe(result: ProbeResult, changes: Changes, member: Connection, now: Date): Changes {
  const own =
    member.status === "awaited"
      ? ofAwaited(result, changes, member, now)
      : ofOther(result, changes, member, now);
  return own.nextProbeAt === undefined ? own : { ...own, nextProbeAt: spread(own.nextProbeAt, member, now) };
}

/** Its role was never found yet: that there is none, or none that may be assumed, is no change. */
function ofAwaited(result: ProbeResult, changes: Changes, member: Connection, now: Date): Changes {
  switch (result.outcome) {
    case "safe":
      return { ...changes, connectedAt: now.toISOString() };
    case "denied":
      return { nextProbeAt: nextLook(member, now), ...lateDenial(member) };
    case "blocked":
      return { nextProbeAt: changes.nextProbeAt, reason: plain(result.reason) };
    default:
      return changes;
  }
}

/** While AWS says that the account is not active, that is the reason, and its role may not count as one that works. */
function ofOther(result: ProbeResult, changes: Changes, member: Connection, now: Date): Changes {
  const { accountId, accountState, connectedAt } = member;
  if (accountState === undefined || (result.outcome !== "safe" && result.outcome !== "denied")) {
    return {
      ...changes,
      ...(changes.status === "connected" && connectedAt === undefined && { connectedAt: now.toISOString() }),
    };
  }
  return {
    ...changes,
    status: "unreachable",
    reason: memberNotActive(accountId, accountState),
    nextProbeAt: inMilliseconds(DAY, now),
  };
}

/** @param member with the denials in a row until now, the last one included */
function nextLook({ deniedProbes = 1 }: Connection, now: Date): string {
  const minutes = AWAITED_MINUTES[deniedProbes - 1];
  return inMilliseconds(minutes === undefined ? DAY : minutes * MINUTE, now);
}

function lateDenial({ stackInstance, deniedProbes = 1, roleArn = "" }: Connection): Changes {
  const isLate = stackInstance === "SUCCEEDED" && deniedProbes >= LATE_DENIALS;
  return isLate ? { reason: plain(memberRoleDenied(roleArn)) } : {};
}

/** Soon stays soon. The same member gets the same share of a longer time each time, so that it drifts away from the others. */
function spread(time: string, { externalId }: Connection, now: Date): string {
  const milliseconds = new Date(time).getTime() - now.getTime();
  if (milliseconds < 60 * MINUTE) return time;
  return inMilliseconds(milliseconds * (1 - SPREAD / 2 + SPREAD * shareOf(externalId)), now);
}

/** 0 to 1, by what differs between the members of an organization: FNV-1a, of 32 bits. */
function shareOf(externalId: string): number {
  let hash = 0x811c9dc5;
  for (const character of externalId) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  return (hash >>> 0) / 2 ** 32;
}

function inMilliseconds(milliseconds: number, now: Date): string {
  return new Date(now.getTime() + milliseconds).toISOString();
}
