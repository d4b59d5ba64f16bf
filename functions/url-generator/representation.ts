import { type Connection, currentStatus, isConnected } from "../domain/connection.js";
import { grantedToInFull } from "../domain/granted-to.js";
import { describeStack, type QuickCreateLinkArgs, quickCreateLink } from "./link.js";
import type { BackEndRepresentation, ConnectionRepresentation } from "./schemas.js";

/**
 * A connection as its tenant may see it: without the role and the stack that the customer's link made, and without the code that confirms it.
 *
 * @param stackArgsOf what its link is made of
 */
export function represent(
  connection: Connection,
  now: Date,
  stackArgsOf: (connection: Connection) => QuickCreateLinkArgs | undefined,
): ConnectionRepresentation {
  const { externalId, kind, accountId, region, permissionsBoundary, createdAt, expiresAt } = connection;
  const { reason, confirmation, endedBy, tier, method, roleArn } = connection;
  const status = currentStatus(connection, now);
  const stackArgs = status === "pending" ? stackArgsOf(connection) : undefined;
  return {
    externalId,
    ...(kind !== undefined && { kind }),
    accountId,
    region,
    status,
    grantedTo: grantedToInFull(connection),
    ...(permissionsBoundary !== undefined && { permissionsBoundary }),
    createdAt,
    expiresAt,
    statusChangedAt: status === "expired" ? expiresAt : (connection.statusChangedAt ?? createdAt),
    ...(reason !== undefined && { reason }),
    ...(tier !== undefined && { tier }),
    ...(method !== undefined && { method }),
    // The tenant named it.
    ...(method !== undefined && roleArn !== undefined && { roleArn }),
    ...(stackArgs && inPieces(stackArgs)),
    ...(endedBy !== undefined && { endedBy }),
    ...(confirmation !== undefined && isConnected(connection) && { confirmation }),
  };
}

/** A connection as the vendor's own back end sees it: with what it takes to use the customer's role. */
export function representForBackEnd(
  connection: Connection,
  now: Date,
  stackArgsOf: (connection: Connection) => QuickCreateLinkArgs | undefined,
): BackEndRepresentation {
  const { tenant, roleArn, topicArn, endReason } = connection;
  return {
    ...represent(connection, now, stackArgsOf),
    ...(tenant !== "" && { tenant }),
    ...(roleArn !== undefined && { roleArn }),
    ...(topicArn !== undefined && { topicArn }),
    ...(endReason !== undefined && { endReason }),
  };
}

function inPieces(args: QuickCreateLinkArgs): Pick<ConnectionRepresentation, "link" | "stack"> {
  const { parameters, capabilities, ...stack } = describeStack(args);
  return {
    link: quickCreateLink(args),
    stack: { ...stack, parameters: { ...parameters }, capabilities: [...capabilities] },
  };
}
