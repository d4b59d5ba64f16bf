/**
 * How a connection changes: a pure function for each rule, from the record as it was read to the attributes that get new values.
 */
import { accountOf } from "../aws/arn.js";
import {
  type Changes,
  type Connection,
  deleteAfter,
  hasOpenStack,
  isConnected,
  isExpired,
} from "./connection.js";
import type { ProbeResult } from "./probe.js";
import { nextProbeAfter, plain, recordProbe } from "./probe-outcome.js";
import * as sentences from "./sentences.js";

/** What a custom resource request says of the stack that it is about. */
export interface StackRequest {
  readonly type: "Create" | "Update" | "Delete";
  readonly stackId: string;
  readonly logicalResourceId: string;
  readonly requestId: string;
  /** By SNS's clock. */
  readonly publishedAt: Date;
  readonly properties: { readonly TemplateVersion: string } | undefined;
}

/** As many deleted stacks of one connection are remembered; with so many, the link connects no further one. */
export const MAX_DELETED_STACKS = 100;

/** A connection cannot be cancelled; the message says why. */
export class NotCancellableError extends Error {
  override readonly name = "NotCancellableError";
}

/**
 * By stack and resource, and not by the physical ID: CloudFormation makes one up when it never saw our response.
 */
export function isSameStack(
  request: Pick<StackRequest, "stackId" | "logicalResourceId">,
  { stackId, logicalResourceId }: Connection,
): boolean {
  return request.stackId === stackId && request.logicalResourceId === logicalResourceId;
}

/** The probes passed: the link's one connection is made, and the same write takes the record out of TTL's reach. */
export function connect(connection: Connection, request: StackRequest, roleArn: string, now: Date): Changes {
  return {
    status: "connected",
    roleArn,
    stackId: request.stackId,
    logicalResourceId: request.logicalResourceId,
    ...applied(request),
    openStackIds: withStack(connection.openStackIds, request.stackId),
    connectedAt: now.toISOString(),
    verifiedAt: now.toISOString(),
    nextProbeAt: nextProbeAfter("connecting", now),
    reason: undefined,
    deleteAfter: undefined,
  };
}

/** Undoes {@link connect} when the bucket refused the response for good: then CloudFormation never asked. */
export function rollBack(connection: Connection, request: StackRequest): Changes {
  const openStackIds = withoutStack(connection.openStackIds, request.stackId);
  return {
    status: "pending",
    roleArn: undefined,
    stackId: undefined,
    logicalResourceId: undefined,
    requestId: undefined,
    requestedAt: undefined,
    templateVersion: undefined,
    openStackIds,
    connectedAt: undefined,
    verifiedAt: undefined,
    nextProbeAt: undefined,
    confirmationCode: undefined,
    deleteAfter: openStackIds.length === 0 ? deleteAfter(new Date(connection.expiresAt)) : undefined,
  };
}

/** An attempt failed. Its stack still has to publish its Delete, unless it did so already. */
export function fail(connection: Connection, request: StackRequest, reason: string): Changes {
  const { stackId, type } = request;
  const isOwn = accountOf(stackId) === connection.accountId;
  // The Create of the connected stack, too, can be delivered again after its Delete.
  const isDeleted = stackId === connection.stackId || connection.deletedStacks?.includes(stackId);
  const opens = isOwn && type === "Create" && !isDeleted;
  return {
    // What failed besides a connection that works is not a reason that anybody would look for in its record.
    ...(!isConnected(connection) && { reason: plain(reason) }),
    ...(opens && { openStackIds: withStack(connection.openStackIds, stackId), deleteAfter: undefined }),
  };
}

/**
 * The connected stack was updated: to a new template, to another role, or back to what it was. It has the role in any case, so
 * a role that is not safe is marked.
 */
export function update(request: StackRequest, roleArn: string, probe: ProbeResult, now: Date): Changes {
  return {
    roleArn,
    ...applied(request),
    // Where the probe said nothing, the health check probes at once.
    nextProbeAt: now.toISOString(),
    ...recordProbe(probe, roleArn, now),
  };
}

/**
 * A genuine Delete. That of the connected stack ends the connection; of any other stack of the account it is remembered, so that a late
 * Create of it connects nothing.
 *
 * @returns undefined where nothing changes: a stack of another account could not have connected anyway
 */
export function deleteStack(connection: Connection, request: StackRequest, now: Date): Changes | undefined {
  return (
    leave(connection, request, now) ??
    (accountOf(request.stackId) === connection.accountId ? forget(connection, request, now) : undefined)
  );
}

/**
 * The connected stack left this connection: it was deleted, or it went back to the connection that it had before.
 * @returns undefined where it is not this stack that is connected
 */
export function leave(connection: Connection, request: StackRequest, now: Date): Changes | undefined {
  if (!isConnected(connection) || !isSameStack(request, connection)) return undefined;
  const openStackIds = withoutStack(connection.openStackIds, request.stackId);
  return {
    status: "disconnected",
    requestId: request.requestId,
    endedAt: now.toISOString(),
    nextProbeAt: undefined,
    openStackIds,
    ...(openStackIds.length === 0 && { deleteAfter: deleteAfter(now) }),
  };
}

/**
 * Nothing can connect with the link any more. A stack that is open still has to publish its Delete, so TTL leaves its record alone until
 * then.
 *
 * @returns undefined where it is cancelled already
 * @throws NotCancellableError if it is connected, has ended or has expired
 */
export function cancel(connection: Connection, now: Date): Changes | undefined {
  if (connection.status === "cancelled") return undefined;
  if (isConnected(connection)) throw new NotCancellableError(sentences.CONNECTED_ALREADY);
  if (connection.status === "disconnected") throw new NotCancellableError(sentences.ENDED_ALREADY);
  if (isExpired(connection, now))
    throw new NotCancellableError(sentences.expiredAlready(connection.expiresAt));
  return {
    status: "cancelled",
    endedAt: now.toISOString(),
    deleteAfter: hasOpenStack(connection) ? undefined : deleteAfter(now),
  };
}

/** A stack that is not the connected one was deleted. */
function forget(connection: Connection, request: StackRequest, now: Date): Changes {
  const openStackIds = withoutStack(connection.openStackIds, request.stackId);
  const known = connection.deletedStacks ?? [];
  const ended = connection.status === "pending" ? new Date(connection.expiresAt) : now;
  return {
    openStackIds,
    ...(known.length < MAX_DELETED_STACKS && { deletedStacks: withStack(known, request.stackId) }),
    ...(openStackIds.length === 0 && !isConnected(connection) && { deleteAfter: deleteAfter(ended) }),
  };
}

/** What a connection notes of the last request that was applied to it. */
function applied({ requestId, publishedAt, properties }: StackRequest): Changes {
  return {
    requestId,
    requestedAt: publishedAt.toISOString(),
    templateVersion: properties?.TemplateVersion,
  };
}

function withStack(stackIds: readonly string[] = [], stackId: string): readonly string[] {
  return stackIds.includes(stackId) ? stackIds : [...stackIds, stackId].sort();
}

function withoutStack(stackIds: readonly string[] = [], stackId: string): readonly string[] {
  return stackIds.filter((one) => one !== stackId);
}
