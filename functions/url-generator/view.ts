import { type Connection, currentStatus, isConnected } from "../domain/connection.js";
import type { ConnectionView } from "./schemas.js";

/**
 * A connection as its tenant may see it: nothing of the customer's role and stack, and not the code that confirms it.
 *
 * @param link what makes the connection's link
 */
export function viewOf(
  connection: Connection,
  now: Date,
  link: (connection: Connection) => string,
): ConnectionView {
  const { externalId, accountId, region, grantedTo, createdAt, expiresAt, reason, confirmation } = connection;
  const status = currentStatus(connection, now);
  return {
    externalId,
    accountId,
    region,
    status,
    grantedTo,
    createdAt,
    expiresAt,
    statusChangedAt: status === "expired" ? expiresAt : (connection.statusChangedAt ?? createdAt),
    ...(reason !== undefined && { reason }),
    ...(status === "pending" && { link: link(connection) }),
    ...(confirmation !== undefined && isConnected(connection) && { confirmation }),
  };
}
