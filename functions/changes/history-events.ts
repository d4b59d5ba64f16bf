/** What a change of a connection's record means: pure functions of the record before and after it. */
import { type Connection, isConnected } from "../domain/connection.js";
import type { HistoryEntry, HistoryEvent } from "../domain/history.js";

/** A record before and after one write; `before` is undefined for a new one, `after` for one that TTL removed. */
export interface Change {
  readonly before: Connection | undefined;
  readonly after: Connection | undefined;
}

/** What happened, for the connection's history. @returns undefined for a change that nobody will ask about */
export function historyEntry({ before, after }: Change, at: string): HistoryEntry | undefined {
  if (!after) return { at, event: "removed" };
  const { accountId, tenant, method, roleArn, stackId, requestId, templateVersion } = after;
  const { reason, endedBy, endReason } = after;
  const own = method && { method };
  const stack = { at, ...own, roleArn, stackId, requestId, templateVersion };
  if (!before) return { at, event: beginningOf(after), ...own, accountId, tenant };
  if (after.status !== before.status) {
    switch (after.status) {
      case "connected":
        return { ...stack, event: isConnected(before) ? "recovered" : "connected" };
      case "pending":
        return { ...stack, requestId: before.requestId, stackId: before.stackId, event: "rolledBack" };
      case "disconnected":
        return { at, event: "disconnected", stackId, requestId, endedBy, reason: endReason };
      case "cancelled":
        return { at, event: "cancelled" };
      default:
        return { ...stack, event: after.status, reason };
    }
  }
  if (isConnected(after)) {
    if (after.requestId !== before.requestId) return { ...stack, event: "updated" };
    if (roleArn !== before.roleArn) return { ...stack, event: "roleChanged" };
    if (isConfirmed(after) && !isConfirmed(before)) return { at, event: "confirmed" };
    const { laterTemplate } = after;
    return laterTemplate === before.laterTemplate
      ? undefined
      : { at, event: "outdated", templateVersion: laterTemplate };
  }
  const deletedStack = deletedSince(before, after) ?? added(after.openStackIds, before.openStackIds);
  if (deletedStack !== undefined) return { at, event: "stackDeleted", stackId: deletedStack };
  if ((after.attempts ?? 0) > (before.attempts ?? 0)) return { at, event: "attempted", ...own };
  // Each failed attempt counts, even one that failed for the same reason as the last.
  const isAnother = requestId !== before.requestId || reason !== before.reason;
  return reason === undefined || !isAnother
    ? undefined
    : { at, event: "failed", ...own, stackId: added(before.openStackIds, after.openStackIds), reason };
}

/** What a record begins with that was not there before. */
function beginningOf({ status, revision }: Connection): HistoryEvent {
  // A new record is written with its first revision; a later one comes from a copy of the table.
  if (revision > 1) return "restored";
  return status === "awaited" ? "awaited" : "linkCreated";
}

/** Whether the tenant had to enter a code, and did. */
function isConfirmed({ confirmation }: Connection): boolean {
  return confirmation === "done";
}

/** The stack of which a later Delete is known than before. */
function deletedSince({ deletedStacks: before = {} }: Connection, { deletedStacks: after = {} }: Connection) {
  return Object.keys(after).find((stackId) => before[stackId] !== after[stackId]);
}

/** The first item that is only in the second list. */
function added(before: readonly string[] = [], after: readonly string[] = []): string | undefined {
  return after.find((one) => !before.includes(one));
}
