/**
 * How a connection changes: a pure function for each rule, from the record as it was read to the attributes that get new values.
 */
import { accountOf } from "../aws/arn.js";
import { type Changes, type Connection, isConnected } from "./connection.js";
import { end, withDeleteAfter } from "./ending.js";
import { FAILED_PHYSICAL_ID, physicalIdOf } from "./physical-id.js";
import { plain } from "./plain-text.js";
import type { ProbeResult } from "./probe.js";
import { nextProbeAfter, recordProbe } from "./probe-outcome.js";
import {
  close,
  isConnectedStack,
  isDeleted,
  open,
  recordDelete,
  type StackRequest,
  wasHeard,
} from "./stacks.js";

/** The probes passed: the link's one connection is made, and the same write takes the record out of TTL's reach. */
export function connect(connection: Connection, request: StackRequest, roleArn: string, now: Date): Changes {
  const { stackId, logicalResourceId } = request;
  return {
    status: "connected",
    roleArn,
    stackId,
    logicalResourceId,
    ...applied(request),
    stackAttempts: wasHeard(stackId, connection) ? 2 : 1,
    ...open(connection, stackId),
    connectedAt: now.toISOString(),
    verifiedAt: now.toISOString(),
    nextProbeAt: nextProbeAfter("connecting", now),
    reason: undefined,
    deleteAfter: undefined,
  };
}

/** CloudFormation's bucket accepted the response to the request that connected: the request was genuine. */
export function accept({ acceptedAt }: Connection, now: Date): Changes {
  return { acceptedAt: acceptedAt ?? now.toISOString(), refusals: undefined };
}

/** The bucket refused the response to a request that was probed: whoever published it was not CloudFormation, and the attempt not counted. */
export function giveBack({ attempts = 0, refusals = 0 }: Connection): Changes {
  return { attempts: attempts > 1 ? attempts - 1 : undefined, refusals: refusals + 1 };
}

/** Undoes {@link connect} when the bucket refused the response for good: then CloudFormation never asked. */
export function rollBack(connection: Connection, { stackId }: StackRequest): Changes {
  return withDeleteAfter(connection, {
    status: "pending",
    roleArn: undefined,
    stackId: undefined,
    logicalResourceId: undefined,
    requestId: undefined,
    requestedAt: undefined,
    templateVersion: undefined,
    stackAttempts: undefined,
    ...close(connection, stackId),
    connectedAt: undefined,
    verifiedAt: undefined,
    nextProbeAt: undefined,
    confirmationCode: undefined,
  });
}

/**
 * A request got the response FAILED. Its stack still has to publish its Delete, unless it did so already. The request is noted: delivered
 * once more it must not connect a stack that CloudFormation is rolling back.
 */
export function fail(connection: Connection, request: StackRequest, reason: string): Changes {
  const { stackId, requestId, publishedAt } = request;
  const opens = accountOf(stackId) === connection.accountId && !hasEnded(connection, request);
  return withDeleteAfter(connection, {
    // What failed besides a connection that works is not a reason that anybody would look for in its record.
    ...(!isConnected(connection) && {
      reason: plain(reason),
      requestId,
      requestedAt: publishedAt.toISOString(),
    }),
    ...(opens && open(connection, stackId)),
  });
}

/** Whether the request's stack is gone. The Create of the stack that was connected can be delivered once more after its Delete, too. */
function hasEnded(connection: Connection, request: StackRequest): boolean {
  return (
    isDeleted(request, connection) || (request.stackId === connection.stackId && !isConnected(connection))
  );
}

/** CloudFormation tried the connected stack's resource again, and it is as it should be. */
export function retry(connection: Connection, request: StackRequest): Changes | undefined {
  const isOther = isConnectedStack(request, connection) && connection.requestId !== request.requestId;
  return isOther && connection.stackAttempts !== 2 ? { stackAttempts: 2 } : undefined;
}

/**
 * The connected stack was updated: to a new template, to another role, or back to what it was. It has the role in any case, so
 * a role that is not safe is marked.
 */
export function update(
  connection: Connection,
  request: StackRequest,
  { roleArn, probe }: { readonly roleArn: string; readonly probe: ProbeResult },
  now: Date,
): Changes {
  return {
    roleArn,
    ...applied(request),
    deleteHeardAt: undefined,
    // Where the probe said nothing, the health check probes at once.
    nextProbeAt: now.toISOString(),
    ...recordProbe(probe, { ...connection, roleArn, deleteHeardAt: undefined }, now),
  };
}

/**
 * A genuine Delete. It ends the connection of its stack if it is of what we said is connected; CloudFormation also deletes what it
 * tried before, in an order that nobody documents, and then the stack lives on.
 *
 * @returns undefined where nothing changes
 */
export function deleteStack(connection: Connection, request: StackRequest, now: Date): Changes | undefined {
  if (!isConnectedStack(request, connection)) return forget(connection, request);
  if (isEnd(connection, request)) return leave(connection, request, now);
  const changes = recordDelete(connection, request);
  // Published before what was last applied to the stack: it cannot be its end.
  if (request.publishedAt < new Date(connection.requestedAt ?? 0)) return changes;
  return { ...changes, deleteHeardAt: now.toISOString(), nextProbeAt: nextProbeAfter("deleteHeard", now) };
}

/** Whether a Delete of the connected stack is its end beyond doubt. */
function isEnd({ externalId, stackAttempts = 1, requestedAt }: Connection, request: StackRequest): boolean {
  const { physicalResourceId, publishedAt } = request;
  if (physicalResourceId === physicalIdOf(externalId)) return true;
  // Made up by CloudFormation, which never saw our response, or given to a Create that failed.
  const isFirst = stackAttempts === 1 && publishedAt >= new Date(requestedAt ?? 0);
  return physicalResourceId !== FAILED_PHYSICAL_ID && isFirst;
}

/**
 * The connected stack left this connection: it was deleted, or it went back to the connection that it had before.
 * @returns undefined where it is not this stack that is connected
 */
export function leave(connection: Connection, request: StackRequest, now: Date): Changes | undefined {
  if (!isConnectedStack(request, connection)) return undefined;
  return { ...end(connection, { by: "customer" }, now), requestId: request.requestId };
}

/** A stack that is not the connected one is gone. */
function forget(connection: Connection, request: StackRequest): Changes | undefined {
  if (accountOf(request.stackId) !== connection.accountId) return undefined;
  // Another resource of the connected stack was deleted, and the stack is there; or the stack was tried again since then.
  const isThere = isConnected(connection)
    ? request.stackId === connection.stackId
    : isOld(connection, request);
  return withDeleteAfter(connection, {
    ...recordDelete(connection, request),
    ...(!isThere && close(connection, request.stackId)),
  });
}

/** Whether a request was published before the last one that failed. */
function isOld({ requestedAt }: Connection, { publishedAt }: StackRequest): boolean {
  return requestedAt !== undefined && publishedAt < new Date(requestedAt);
}

/** What a connection notes of the last request that was applied to it. */
function applied({ requestId, publishedAt, properties }: StackRequest): Changes {
  return {
    requestId,
    requestedAt: publishedAt.toISOString(),
    templateVersion: properties?.TemplateVersion,
  };
}
