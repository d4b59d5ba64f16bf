/**
 * How a connection changes: a pure function for each rule, from the record as it was read to the attributes that get new values.
 */
import { accountOf } from "../aws/arn.js";
import { type Changes, type Connection, isConnected } from "./connection.js";
import { end, withDeleteAfter } from "./ending.js";
import { externalIdOf, FAILED_PHYSICAL_ID, physicalIdOf } from "./physical-id.js";
import { plain } from "./plain-text.js";
import type { ProbeResult } from "./probe.js";
import { nextProbeAfter, recordProbe } from "./probe-outcome.js";
import {
  close,
  hasFailed,
  hasFailedSince,
  isConnectedStack,
  isDeleted,
  isOutdated,
  isSameStack,
  noteFailure,
  open,
  recordDelete,
  type StackRequest,
  wasHeard,
} from "./stacks.js";
import { isBy, isUnproven, keepBefore, noteBefore, proven } from "./unproven.js";

/** A role that was checked and probed. */
export type SafeRole = Pick<Connection, "roleArn" | "roleId">;

/** The probes passed: the link's one connection is made, and the same write takes the record out of TTL's reach. */
export function connect(connection: Connection, request: StackRequest, role: SafeRole, now: Date): Changes {
  const { stackId, logicalResourceId } = request;
  return {
    status: "connected",
    ...role,
    stackId,
    logicalResourceId,
    ...applied(request),
    ...(request.properties?.Tier && { tier: request.properties.Tier }),
    retriedAt:
      request.type === "Update" || wasHeard(stackId, connection)
        ? request.publishedAt.toISOString()
        : undefined,
    ...keepBefore(connection, request),
    ...open(connection, stackId),
    connectedAt: now.toISOString(),
    verifiedAt: now.toISOString(),
    nextProbeAt: nextProbeAfter("connecting", now),
    // Nothing is listed before a code that is asked for was entered.
    ...(connection.kind === "organization" &&
      connection.confirmation !== "required" && { nextListingAt: now.toISOString() }),
    reason: undefined,
    deleteAfter: undefined,
  };
}

/**
 * CloudFormation's bucket accepted the response SUCCESS to a request that connects: it was genuine, and its stack is connected.
 * @param role what was found safe for this very request; undefined where SUCCESS was said because it had connected before. What such a message
 * names was never checked: a genuine one can have the number of a forged one that was
 * @returns undefined where the record says so already, or another stack is connected, or the link has ended
 */
export function accept(
  connection: Connection,
  request: StackRequest,
  role: SafeRole | undefined,
  now: Date,
): Changes | undefined {
  const { refusals } = connection;
  if (isConnected(connection) && isBy(request, connection)) {
    if (!isUnproven(connection) && refusals === undefined) return undefined;
    return { ...proven(connection, now), refusals: undefined };
  }
  if (!role || !isOvertaken(connection, request)) return undefined;
  const connected = connect(connection, request, role, now);
  return {
    ...connected,
    ...proven({ ...connection, ...connected }, now),
    refusals: undefined,
    // It may have been the clean-up after an earlier try, which comes as soon as CloudFormation has the response.
    ...(isDeleted(request, connection) && probeSoon(now)),
  };
}

/**
 * Whether a request connected, and another one took its place in the record that is not proven: it is still there, or was undone since, and
 * the record went back to what it was before both.
 */
function isOvertaken(connection: Connection, request: StackRequest): boolean {
  if (accountOf(request.stackId) !== connection.accountId) return false;
  return isUnproven(connection)
    ? isSameStack(request, connection)
    : connection.status === "pending" && !hasFailed(request, connection);
}

/**
 * A request got the response FAILED. Its stack still has to publish its Delete, unless it did so already. The request is noted: delivered
 * once more it must not connect a stack that CloudFormation is rolling back, and a Delete of an earlier try does not close the stack.
 */
export function fail(connection: Connection, request: StackRequest, reason: string): Changes {
  const { stackId, requestId } = request;
  const isOwn = accountOf(stackId) === connection.accountId;
  const isOfConnected = isConnected(connection) && stackId === connection.stackId;
  const opens = isOwn && !isOfAnotherLink(connection, request) && !isDeleted(request, connection);
  return withDeleteAfter(connection, {
    // What failed besides a connection that works is not a reason that anybody would look for in its record.
    ...(!isConnected(connection) && {
      reason: plain(reason),
      ...(isOwn && !hasFailed(request, connection) && { requestId }),
    }),
    ...(isOwn && connection.refusals !== undefined && { refusals: undefined }),
    ...(opens && open(connection, stackId)),
    ...(isOwn && !isOfConnected && noteFailure(connection, request)),
    ...retry(connection, request),
    ...noteBefore(connection, (before) => fail(before, request, reason)),
  });
}

/** Whether the stack was to move here from another link: CloudFormation takes it back there, and it is open there. */
function isOfAnotherLink({ externalId }: Connection, { physicalResourceId = "" }: StackRequest): boolean {
  return (externalIdOf(physicalResourceId) ?? externalId) !== externalId;
}

/**
 * CloudFormation tried the connected stack's resource again, by a Create or by an Update of a physical ID that it made up.
 * @returns undefined where that is known, or it did not
 */
export function retry(connection: Connection, request: StackRequest): Changes | undefined {
  const { externalId, requestId, retriedAt } = connection;
  if (!isConnectedStack(request, connection) || retriedAt !== undefined) return undefined;
  const isRetry =
    request.type === "Create"
      ? request.requestId !== requestId
      : request.physicalResourceId !== physicalIdOf(externalId);
  return isRetry ? { retriedAt: request.publishedAt.toISOString() } : undefined;
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
  const isAnother = roleArn !== connection.roleArn;
  const roleId = isAnother ? undefined : connection.roleId;
  return {
    roleArn,
    ...(isAnother && { roleId }),
    ...applied(request),
    ...movedTo(request.properties?.Tier, connection),
    ...proven(connection, now),
    refusals: undefined,
    // Where the probe said nothing, the health check probes at once.
    nextProbeAt: now.toISOString(),
    ...recordProbe(probe, { ...connection, roleArn, roleId, deleteHeardAt: undefined }, now),
    // One that was published after a Delete shows that the stack is there; after any other the probes that are due will.
    ...(isDeleted(request, connection)
      ? { nextProbeAt: connection.nextProbeAt }
      : { deleteHeardAt: undefined }),
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
  const changes = {
    ...recordDelete(connection, request),
    ...noteBefore(connection, (before) => forget(before, request)),
  };
  if (isEnd(connection, request)) return { ...changes, ...leave(connection, request, now) };
  // It cannot be the end of what connected later.
  if (isOutdated(request, connection)) return changes;
  return { ...changes, ...probeSoon(now) };
}

/** A Delete was heard of which only the role tells whether it was the end of the stack. */
function probeSoon(now: Date): Changes {
  return { deleteHeardAt: now.toISOString(), nextProbeAt: nextProbeAfter("deleteHeard", now) };
}

/** Whether a Delete of the connected stack is its end beyond doubt. */
function isEnd(connection: Connection, request: StackRequest): boolean {
  const { physicalResourceId } = request;
  if (physicalResourceId === physicalIdOf(connection.externalId)) return true;
  if (physicalResourceId === FAILED_PHYSICAL_ID) return false;
  // Made up by CloudFormation, which never saw our response: of what connected, if there was no other try.
  return connection.retriedAt === undefined && !isOutdated(request, connection);
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
  const isThere =
    hasFailedSince(request, connection) ||
    (isConnected(connection) ? request.stackId === connection.stackId : isOutdated(request, connection));
  return withDeleteAfter(connection, {
    ...recordDelete(connection, request),
    ...(!isThere && close(connection, request.stackId)),
  });
}

/** The stack was updated to another tier, or back. */
function movedTo(wanted: string | undefined, { tier, requestedTier }: Connection): Changes {
  if (!wanted || wanted === tier) return {};
  return { tier: wanted, previousTier: tier, ...(wanted === requestedTier && { requestedTier: undefined }) };
}

/** What a connection notes of the last request that was applied to it. */
function applied({ requestId, publishedAt, properties }: StackRequest): Changes {
  return {
    requestId,
    requestedAt: publishedAt.toISOString(),
    templateVersion: properties?.TemplateVersion,
  };
}
