import { type Connection, isConnected } from "../domain/connection.js";
import type { ConnectionView } from "./schemas.js";

/** Whether a link can no longer be used although nobody ended it. It is never written: time alone makes it so. */
export function isExpired({ status, expiresAt }: Connection, now: Date): boolean {
  return status === "pending" && new Date(expiresAt) <= now;
}

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
  const expired = isExpired(connection, now);
  const usable = connection.status === "pending" && !expired;
  return {
    externalId,
    accountId,
    region,
    status: expired ? "expired" : connection.status,
    grantedTo,
    createdAt,
    expiresAt,
    statusChangedAt: expired ? expiresAt : (connection.statusChangedAt ?? createdAt),
    ...(reason !== undefined && { reason }),
    ...(usable && { link: link(connection) }),
    ...(confirmation !== undefined && isConnected(connection) && { confirmation }),
  };
}
