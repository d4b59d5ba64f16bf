/** What a listing makes of one member: a pure function of the record and of what AWS says of the account. */
import type { ListedAccount } from "../aws/organizations.js";
import { type Changes, type Connection, isEnded } from "../domain/connection.js";
import { end } from "../domain/ending.js";
import { unreachableAccount } from "../domain/member-probe.js";
import { plain } from "../domain/plain-text.js";
import { ACCOUNT_CLOSED, ACCOUNT_LEFT, MANAGEMENT_ACCOUNT_SKIPPED } from "../domain/sentences.js";
import type { Listing } from "./reconcile.js";

const MINUTE = 60_000;

/** An account that was just closed is listed as active and as closed in turn: it is gone when two listings so far apart say so. */
const MISSING_MILLISECONDS = 30 * MINUTE;

/** How far StackSets got with a member's role, as its record has it; undefined where that is not known. */
type Progress = Pick<Connection, "stackInstance" | "reason">;

/** What is known of one account. */
export interface Findings {
  readonly account: ListedAccount | undefined;
  readonly progress: Progress | undefined;
  /** Whether an account that is not listed is not there. */
  readonly isComplete: boolean;
  /** Whether members that are gone may be ended. */
  readonly mayEnd: boolean;
  /** Whether there is room for one that comes back. */
  readonly mayReturn: boolean;
  readonly now: Date;
}

/** @returns undefined where nothing changes */
export function memberAfterListing(member: Connection, findings: Findings): Changes | undefined {
  const { account, isComplete, mayReturn, now } = findings;
  if (isEnded(member)) {
    return mayReturn && member.endedBy === "organization" ? comeBack(findings) : undefined;
  }
  const isGone = isComplete && isMissing(account);
  if (isGone && isMissingForLong(member, account, now)) {
    if (!findings.mayEnd) return undefined;
    const reason = account === undefined ? ACCOUNT_LEFT : ACCOUNT_CLOSED;
    return { ...end(member, { by: "organization", reason }, now), missingSince: undefined };
  }
  const changes = {
    ...(isGone && member.missingSince === undefined && { missingSince: now.toISOString() }),
    ...(isComplete && account && !isGone && ofListed(member, account, now)),
  };
  const all = { ...changes, ...ofProgress({ ...member, ...changes }, findings) };
  return Object.keys(all).length > 0 ? all : undefined;
}

/** Whether two complete listings, far enough from each other, lack the account. @param account as the second of them has it */
export function isMissingForLong(
  { missingSince }: Connection,
  account: ListedAccount | undefined,
  now: Date,
): boolean {
  if (!isMissing(account) || missingSince === undefined) return false;
  return now.getTime() - new Date(missingSince).getTime() >= MISSING_MILLISECONDS;
}

/** What StackSets say of the account, and why there is no role in it if that is known. */
export function progressOf(
  accountId: string,
  { instances, managementAccountId }: Pick<Listing, "instances" | "managementAccountId">,
): Progress | undefined {
  if (instances === undefined) return undefined;
  const instance = instances.get(accountId);
  if (instance === undefined) {
    return accountId === managementAccountId ? { reason: MANAGEMENT_ACCOUNT_SKIPPED } : {};
  }
  const { status, reason } = instance;
  return {
    stackInstance: status,
    ...(isGivenUp(status) && reason !== undefined && { reason: plain(reason) }),
  };
}

/** Whether StackSets neither made the role nor still try to. */
export function isGivenUp(stackInstance: string): boolean {
  return stackInstance !== "SUCCEEDED" && !isUnderWay(stackInstance);
}

function isUnderWay(stackInstance: string | undefined): boolean {
  return stackInstance === "PENDING" || stackInstance === "RUNNING";
}

function isMissing(account: ListedAccount | undefined): boolean {
  return account === undefined || account.state === "CLOSED";
}

/** The key and the role are what they were, and both proofs are made anew: the one way back for a connection that ended. */
function comeBack({ account, progress, now }: Findings): Changes {
  return {
    status: "awaited",
    accountName: account && plain(account.name),
    nextProbeAt: now.toISOString(),
    connectedAt: undefined,
    deleteAfter: undefined,
    deniedProbes: undefined,
    endedAt: undefined,
    endedBy: undefined,
    endReason: undefined,
    accountState: undefined,
    stackInstance: progress?.stackInstance,
    reason: progress?.reason,
  };
}

function ofListed(member: Connection, { name, state }: ListedAccount, now: Date): Changes {
  const accountName = plain(name);
  return {
    ...(member.missingSince !== undefined && { missingSince: undefined }),
    ...(accountName !== (member.accountName ?? "") && { accountName }),
    ...ofState(member, state === "ACTIVE" ? undefined : state, now),
  };
}

/** @param accountState undefined for an active account */
function ofState(member: Connection, accountState: string | undefined, now: Date): Changes {
  if (accountState === member.accountState) return {};
  if (accountState !== undefined) {
    return { accountState, ...unreachableAccount(member.accountId, accountState, now) };
  }
  const nextProbeAt = now.toISOString();
  const wasConnected = member.connectedAt !== undefined;
  return {
    accountState,
    nextProbeAt,
    ...(!wasConnected && { status: "awaited", reason: undefined, deniedProbes: undefined }),
  };
}

/** Of a member whose role is awaited: as soon as StackSets have made it, it is looked for. */
function ofProgress(member: Connection, { progress, now }: Findings): Changes {
  if (member.status !== "awaited" || progress === undefined) return {};
  const { stackInstance, reason } = progress;
  const isSame =
    stackInstance === member.stackInstance || (isUnderWay(stackInstance) && isUnderWay(member.stackInstance));
  if (stackInstance === "SUCCEEDED") {
    if (isSame) return {};
    return { stackInstance, reason: undefined, deniedProbes: undefined, nextProbeAt: now.toISOString() };
  }
  return {
    ...(!isSame && { stackInstance }),
    ...(reason !== member.reason && { reason }),
  };
}
