/** Which stacks of a connection are open, and which were deleted when: CloudFormation's requests arrive late, twice and in any order. */
import { accountOf } from "../aws/arn.js";
import { type Changes, type Connection, isConnected, MAX_STACKS } from "./connection.js";

/** What a custom resource request says of the stack that it is about. */
export interface StackRequest {
  readonly type: "Create" | "Update" | "Delete";
  readonly stackId: string;
  readonly logicalResourceId: string;
  readonly requestId: string;
  /** Undefined for a Create. */
  readonly physicalResourceId: string | undefined;
  /** By SNS's clock. */
  readonly publishedAt: Date;
  readonly properties:
    | { readonly RoleArn: string; readonly TemplateVersion: string; readonly Tier?: string | undefined }
    | undefined;
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

/** Whether the request's stack is the connected one. */
export function isConnectedStack(
  request: Pick<StackRequest, "stackId" | "logicalResourceId">,
  connection: Connection,
): boolean {
  return isConnected(connection) && isSameStack(request, connection);
}

/** Whether a Delete of the stack was published after the request, which can come late or twice: then it is about a stack that is gone. */
export function isDeleted(
  { stackId, publishedAt }: Pick<StackRequest, "stackId" | "publishedAt">,
  { deletedStacks }: Connection,
): boolean {
  const deletedAt = deletedStacks?.[stackId];
  return deletedAt !== undefined && publishedAt <= new Date(deletedAt);
}

/** Whether a request was published before the last one that was applied to its stack, the connected one. */
export function isOutdated(
  request: Pick<StackRequest, "stackId" | "publishedAt">,
  { stackId, requestedAt }: Connection,
): boolean {
  return (
    request.stackId === stackId && requestedAt !== undefined && request.publishedAt < new Date(requestedAt)
  );
}

/** Whether the link was tried with so many stacks that it takes no further one. */
export function isWornOut({ stackId }: Pick<StackRequest, "stackId">, connection: Connection): boolean {
  const { openStackIds = [], deletedStacks = {}, failedStacks = {} } = connection;
  const lists = [openStackIds, Object.keys(deletedStacks), Object.keys(failedStacks)];
  return lists.some((list) => list.length >= MAX_STACKS && !list.includes(stackId));
}

/** Whether a Create of the stack was heard before. */
export function wasHeard(stackId: string, { openStackIds = [], deletedStacks = {} }: Connection): boolean {
  return openStackIds.includes(stackId) || stackId in deletedStacks;
}

/** A stack that needs to publish its Delete. */
export function open({ openStackIds = [] }: Connection, stackId: string): Pick<Changes, "openStackIds"> {
  if (openStackIds.includes(stackId) || openStackIds.length >= MAX_STACKS) return {};
  return { openStackIds: [...openStackIds, stackId].sort() };
}

/** When the last request of a stack was published that got the response FAILED. */
export function noteFailure(connection: Connection, request: StackRequest): Pick<Changes, "failedStacks"> {
  const failedStacks = withLatest(connection.failedStacks, request);
  return failedStacks && !isDeleted(request, connection) ? { failedStacks } : {};
}

/** Whether a request, or a later one of its stack, got the response FAILED. */
export function hasFailed(
  { stackId, publishedAt }: Pick<StackRequest, "stackId" | "publishedAt">,
  { failedStacks }: Connection,
): boolean {
  const failedAt = failedStacks?.[stackId];
  return failedAt !== undefined && publishedAt <= new Date(failedAt);
}

/** Whether a later request of the stack got the response FAILED: then the stack was tried again since the request was published. */
export function hasFailedSince(
  { stackId, publishedAt }: Pick<StackRequest, "stackId" | "publishedAt">,
  { failedStacks }: Connection,
): boolean {
  const failedAt = failedStacks?.[stackId];
  return failedAt !== undefined && publishedAt < new Date(failedAt);
}

/** A stack that does not need to publish any more. */
export function close(
  { openStackIds = [], failedStacks = {} }: Connection,
  stackId: string,
): Pick<Changes, "openStackIds" | "failedStacks"> {
  const { [stackId]: failed, ...others } = failedStacks;
  return {
    ...(openStackIds.includes(stackId) && { openStackIds: openStackIds.filter((one) => one !== stackId) }),
    ...(failed && { failedStacks: Object.keys(others).length > 0 ? others : undefined }),
  };
}

/**
 * When the stack's last Delete was published.
 * @returns no changes for a stack of another account, which could not have connected anyway
 */
export function recordDelete(connection: Connection, request: StackRequest): Pick<Changes, "deletedStacks"> {
  const { accountId, stackId } = connection;
  // The connected stack's is kept in any case.
  const max = request.stackId === stackId ? Number.POSITIVE_INFINITY : MAX_STACKS;
  const deletedStacks = withLatest(connection.deletedStacks, request, max);
  return deletedStacks && accountOf(request.stackId) === accountId ? { deletedStacks } : {};
}

/** @returns undefined where a later request of the stack is known, or there are too many stacks */
function withLatest(
  times: Readonly<Record<string, string>> = {},
  { stackId, publishedAt }: StackRequest,
  max = MAX_STACKS,
): Readonly<Record<string, string>> | undefined {
  const known = times[stackId];
  const isNew = known === undefined ? Object.keys(times).length < max : publishedAt > new Date(known);
  return isNew ? { ...times, [stackId]: publishedAt.toISOString() } : undefined;
}
