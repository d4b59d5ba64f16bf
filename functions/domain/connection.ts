/** The connection: one customer account linked to the vendor, and the only record that this system keeps. */

/**
 * What a connection can be at a given moment. A pending one past `expiresAt` counts as expired: see {@link currentStatus}. `unreachable` and
 * `unsafe` are connected ones whose role has a problem. `awaited` is the first status of a member: its account is in the organization's list,
 * and its role was not found yet. It is no link that waits for somebody, and no limit counts it.
 */
export const STATUSES = [
  "pending",
  "awaited",
  "expired",
  "connected",
  "unreachable",
  "unsafe",
  "disconnected",
  "cancelled",
] as const;

export type CurrentStatus = (typeof STATUSES)[number];

/** The status as it is stored: `expired` is never written. */
export type Status = Exclude<CurrentStatus, "expired">;

export interface Connection {
  /**
   * `<region>:<uuid>`, and of a member `<region>:<uuid>.<account>`: the record's key, and the condition in the trust policy of the customer's
   * role.
   */
  readonly externalId: string;
  /** A whole organization, or one of its accounts; absent for an account that connected by itself. */
  readonly kind?: "organization" | "member" | undefined;
  /** How the role comes about: the customer makes it and names its ARN; absent where a stack of theirs makes it. */
  readonly method?: "role" | undefined;
  /** The customer's account, 12 digits. */
  readonly accountId: string;
  readonly region: string;
  /** The ServiceToken of the customer's stack; absent where no stack phones home: then there is no statement either. */
  readonly topicArn?: string | undefined;
  /** The vendor's own number for the customer who asked for the link; "" where callers have none. */
  readonly tenant: string;
  /** Who gets access, as the customer's stack shows it: in ASCII. */
  readonly grantedTo: string;
  /** The managed policy that limits the role, by name or ARN, as whoever asked for the link wants it. */
  readonly permissionsBoundary?: string | undefined;
  readonly status: Status;
  /** When the status last changed; absent while it is the first one. */
  readonly statusChangedAt?: string | undefined;
  /** Counts the writes; each is conditional on the one before. */
  readonly revision: number;
  /** ISO 8601, like every time here but `deleteAfter`. */
  readonly createdAt: string;
  /** When the link stops working. */
  readonly expiresAt: string;
  /** Seconds since 1970, for DynamoDB's TTL; absent while the connection is connected or a stack is open. */
  readonly deleteAfter?: number | undefined;
  readonly roleArn?: string | undefined;
  /** The role's unique ID (`AROA…`), as STS tells it: another role of the same name has another. */
  readonly roleId?: string | undefined;
  /** The connected stack, and the name of its custom resource. */
  readonly stackId?: string | undefined;
  readonly logicalResourceId?: string | undefined;
  /** The last request that was applied, or got the response FAILED while nothing was connected. */
  readonly requestId?: string | undefined;
  /** When the last one was published that was applied. */
  readonly requestedAt?: string | undefined;
  readonly templateVersion?: string | undefined;
  /** A later version that the stack was found to lack: the last one of which the vendor was told. */
  readonly laterTemplate?: string | undefined;
  /** What the link asks for and the role has, of the tiers that the vendor offers; absent where there are none. */
  readonly tier?: string | undefined;
  /** The tier that the stack is to be updated to. */
  readonly requestedTier?: string | undefined;
  /** The tier before the last update: CloudFormation goes back to it when the update fails later. */
  readonly previousTier?: string | undefined;
  /** When CloudFormation published another try of the connected stack's resource: then it also deletes what it tried before. */
  readonly retriedAt?: string | undefined;
  /** Stacks whose Create was heard and whose Delete was not, failed ones too: they still need to publish. At most {@link MAX_STACKS}. */
  readonly openStackIds?: readonly string[] | undefined;
  /**
   * When the last Delete of a stack was published, by stack ID: a Create that was published before it connects nothing. At most
   * {@link MAX_STACKS}.
   */
  readonly deletedStacks?: Readonly<Record<string, string>> | undefined;
  /**
   * When the last request of a stack was published that got the response FAILED, by stack ID: delivered once more it connects nothing, and a
   * Delete that was published before it does not close the stack. Forgotten when the stack is. At most {@link MAX_STACKS}.
   */
  readonly failedStacks?: Readonly<Record<string, string>> | undefined;
  /** When a Delete of the connected stack was heard that may be its end or the clean-up after a retry: probes find out. */
  readonly deleteHeardAt?: string | undefined;
  /** How often a role was probed for a Create or a change of role, since an update last succeeded. */
  readonly attempts?: number | undefined;
  readonly connectedAt?: string | undefined;
  /** When the response to the request that connected was accepted. Until then the request may turn out to be forged. */
  readonly acceptedAt?: string | undefined;
  /** What the record goes back to if it does; absent once the response was accepted. */
  readonly beforeConnect?: BeforeConnect | undefined;
  /** How many responses in a row were refused by CloudFormation's bucket after a probe: whoever published them was not CloudFormation. */
  readonly refusals?: number | undefined;
  /** When a probe last found the role safe. */
  readonly verifiedAt?: string | undefined;
  /** Since when STS refuses to probe the role at all; absent once a probe found out something. */
  readonly blockedSince?: string | undefined;
  /** How many probes in a row were denied, and the first days on which some were, at most three, such as 2026-03-01. */
  readonly deniedProbes?: number | undefined;
  readonly deniedDays?: readonly string[] | undefined;
  /** When the connection will be ended because its role cannot be assumed any more, unless it can until then. The vendor was told. */
  readonly endsAt?: string | undefined;
  /** When the role is due to be probed again; absent where there is nothing to probe. */
  readonly nextProbeAt?: string | undefined;
  /** When it was disconnected or cancelled. */
  readonly endedAt?: string | undefined;
  /** Who ended it: by deleting the stack, by cancelling the link, by a command, or by leaving the organization. */
  readonly endedBy?: "customer" | "tenant" | "vendor" | "organization" | undefined;
  /** Why, in the words of whoever ended it on the vendor's side. */
  readonly endReason?: string | undefined;
  /** Why the last attempt failed, as the customer saw it. */
  readonly reason?: string | undefined;
  /** Whether the tenant has to enter the code that the customer's stack shows, or has done so; absent where none is asked for. */
  readonly confirmation?: "required" | "done" | undefined;
  /** That code, made in the write that connected. It is shown in the customer's account and nowhere else. */
  readonly confirmationCode?: string | undefined;
  /** How many codes the tenant has tried. */
  readonly confirmationTries?: number | undefined;
  /** Of an organization: its ID (`o-…`), its root's (`r-…`), and how StackSets are called in the account of its stack. */
  readonly organizationId?: string | undefined;
  readonly rootId?: string | undefined;
  readonly callAs?: "SELF" | "DELEGATED_ADMIN" | undefined;
  /** Of an organization: when its accounts were last listed completely, how often so far, and when that is due again. */
  readonly listedAt?: string | undefined;
  readonly listings?: number | undefined;
  readonly nextListingAt?: string | undefined;
  /** Of an organization: when somebody last asked for that. */
  readonly listingRequestedAt?: string | undefined;
  /** Of an organization: how many members the last listing would have ended, which an operator has to confirm, or has confirmed. */
  readonly heldEnds?: number | undefined;
  readonly confirmedEnds?: number | undefined;
  /** Of an organization: its members by what they are, as the last listing left them, and the commonest reasons of those not connected. */
  readonly counts?: Readonly<Record<string, number>> | undefined;
  readonly reasons?: Readonly<Record<string, number>> | undefined;
  /** Of an organization: why its accounts could not be listed last time, or not all of them be taken in. */
  readonly listingProblem?: string | undefined;
  /** Of a member: the external ID of its organization's connection. */
  readonly organization?: string | undefined;
  /** Of a member: the account's name in the organization. E-mail addresses are not kept. */
  readonly accountName?: string | undefined;
  /** Of a member: since when complete listings say that the account is closed or gone. */
  readonly missingSince?: string | undefined;
  /** Of a member: what AWS says of an account that is not active, such as SUSPENDED. */
  readonly accountState?: string | undefined;
  /** Of a member: how far StackSets got with its role, in their words, such as SUCCEEDED; absent where they do not make one. */
  readonly stackInstance?: string | undefined;
}

/** What a request that connected, and is not proven, made of the record. */
export type Claim = Readonly<
  Partial<Record<"roleArn" | "roleId" | "requestedAt" | "templateVersion" | "tier" | "connectedAt", string>>
>;

/** Values that a record had before it connected, and the stack that connected if it was open before. */
export type BeforeConnect = Readonly<
  Partial<Record<"requestId" | "reason" | "tier" | "openStackId", string>> & {
    /** Of other requests of the same stack that connected, by request ID: each of them may be the genuine one. */
    claims?: Readonly<Record<string, Claim>>;
  }
>;

/** New values; undefined removes an attribute. */
export type Changes = Partial<Omit<Connection, "externalId" | "revision">>;

/**
 * As many stacks of one connection are kept in each list: an item of DynamoDB has 400 KB at most, and who tried a link with so many stacks
 * needs another one.
 */
export const MAX_STACKS = 20;

/** Whether the customer's role is in use, whatever the last probe found. */
export function isConnected({ status }: Pick<Connection, "status">): boolean {
  return status === "connected" || status === "unreachable" || status === "unsafe";
}

/** Whether the customer makes the role and names it; otherwise a stack of theirs does. */
export function hasOwnRole({ method }: Pick<Connection, "method">): boolean {
  return method === "role";
}

/** As often a role is probed for one connection, before it connects or changes. Each time keeps us busy for up to a minute. */
export const MAX_ATTEMPTS = 20;

/** Whether there may be a role to probe: the connection's, or the one that a member is to get. */
export function hasRole(connection: Pick<Connection, "status">): boolean {
  return isConnected(connection) || connection.status === "awaited";
}

/** Whether it was cancelled or disconnected: nothing brings it back. */
export function isEnded({ status }: Pick<Connection, "status">): boolean {
  return status === "cancelled" || status === "disconnected";
}

/** Whether the link can no longer be used although nobody ended it. It is never written: time alone makes it so. */
export function isExpired(
  { status, expiresAt }: Pick<Connection, "status" | "expiresAt">,
  now: Date,
): boolean {
  return status === "pending" && new Date(expiresAt) <= now;
}

/** The status as people should see it: `expired` for a pending connection whose link is too old. */
export function currentStatus(
  connection: Pick<Connection, "status" | "expiresAt">,
  now: Date,
): CurrentStatus {
  return isExpired(connection, now) ? "expired" : connection.status;
}

/** Whether one of the connection's stacks still has to publish its Delete. */
export function hasOpenStack({ openStackIds = [] }: Pick<Connection, "openStackIds">): boolean {
  return openStackIds.length > 0;
}

/**
 * Whether the vendor may use the customer's role: it is safe, and the code that confirms that tenant and customer belong together,
 * if one is asked for, was entered.
 */
export function isUsable({ status, confirmation }: Pick<Connection, "status" | "confirmation">): boolean {
  return status === "connected" && confirmation !== "required";
}
