/**
 * The statement in a topic's policy that lets one connection's account publish. Its label is made from the external ID, so that
 * removing one never hits another.
 */
import { type Connection, isConnected } from "./connection.js";
import { isExternalId } from "./external-id.js";

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

/** How long a statement stays after its connection ended, in days. A stack that may not publish cannot even be deleted. */
const GRACE_DAYS = {
  /** A stack that was created at the last moment still has to publish its Delete. */
  noStack: 1,
  /** A stack that never connected, whose Delete may never come: CloudFormation keeps a failed stack until somebody deletes it. */
  failedStack: 30,
  /** The connected stack, of a connection that ended from our side: the customer has to find out first. */
  connectedStack: 180,
} as const;

/** DynamoDB's TTL may remove a record this long after nothing needs it any more, in days. */
const RETENTION_DAYS = 30;

const UUID_LENGTH = 36;

/** The label of a connection's statement in its topic's policy: no other statement has it. */
export function statementLabel(externalId: string): string {
  return externalId.replace(":", "-");
}

/** The external ID that a label was made from. @returns undefined for a label that {@link statementLabel} never makes */
export function externalIdOfLabel(label: string): string | undefined {
  const externalId = `${label.slice(0, -UUID_LENGTH - 1)}:${label.slice(-UUID_LENGTH)}`;
  return isExternalId(externalId) && statementLabel(externalId) === label ? externalId : undefined;
}

/** What the lifetime of a statement, and of the record, depends on. */
type Lifetime = Pick<Connection, "status" | "expiresAt" | "endedAt" | "endedBy" | "stackId" | "openStackIds">;

/** The same with the topic: without one there is nothing to publish to. */
type StatementLifetime = Lifetime & Pick<Connection, "topicArn">;

/**
 * Until when a connection's account must be able to publish.
 * @returns undefined while it is connected: nobody knows yet
 */
function statementNeededUntil(connection: Lifetime): Date | undefined {
  if (isConnected(connection)) return undefined;
  const ended = new Date(connection.endedAt ?? connection.expiresAt);
  return new Date(ended.getTime() + graceDays(connection) * DAY_MILLISECONDS);
}

function graceDays({ status, endedBy, stackId = "", openStackIds = [] }: Lifetime): number {
  const isOurEnd = status === "disconnected" && endedBy !== "customer";
  if (isOurEnd && openStackIds.includes(stackId)) return GRACE_DAYS.connectedStack;
  if (openStackIds.length > 0) return GRACE_DAYS.failedStack;
  return status === "disconnected" ? 0 : GRACE_DAYS.noStack;
}

/**
 * Whether it counts against the limits of its tenant and its account: as long as its account must be able to publish, or would have to if a stack
 * made the role. So making and cancelling links gives nobody more attempts than waiting does.
 */
export function isHeld(connection: Lifetime, now: Date): boolean {
  const until = statementNeededUntil(connection);
  return until === undefined || now < until;
}

/** Whether a connection's account must be able to publish. Once this is false it stays so: nothing brings an ended connection back. */
export function needsStatement(connection: StatementLifetime, now: Date): boolean {
  return connection.topicArn !== undefined && isHeld(connection, now);
}

/** The record's `deleteAfter`: it outlives the statement, which could not be told from a stranger's without it. */
export function deleteAfter(connection: Lifetime & { readonly status: "pending" }): number;
export function deleteAfter(connection: Lifetime): number | undefined;
export function deleteAfter(connection: Lifetime): number | undefined {
  const until = statementNeededUntil(connection);
  return until && Math.ceil((until.getTime() + RETENTION_DAYS * DAY_MILLISECONDS) / 1000);
}
