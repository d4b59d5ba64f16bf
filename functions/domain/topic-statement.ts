/**
 * The statement in a topic's policy that lets one connection's account publish. Its label is made from the external ID, so that
 * removing one never hits another.
 */
import { type Connection, hasOpenStack, isConnected } from "./connection.js";
import { isExternalId } from "./external-id.js";

/**
 * A link that expired or was cancelled keeps its statement for so long: a stack that was created at the last moment still has to publish
 * its Delete.
 */
const GRACE_MILLISECONDS = 24 * 60 * 60 * 1000;

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

/**
 * Whether a connection's account must be able to publish: while the connection is pending or connected, for a day after
 * it expired or was cancelled, and as long as one of its stacks is open. A stack that may not publish cannot even be deleted.
 *
 * Once this is false it stays so: nothing brings an ended connection back.
 */
export function needsStatement(
  connection: Pick<Connection, "status" | "expiresAt" | "statusChangedAt" | "openStackIds">,
  now: Date,
): boolean {
  if (isConnected(connection) || hasOpenStack(connection)) return true;
  if (connection.status === "disconnected") return false;
  const ended = (connection.status === "cancelled" && connection.statusChangedAt) || connection.expiresAt;
  return now.getTime() < new Date(ended).getTime() + GRACE_MILLISECONDS;
}
