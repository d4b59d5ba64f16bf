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

/**
 * @param changes what the probe would make of a connection with a stack
 * @returns what it makes of the member
 */
export function memberProbe(result: ProbeResult, changes: Changes, member: Connection, now: Date): Changes {
  return member.status === "awaited"
    ? ofAwaited(result, changes, member, now)
    : ofOther(result, changes, member, now);
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
  return { ...changes, ...unreachableAccount(accountId, accountState, now) };
}

/** AWS says that the account is not active: nobody can assume its role, and a look a day is enough. */
export function unreachableAccount(accountId: string, accountState: string, now: Date) {
  return {
    status: "unreachable",
    reason: memberNotActive(accountId, accountState),
    nextProbeAt: inMilliseconds(DAY, now),
  } as const satisfies Changes;
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

function inMilliseconds(milliseconds: number, now: Date): string {
  return new Date(now.getTime() + milliseconds).toISOString();
}
