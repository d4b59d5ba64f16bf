import { type Connection, currentStatus, isConnected } from "../domain/connection.js";
import { grantedToInFull } from "../domain/granted-to.js";
import type { BackEndRepresentation, ConnectionRepresentation } from "./schemas.js";

/**
 * A connection as its tenant may see it: without the customer's role and stack, and without the code that confirms it.
 *
 * @param linkOf builds the connection's link
 */
export function represent(
  connection: Connection,
  now: Date,
  linkOf: (connection: Connection) => string,
): ConnectionRepresentation {
  const { externalId, accountId, region, permissionsBoundary, createdAt, expiresAt } = connection;
  const { reason, confirmation, endedBy } = connection;
  const status = currentStatus(connection, now);
  return {
    externalId,
    accountId,
    region,
    status,
    grantedTo: grantedToInFull(connection),
    ...(permissionsBoundary !== undefined && { permissionsBoundary }),
    createdAt,
    expiresAt,
    statusChangedAt: status === "expired" ? expiresAt : (connection.statusChangedAt ?? createdAt),
    ...(reason !== undefined && { reason }),
    ...(status === "pending" && { link: linkOf(connection) }),
    ...(endedBy !== undefined && { endedBy }),
    ...(confirmation !== undefined && isConnected(connection) && { confirmation }),
  };
}

/** A connection as the vendor's own back end sees it: with what it takes to use the customer's role. */
export function representForBackEnd(
  connection: Connection,
  now: Date,
  linkOf: (connection: Connection) => string,
): BackEndRepresentation {
  const { tenant, roleArn, topicArn, endReason } = connection;
  return {
    ...represent(connection, now, linkOf),
    ...(tenant !== "" && { tenant }),
    ...(roleArn !== undefined && { roleArn }),
    topicArn,
    ...(endReason !== undefined && { endReason }),
  };
}
