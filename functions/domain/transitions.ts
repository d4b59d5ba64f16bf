/**
 * How a request changes a connection. Each function is pure: from the record as it is to the values that become other.
 */

import { accountOf, decideDelete, isSameStack, MAX_DELETED_STACKS } from "../receiver/decision.js";
import type { Request } from "../receiver/request.js";
import { type Changes, type Connection, deleteAfter, isConnected } from "./connection.js";
import type { ProbeResult } from "./probe.js";
import { found, nextProbeAfter, plain } from "./probe-outcome.js";

/** The probes passed: the link's one connection is made, and TTL keeps away from it from the same write on. */
export function connected(connection: Connection, request: Request, roleArn: string, now: Date): Changes {
  return {
    status: "connected",
    roleArn,
    stackId: request.stackId,
    logicalResourceId: request.logicalResourceId,
    ...applied(request),
    templateVersion: request.properties?.TemplateVersion,
    openStackIds: withStack(connection.openStackIds, request.stackId),
    connectedAt: now.toISOString(),
    verifiedAt: now.toISOString(),
    nextProbeAt: nextProbeAfter("connecting", now),
    reason: undefined,
    deleteAfter: undefined,
  };
}

/** Takes back {@link connected}, when the bucket refused the answer for good: CloudFormation never asked. */
export function rolledBack(connection: Connection, request: Request): Changes {
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

/** A failed attempt. Its stack still has to publish its Delete, unless it did so already. */
export function refused(connection: Connection, request: Request, reason: string): Changes {
  const { stackId, type } = request;
  const isOwn = accountOf(stackId) === connection.accountId;
  // The Create of the stack that was connected can be delivered once more after its Delete, too.
  const isGone = stackId === connection.stackId || connection.deletedStacks?.includes(stackId);
  const opens = isOwn && type === "Create" && !isGone;
  return {
    // With a connection that works, nobody looks for the reason why something else did not.
    ...(!isConnected(connection) && { reason: plain(reason) }),
    ...(opens && { openStackIds: withStack(connection.openStackIds, stackId), deleteAfter: undefined }),
  };
}

/**
 * The connected stack was updated: to a new template, to another role, or back to what it was. A role that is not in order is
 * marked, for the stack has it all the same.
 */
export function updated(request: Request, roleArn: string, probe: ProbeResult, now: Date): Changes {
  return {
    roleArn,
    ...applied(request),
    templateVersion: request.properties?.TemplateVersion,
    // Where nobody could tell, the health check looks at once.
    nextProbeAt: now.toISOString(),
    ...found(probe, roleArn, now),
  };
}

/** What a Delete makes of a connection, once it is known to be genuine. @returns undefined where nothing changes */
export function deleted(
  connection: Connection | undefined,
  request: Request,
  now: Date,
): Changes | undefined {
  if (!connection) return undefined;
  switch (decideDelete(request, connection).action) {
    case "disconnect":
      return disconnected(connection, request, now);
    case "rememberGone":
      return gone(connection, request, now);
    default:
      return undefined;
  }
}

/** The stack has gone back from this connection to the one that it had before. */
export function takenBack(connection: Connection, request: Request, now: Date): Changes | undefined {
  const isStacks = isConnected(connection) && isSameStack(request, connection);
  return isStacks ? disconnected(connection, request, now) : undefined;
}

/** The connected stack's resource is gone. */
export function disconnected(connection: Connection, request: Request, now: Date): Changes {
  const openStackIds = withoutStack(connection.openStackIds, request.stackId);
  return {
    status: "disconnected",
    requestId: request.requestId,
    disconnectedAt: now.toISOString(),
    nextProbeAt: undefined,
    openStackIds,
    ...(openStackIds.length === 0 && { deleteAfter: deleteAfter(now) }),
  };
}

/** A stack that was never connected is gone. */
export function gone(connection: Connection, request: Request, now: Date): Changes {
  const openStackIds = withoutStack(connection.openStackIds, request.stackId);
  const known = connection.deletedStacks ?? [];
  const ended = connection.status === "pending" ? new Date(connection.expiresAt) : now;
  return {
    openStackIds,
    ...(known.length < MAX_DELETED_STACKS && { deletedStacks: withStack(known, request.stackId) }),
    ...(openStackIds.length === 0 && !isConnected(connection) && { deleteAfter: deleteAfter(ended) }),
  };
}

function applied({ requestId, publishedAt }: Request): Changes {
  return { requestId, requestedAt: publishedAt.toISOString() };
}

function withStack(openStackIds: readonly string[] = [], stackId: string): readonly string[] {
  return openStackIds.includes(stackId) ? openStackIds : [...openStackIds, stackId].sort();
}

function withoutStack(openStackIds: readonly string[] = [], stackId: string): readonly string[] {
  return openStackIds.filter((stack) => stack !== stackId);
}
