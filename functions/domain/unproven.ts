/**
 * A connection that is not proven yet: no response to the request that connected was accepted, so that it may turn out to be forged. The
 * record keeps what it goes back to then, and what is heard of its stacks in the meantime is noted there, too.
 */
import { type BeforeConnect, type Changes, type Claim, type Connection, isConnected } from "./connection.js";
import { defined } from "./defined.js";
import { withDeleteAfter } from "./ending.js";
import type { StackRequest } from "./stacks.js";
import { NO_STREAKS } from "./streaks.js";

/** CloudFormation's response URLs are good for two hours. After that no response can prove a request any more. */
const PROVABLE_MILLISECONDS = 2 * 60 * 60_000;

/** As many other requests are kept that may be the genuine one, the newest: whoever forges more for their own stack needs a new link. */
const MAX_CLAIMS = 10;

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

/**
 * What a request that connects keeps of the record as it was. Where another one of the same stack connected that is not proven either, what
 * that one made of it is kept, too.
 */
export function keepBefore(
  connection: Connection,
  { stackId, requestId }: Pick<StackRequest, "stackId" | "requestId">,
): Pick<Changes, "beforeConnect"> {
  if (!isUnproven(connection)) return { beforeConnect: partsOf(connection, stackId) };
  const claims = without({ ...claimsOf(connection), ...claimOf(connection) }, requestId);
  return withClaims(connection, Object.fromEntries(newestFirst(claims).slice(0, MAX_CLAIMS)));
}

/**
 * Whether it is this request that connected. By its number and its role: a response URL is signed for the number, and whoever forges a message
 * can give it that of a genuine one.
 */
export function isBy(
  { requestId, properties }: Pick<StackRequest, "requestId" | "properties">,
  connected: Pick<Connection, "requestId" | "roleArn">,
): boolean {
  return connected.requestId === requestId && connected.roleArn === properties?.RoleArn;
}

/** Whether the request connected, is not proven, and was not undone. */
export function hasClaim(
  request: Pick<StackRequest, "requestId" | "properties">,
  connection: Connection,
): boolean {
  const { requestId } = request;
  const claims = claimsOf(connection);
  const isOfOther = Object.hasOwn(claims, requestId) && isBy(request, { requestId, ...claims[requestId] });
  return isUnproven(connection) && (isBy(request, connection) || isOfOther);
}

/**
 * CloudFormation's bucket refused the response to a request that connected: CloudFormation never asked. If another one of the same stack
 * connected that is not decided yet, the record is that one's.
 */
export function rollBack(
  connection: Connection,
  request: Pick<StackRequest, "requestId" | "properties">,
): Changes | undefined {
  if (!hasClaim(request, connection)) return undefined;
  const claims = claimsOf(connection);
  if (!isBy(request, connection)) return withClaims(connection, without(claims, request.requestId));
  const [next] = newestFirst(claims);
  if (!next) return toBefore(connection);
  const [nextId, { roleArn, roleId, requestedAt, templateVersion, tier, connectedAt }] = next;
  return {
    requestId: nextId,
    roleArn,
    roleId,
    requestedAt,
    templateVersion,
    tier,
    connectedAt,
    ...withClaims(connection, without(claims, nextId)),
  };
}

function toBefore(connection: Connection): Changes {
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
    ...NO_STREAKS,
    beforeConnect: undefined,
  });
}

/** The record as it is without what is not proven. */
export function withoutUnproven(connection: Connection): Connection {
  return { ...connection, ...toBefore(connection) };
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
  return {
    ...withClaims({ ...connection, beforeConnect: partsOf(after, stackId) }, claimsOf(connection)),
    failedStacks: after.failedStacks,
  };
}

/** Without what is undefined, because it is kept in the table. */
function partsOf(connection: Connection, stackId: string): BeforeConnect {
  const { requestId, reason, tier, openStackIds = [] } = connection;
  const openStackId = openStackIds.includes(stackId) ? stackId : undefined;
  return defined({ requestId, reason, tier, openStackId });
}

/** Of the request that the record is of. */
function claimOf(connection: Connection): Readonly<Record<string, Claim>> {
  const { requestId = "", roleArn, roleId, requestedAt, templateVersion, tier, connectedAt } = connection;
  return { [requestId]: defined({ roleArn, roleId, requestedAt, templateVersion, tier, connectedAt }) };
}

/** Of the others. */
function claimsOf({ beforeConnect }: Connection): Readonly<Record<string, Claim>> {
  return beforeConnect?.claims ?? {};
}

function withClaims(
  { beforeConnect = {} }: Connection,
  claims: Readonly<Record<string, Claim>>,
): Pick<Changes, "beforeConnect"> {
  const { claims: _, ...parts } = beforeConnect;
  return { beforeConnect: { ...parts, ...(Object.keys(claims).length > 0 && { claims }) } };
}

function without(claims: Readonly<Record<string, Claim>>, requestId: string) {
  const { [requestId]: _, ...others } = claims;
  return others;
}

function newestFirst(claims: Readonly<Record<string, Claim>>): [requestId: string, Claim][] {
  const time = ({ connectedAt = "" }: Claim) => connectedAt;
  return Object.entries(claims).sort(([, one], [, other]) => time(other).localeCompare(time(one)));
}
