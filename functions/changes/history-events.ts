/** What a change of a connection's record means: pure functions of the record before and after it. */
import { type Connection, isConnected } from "../domain/connection.js";
import type { HistoryEntry } from "../domain/history.js";
import { STATUSES_TOLD, type StatusChange } from "./status-change.js";

/** A record before and after one write; `before` is undefined for a new one, `after` for one that TTL removed. */
export interface Change {
  readonly before: Connection | undefined;
  readonly after: Connection | undefined;
}

/** What happened, for the connection's history. @returns undefined where nothing did that anybody will ask for */
export function historyEntry({ before, after }: Change, at: string): HistoryEntry | undefined {
  if (!after) return { at, what: "removed" };
  const { accountId, tenant, roleArn, stackId, requestId, templateVersion, reason } = after;
  const stack = { at, roleArn, stackId, requestId, templateVersion };
  if (!before) return { at, what: "linkCreated", accountId, tenant };
  if (after.status !== before.status) {
    switch (after.status) {
      case "connected":
        return { ...stack, what: isConnected(before) ? "recovered" : "connected" };
      case "pending":
        return { ...stack, requestId: before.requestId, stackId: before.stackId, what: "rolledBack" };
      case "disconnected":
        return { at, what: "disconnected", stackId, requestId };
      case "cancelled":
        return { at, what: "cancelled" };
      default:
        return { ...stack, what: after.status, reason };
    }
  }
  if (isConnected(after)) {
    if (after.requestId !== before.requestId) return { ...stack, what: "updated" };
    return isConfirmed(after) && !isConfirmed(before) ? { at, what: "confirmed" } : undefined;
  }
  const gone =
    added(before.deletedStacks, after.deletedStacks) ?? added(after.openStackIds, before.openStackIds);
  if (gone !== undefined) return { at, what: "stackGone", stackId: gone };
  if ((after.attempts ?? 0) > (before.attempts ?? 0)) return { at, what: "attempted" };
  // A refusal counts even where it says what the last one said: each time somebody tried.
  return reason === undefined || after.revision === before.revision
    ? undefined
    : { at, what: "refused", stackId: added(before.openStackIds, after.openStackIds), reason };
}

/** What the vendor's applications hear of a change. @returns undefined where the status is what it was, or of no interest to them */
export function statusChange({ before, after }: Change): StatusChange | undefined {
  if (!after || after.status === before?.status) return undefined;
  const { externalId, accountId, region, tenant, status, revision, statusChangedAt, roleArn, reason } = after;
  const told = STATUSES_TOLD.find((one) => one === status);
  if (!told) return undefined;
  return {
    externalId,
    accountId,
    region,
    tenant,
    status: told,
    previousStatus: before?.status ?? "pending",
    statusChangedAt: statusChangedAt ?? after.createdAt,
    revision,
    ...(roleArn !== undefined && { roleArn }),
    ...(reason !== undefined && told !== "connected" && told !== "disconnected" && { reason }),
  };
}

/** Of a connection whose tenant had to enter a code. */
function isConfirmed({ confirmation }: Connection): boolean {
  return confirmation === "done";
}

/** The first that is in the second list only. */
function added(before: readonly string[] = [], after: readonly string[] = []): string | undefined {
  return after.find((one) => !before.includes(one));
}
