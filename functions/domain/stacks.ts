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

/** Whether a request was published before the last one of its stack that the record notes. */
export function isOutdated(
  request: Pick<StackRequest, "stackId" | "publishedAt">,
  { stackId, failedStackId = stackId, requestedAt }: Connection,
): boolean {
  const isSame = request.stackId === failedStackId;
  return isSame && requestedAt !== undefined && request.publishedAt < new Date(requestedAt);
}

/** Whether the link was tried with so many stacks that it takes no further one. */
export function isWornOut({ stackId }: Pick<StackRequest, "stackId">, connection: Connection): boolean {
  const { openStackIds = [], deletedStacks = {} } = connection;
  return (
    (openStackIds.length >= MAX_STACKS && !openStackIds.includes(stackId)) ||
    (Object.keys(deletedStacks).length >= MAX_STACKS && !(stackId in deletedStacks))
  );
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

/** A stack that was tried before failed again, beside the connected one: its earlier Delete may come late. */
export function noteRetry(connection: Connection, request: StackRequest): Pick<Changes, "retriedStacks"> {
  const { stackId, publishedAt } = request;
  const { retriedStacks = {}, openStackIds = [] } = connection;
  const isNew =
    !wasHeard(stackId, connection) || (!openStackIds.includes(stackId) && openStackIds.length >= MAX_STACKS);
  if (
    !isConnected(connection) ||
    stackId === connection.stackId ||
    isNew ||
    isRetried({ stackId, publishedAt }, connection)
  )
    return {};
  return { retriedStacks: { ...retriedStacks, [stackId]: publishedAt.toISOString() } };
}

/** Whether the stack was tried again after the request was published. */
export function isRetried(
  { stackId, publishedAt }: Pick<StackRequest, "stackId" | "publishedAt">,
  { retriedStacks }: Connection,
): boolean {
  const retriedAt = retriedStacks?.[stackId];
  return retriedAt !== undefined && publishedAt < new Date(retriedAt);
}

/** A stack that does not need to publish any more. */
export function close(
  { openStackIds = [], retriedStacks }: Connection,
  stackId: string,
): Pick<Changes, "openStackIds" | "retriedStacks"> {
  if (!openStackIds.includes(stackId)) return {};
  return {
    openStackIds: openStackIds.filter((one) => one !== stackId),
    ...forgetRetry(retriedStacks, stackId),
  };
}

/**
 * When the stack's last Delete was published.
 * @returns no changes for a stack of another account, which could not have connected anyway
 */
export function recordDelete(
  connection: Connection,
  { stackId, publishedAt }: StackRequest,
): Pick<Changes, "deletedStacks"> {
  const { deletedStacks = {}, accountId } = connection;
  const known = deletedStacks[stackId];
  // The connected stack's is kept in any case.
  const isFull =
    known === undefined && stackId !== connection.stackId && Object.keys(deletedStacks).length >= MAX_STACKS;
  const isOld = known !== undefined && publishedAt <= new Date(known);
  if (isFull || isOld || accountOf(stackId) !== accountId) return {};
  return { deletedStacks: { ...deletedStacks, [stackId]: publishedAt.toISOString() } };
}

function forgetRetry(
  retriedStacks: Connection["retriedStacks"] = {},
  stackId: string,
): Pick<Changes, "retriedStacks"> {
  if (!(stackId in retriedStacks)) return {};
  const { [stackId]: _, ...others } = retriedStacks;
  return { retriedStacks: Object.keys(others).length > 0 ? others : undefined };
}
