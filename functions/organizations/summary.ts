/** An organization's members in numbers: pure functions of their records. */
import { type Changes, type Connection, isEnded } from "../domain/connection.js";
import { memberCounts } from "../domain/organization.js";
import { MANAGEMENT_ACCOUNT_SKIPPED } from "../domain/sentences.js";
import { isGivenUp } from "./member-changes.js";

/** As many reasons are told of: each further one would be somebody's alone. */
const MAX_REASONS = 5;

/** For so long after an account joined, or came back, its role may still be on its way. */
const SETTLING_MILLISECONDS = 60 * 60_000;

/**
 * How many members there are of each status, and why those that are not connected are not. `excluded` are accounts for which StackSets make
 * no role: outside of the units that the customer chose, or the management account.
 */
export function summaryOf(members: readonly Connection[]): Required<Pick<Changes, "counts" | "reasons">> {
  // In the first minutes there is no StackSet yet.
  const hasInstances = members.some(({ stackInstance }) => stackInstance !== undefined);
  const counts: Record<string, number> = { ...memberCounts({}) };
  const reasons = new Map<string, number>();
  for (const member of members) {
    const isLeftOut = isExcluded(member, hasInstances);
    const status = isLeftOut ? "excluded" : member.status;
    counts[status] = (counts[status] ?? 0) + 1;
    if (isLeftOut || isEnded(member) || member.status === "connected" || member.reason === undefined)
      continue;
    const reason = withoutOwnValues(member.reason, member.accountId);
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const commonest = [...reasons].sort(([, one], [, other]) => other - one).slice(0, MAX_REASONS);
  return { counts, reasons: commonest.length > 0 ? Object.fromEntries(commonest) : undefined };
}

/** Whether a role may appear any minute. */
export function isSettling(members: readonly Connection[], now: Date): boolean {
  return members.some(({ status, stackInstance, reason, statusChangedAt, createdAt }) => {
    if (status !== "awaited" || reason === MANAGEMENT_ACCOUNT_SKIPPED) return false;
    if (stackInstance !== undefined && isGivenUp(stackInstance)) return false;
    return now.getTime() - new Date(statusChangedAt ?? createdAt).getTime() < SETTLING_MILLISECONDS;
  });
}

function isExcluded({ status, stackInstance, reason }: Connection, hasInstances: boolean): boolean {
  if (status !== "awaited" || stackInstance !== undefined) return false;
  return hasInstances || reason === MANAGEMENT_ACCOUNT_SKIPPED;
}

/** The same sentence for all accounts that have the same trouble. */
function withoutOwnValues(reason: string, accountId: string): string {
  const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
  return reason.replaceAll(accountId, "<account>").replace(uuid, "<id>");
}
