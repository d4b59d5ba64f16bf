/**
 * A connection that is not proven yet: no response to the request that connected was accepted, so that it may turn out to be forged. The
 * record keeps what it goes back to then, and what is heard of its stacks in the meantime is noted there, too.
 */
import { type BeforeConnect, type Changes, type Connection, isConnected } from "./connection.js";
import { withDeleteAfter } from "./ending.js";

/** CloudFormation's response URLs are good for two hours. After that no response can prove a request any more. */
const PROVABLE_MILLISECONDS = 2 * 60 * 60_000;

/** A connection without a stack was made without a request. */
export function isUnproven(connection: Pick<Connection, "status" | "stackId" | "acceptedAt">): boolean {
  return isConnected(connection) && connection.stackId !== undefined && connection.acceptedAt === undefined;
}

/** What connected was asked for by CloudFormation: nothing undoes it any more. */
export function proven(connection: Connection, now: Date): Pick<Changes, "acceptedAt" | "beforeConnect"> {
  return {
    acceptedAt: connection.acceptedAt ?? now.toISOString(),
    ...(connection.beforeConnect && { beforeConnect: undefined }),
  };
}

/**
 * The role of a connection is safe. That proves no request: somebody can name a role that another stack left behind. Only where no
 * response will be accepted or refused any more, because nobody delivered the request again in time, has it to do.
 */
export function provenByRole(connection: Connection, now: Date): Changes {
  const { connectedAt } = connection;
  const isLate =
    connectedAt === undefined || now.getTime() - new Date(connectedAt).getTime() > PROVABLE_MILLISECONDS;
  return isUnproven(connection) && !isLate ? {} : proven(connection, now);
}

/** What a stack that connects keeps of the record as it was. One that takes the place of an unproven one goes back as far as that. */
export function keepBefore(connection: Connection, stackId: string): Pick<Changes, "beforeConnect"> {
  return isUnproven(connection) ? {} : { beforeConnect: partsOf(connection, stackId) };
}

/** CloudFormation's bucket refused the response to the request that connected: CloudFormation never asked. */
export function rollBack(connection: Connection): Changes {
  const { beforeConnect = {}, stackId = "", openStackIds = [] } = connection;
  return withDeleteAfter(connection, {
    status: "pending",
    roleArn: undefined,
    roleId: undefined,
    stackId: undefined,
    logicalResourceId: undefined,
    requestId: beforeConnect.requestId,
    requestedAt: undefined,
    reason: beforeConnect.reason,
    templateVersion: undefined,
    tier: beforeConnect.tier,
    retriedAt: undefined,
    deleteHeardAt: undefined,
    ...(beforeConnect.openStackId !== stackId && {
      openStackIds: openStackIds.filter((one) => one !== stackId),
    }),
    connectedAt: undefined,
    verifiedAt: undefined,
    nextProbeAt: undefined,
    ...(connection.kind === "organization" && { nextListingAt: undefined }),
    blockedSince: undefined,
    deniedProbes: undefined,
    deniedDays: undefined,
    endsAt: undefined,
    beforeConnect: undefined,
  });
}

/** The record as it is without what is not proven. */
export function withoutUnproven(connection: Connection): Connection {
  return { ...connection, ...rollBack(connection) };
}

/**
 * What is true whether the request that connected was forged or not is noted in what the record goes back to as well.
 * @param changesOf of the record as it is without what is not proven
 */
export function noteBefore(
  connection: Connection,
  changesOf: (before: Connection) => Changes | undefined,
): Pick<Changes, "beforeConnect" | "failedStacks"> {
  const { stackId } = connection;
  if (!isUnproven(connection) || stackId === undefined) return {};
  const before = withoutUnproven(connection);
  const after = { ...before, ...changesOf(before) };
  return { beforeConnect: partsOf(after, stackId), failedStacks: after.failedStacks };
}

/** Without what is undefined: it is kept in the table. */
function partsOf(connection: Connection, stackId: string): BeforeConnect {
  const { requestId, reason, tier, openStackIds = [] } = connection;
  const openStackId = openStackIds.includes(stackId) ? stackId : undefined;
  const parts = { requestId, reason, tier, openStackId };
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
}
