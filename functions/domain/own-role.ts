/**
 * A role that the customer made without our template, and named by its ARN. Nothing phones home for it: that it is the customer's is proven by
 * the probes alone, because only who can write the account's trust policies can demand the external ID that was made for this record.
 */
import { parseRoleArn } from "../aws/arn.js";
import { partitionOf } from "../aws/partitions.js";
import { type Changes, type Connection, hasOwnRole, isEnded, isExpired } from "./connection.js";
import * as sentences from "./own-role-sentences.js";
import { nextProbeAfter } from "./probe-outcome.js";
import { NO_STREAKS } from "./streaks.js";

/** The role, as the tenant names it. */
export interface NamedRole {
  readonly roleArn: string;
  /** Its unique ID, as IAM shows it in the customer's account. */
  readonly roleId?: string | undefined;
}

/** What the health check of a region is asked, because it alone may assume customers' roles. */
export interface VerificationRequest extends NamedRole {
  readonly externalId: string;
}

/** What became of it. */
export type Verification =
  | { readonly outcome: "connected" }
  /** The role is not assumable, or not safe, or not the one with that ID. Which of them is for the log alone. */
  | { readonly outcome: "refused" }
  /** The connection takes no role, or not this one; why is for the tenant. */
  | { readonly outcome: "closed"; readonly reason: string }
  /** STS did not say. */
  | { readonly outcome: "unknown" };

/**
 * Whether the role's unique ID has to be named. A stack shows a code that confirms the connection; a role shows none, and its ID is what only
 * people see who can read the account.
 */
export function needsRoleId({ confirmation }: Pick<Connection, "confirmation">): boolean {
  return confirmation !== undefined;
}

/** Why the connection takes no role. @returns undefined where it takes one */
export function whyClosed(connection: Connection, now: Date): string | undefined {
  if (!hasOwnRole(connection)) return sentences.MADE_BY_A_STACK;
  if (isEnded(connection)) return sentences.OWN_ROLE_ENDED;
  return isExpired(connection, now) ? sentences.ownRoleExpired(connection.expiresAt) : undefined;
}

/**
 * What is wrong with the ARN, before anybody is called: nobody can have us call at accounts that never met us.
 *
 * @param path the one of customers' roles, with a slash at both ends
 * @returns undefined for the ARN of a role that may be the customer's
 */
export function arnProblem(
  roleArn: string,
  { accountId, region }: Pick<Connection, "accountId" | "region">,
  path: string,
): string | undefined {
  const { partition } = partitionOf(region);
  const role = parseRoleArn(roleArn);
  if (role?.partition !== partition) return sentences.notTheArnOfARole(roleArn, partition);
  if (role.accountId !== accountId) return sentences.ownRoleOfAnotherAccount(accountId, role.accountId);
  return role.path === path ? undefined : sentences.ownRoleUnderAnotherPath(path, role.path);
}

/**
 * The probes passed, and the role is the one with the ID that was named, if one was. What was wrong with an earlier role is forgotten with it.
 */
export function connectOwnRole(connection: Connection, { roleArn, roleId }: NamedRole, now: Date): Changes {
  const time = now.toISOString();
  return {
    status: "connected",
    roleArn,
    roleId,
    connectedAt: connection.connectedAt ?? time,
    acceptedAt: connection.acceptedAt ?? time,
    verifiedAt: time,
    nextProbeAt: nextProbeAfter("connecting", now),
    ...(needsRoleId(connection) && { confirmation: "done", confirmationTries: undefined }),
    attempts: undefined,
    reason: undefined,
    deleteAfter: undefined,
    ...NO_STREAKS,
  };
}
