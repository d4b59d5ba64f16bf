/** What a probe makes of a connection, whoever probed. */
import type { Changes, Connection } from "./connection.js";
import { end } from "./ending.js";
import { memberProbe } from "./member-probe.js";
import { plain } from "./plain-text.js";
import type { ProbeResult } from "./probe.js";
import { becameUnreachable, becameUnsafe, memberUnreachable, memberUnsafe } from "./sentences.js";
import { spread } from "./spread.js";
import { daysSince, isLongBlocked, streaksAfter } from "./streaks.js";
import { provenByRole } from "./unproven.js";

const MINUTE = 60_000;

/** When a role is probed again, in milliseconds. */
const INTERVALS = {
  /** After connecting: by then a trust policy that was right only for that moment is back to what it was. */
  connecting: 5 * MINUTE,
  safe: 24 * 60 * MINUTE,
  /** Somebody is waiting for it to be repaired. */
  notSafe: 60 * MINUTE,
  /** Nobody has repaired it for days. */
  longUnreachable: 24 * 60 * MINUTE,
  /** CloudFormation deletes the role right after the custom resource, and IAM needs a moment to know everywhere. */
  deleteHeard: 2 * MINUTE,
} as const;

/** After a Delete that may or may not be the end of the stack, its role is probed at these times, in milliseconds after it. */
const DELETE_PROBES = [2 * MINUTE, 5 * MINUTE, 15 * MINUTE];

/** When to probe again. ISO 8601. */
export function nextProbeAfter(what: keyof typeof INTERVALS, now: Date): string {
  return new Date(now.getTime() + INTERVALS[what]).toISOString();
}

/** @returns no changes where STS did not say, but for streaks that are broken: the next probe is due as it was */
export function recordProbe(result: ProbeResult, connection: Connection, now: Date): Changes {
  const streaks = streaksAfter(result, connection, now);
  const latest = { ...connection, ...streaks };
  const changes = changesOf(result, latest, now);
  const own = connection.kind === "member" ? memberProbe(result, changes, latest, now) : changes;
  const { nextProbeAt } = own;
  return {
    ...streaks,
    ...own,
    ...(nextProbeAt !== undefined && { nextProbeAt: spread(nextProbeAt, connection, now) }),
  };
}

function changesOf(result: ProbeResult, connection: Connection, now: Date): Changes {
  const { externalId, roleArn = "", deleteHeardAt, kind } = connection;
  switch (result.outcome) {
    case "safe":
      return {
        status: "connected",
        verifiedAt: now.toISOString(),
        ...provenByRole(connection, now),
        reason: undefined,
        attempts: undefined,
        nextProbeAt: nextProbeAfter("safe", now),
        ...(result.roleId !== undefined && result.roleId !== connection.roleId && { roleId: result.roleId }),
        ...nextDeleteProbe(deleteHeardAt, now),
      };
    case "denied":
      if (deleteHeardAt !== undefined) {
        const firstProbeAt = new Date(new Date(deleteHeardAt).getTime() + INTERVALS.deleteHeard);
        // A probe before that one proves nothing: a stack that is tried again may have made its role a moment ago.
        if (now < firstProbeAt) return { nextProbeAt: firstProbeAt.toISOString() };
        // The Delete was the stack's end: its role is gone with it.
        return end(connection, { by: "customer" }, now);
      }
      return unreachable(
        (kind === "member" ? memberUnreachable : becameUnreachable)(roleArn),
        connection,
        now,
      );
    case "replaced":
      return unreachable(result.reason, connection, now);
    case "unsafe":
      return {
        status: "unsafe",
        reason: plain((kind === "member" ? memberUnsafe : becameUnsafe)(roleArn, externalId)),
        nextProbeAt: nextProbeAfter("notSafe", now),
        ...nextDeleteProbe(deleteHeardAt, now),
      };
    case "blocked":
      return {
        nextProbeAt: nextProbeAfter("notSafe", now),
        ...(isLongBlocked(connection, now) && { status: "unreachable", reason: plain(result.reason) }),
      };
    case "unknown":
      return {};
  }
}

function unreachable(reason: string, connection: Connection, now: Date): Changes {
  return {
    status: "unreachable",
    reason: plain(reason),
    nextProbeAt: nextProbeAfter(isLongUnreachable(connection, now) ? "longUnreachable" : "notSafe", now),
  };
}

function isLongUnreachable({ status, statusChangedAt }: Connection, now: Date): boolean {
  return status === "unreachable" && statusChangedAt !== undefined && daysSince(statusChangedAt, now) >= 3;
}

/** The role outlived the Delete so far; after the last of the probes the stack is taken to be there. */
function nextDeleteProbe(deleteHeardAt: string | undefined, now: Date): Changes {
  if (deleteHeardAt === undefined) return {};
  const heard = new Date(deleteHeardAt).getTime();
  const next = DELETE_PROBES.find((milliseconds) => heard + milliseconds > now.getTime());
  return next === undefined
    ? { deleteHeardAt: undefined }
    : { nextProbeAt: new Date(heard + next).toISOString() };
}
