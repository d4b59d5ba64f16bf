/** What the lister, the API and the operator's command agree on about organizations and their members: pure functions of the records. */
import { partitionOf } from "../aws/partitions.js";
import { type Changes, type Connection, isConnected, type Status } from "./connection.js";
import { memberExternalId } from "./external-id.js";

const MINUTE = 60_000;

/** Whether the organization's accounts may be listed: it is proven, confirmed where that is asked for, and its role serves nobody else. */
export function isListable({ status, acceptedAt, confirmation }: Connection): boolean {
  return (
    isConnected({ status }) && status !== "unsafe" && acceptedAt !== undefined && confirmation !== "required"
  );
}

/**
 * Somebody wants the accounts to be listed again.
 * @returns undefined where that was done in the last minute, or cannot be
 */
export function lookAgain(organization: Connection, now: Date): Changes | undefined {
  const { listedAt } = organization;
  const isFresh = listedAt !== undefined && now.getTime() - new Date(listedAt).getTime() < MINUTE;
  return isFresh || !isListable(organization) ? undefined : requested(now);
}

/**
 * An operator lets the ends through that the last listing would have made: as many and no more, and once.
 * @returns undefined where none is held
 */
export function confirmHeldEnds({ heldEnds }: Connection, now: Date): Changes | undefined {
  return heldEnds === undefined
    ? undefined
    : { heldEnds: undefined, confirmedEnds: heldEnds, ...requested(now) };
}

/** Its accounts are listed within a minute, although they may just have been. */
function requested(now: Date): Changes {
  return { nextListingAt: now.toISOString(), listingRequestedAt: now.toISOString() };
}

/** The name of the organization's StackSet: the one of its stack, which is part of the stack's ID. */
export function stackSetNameOf({ stackId = "" }: Connection): string {
  const [, name = ""] = stackId.split("/");
  return name;
}

/** What a member can be: no link is made for it. */
export const MEMBER_STATUSES = [
  "awaited",
  "connected",
  "unreachable",
  "unsafe",
  "disconnected",
] as const satisfies readonly Status[];

/** What a member can be counted as. */
export const COUNTED = [...MEMBER_STATUSES, "excluded"] as const;

/** How many members an organization has of each. */
export type MemberCounts = Readonly<Record<(typeof COUNTED)[number], number>>;

/** As the last run of the lister left them; all 0 before the first one. */
export function memberCounts({ counts = {} }: Pick<Connection, "counts">): MemberCounts {
  return Object.fromEntries(COUNTED.map((one) => [one, counts[one] ?? 0])) as MemberCounts;
}

/** How many accounts are connected or to be: all but those that have left, and those for which the customer's StackSet makes no role. */
export function totalOf({ connected, awaited, unreachable, unsafe }: MemberCounts): number {
  return connected + awaited + unreachable + unsafe;
}

/** An account as a member: its role is looked for from now on. */
export interface NewMember {
  readonly accountId: string;
  readonly accountName: string;
  /** The path of the roles that customers create, with a slash at both ends. */
  readonly customerRolePath: string;
}

/** The record of an account that the organization's list has. It belongs to whom the organization belongs to. */
export function newMember(organization: Connection, account: NewMember, now: Date): Connection {
  const { externalId, region, tenant, grantedTo, tier } = organization;
  const { accountId, accountName, customerRolePath } = account;
  const createdAt = now.toISOString();
  return {
    externalId: memberExternalId(externalId, accountId),
    kind: "member",
    accountId,
    accountName,
    organization: externalId,
    region,
    tenant,
    grantedTo,
    tier,
    status: "awaited",
    revision: 1,
    createdAt,
    // It waits for no link.
    expiresAt: createdAt,
    roleArn: memberRoleArn(organization, accountId, customerRolePath),
    nextProbeAt: createdAt,
  };
}

/** The role of the organization's stack, which lists its accounts. */
export function organizationRoleArn(connection: Connection, path: string): string {
  return roleArnOf(connection, connection.accountId, `${path}organization`);
}

function memberRoleArn(organization: Connection, accountId: string, path: string): string {
  return roleArnOf(organization, accountId, `${path}connection`);
}

/** The templates give roles these names, with the first digits of the external ID: two organizations' can be in one account. */
function roleArnOf({ externalId, region }: Connection, accountId: string, name: string): string {
  const [, uuid = ""] = externalId.split(":");
  return `arn:${partitionOf(region).partition}:iam::${accountId}:role${name}-${uuid.slice(0, 8)}`;
}
