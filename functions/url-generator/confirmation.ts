/** Confirming a connection: the tenant enters the code that only the customer's stack shows. */
import { timingSafeEqual } from "node:crypto";
import { type Connection, isConnected } from "../domain/connection.js";
import type { ConnectionRepository } from "../domain/connection-repository.js";
import { RejectedError } from "./problems.js";

/** How many codes a tenant may try: with 30^8 possible ones, guessing is hopeless. */
const MAX_CONFIRMATION_TRIES = 5;

/**
 * @param connection as it was read
 * @returns the connection as it is then
 * @throws RejectedError if the code is wrong, too many were tried, or there is nothing to confirm
 */
export async function confirm(
  connections: ConnectionRepository,
  connection: Connection,
  code: string,
): Promise<Connection> {
  if (!isConnected(connection)) {
    throw new RejectedError(
      "conflict",
      "There is nothing to confirm until the customer's stack is connected.",
    );
  }
  if (connection.confirmation !== "required" || !connection.confirmationCode) return connection;
  if (!(await connections.countConfirmationTry(connection, MAX_CONFIRMATION_TRIES))) {
    throw new RejectedError(
      "conflict",
      `${MAX_CONFIRMATION_TRIES} wrong codes were entered, so that this connection can no longer be confirmed. Delete the stack, and create a new link for this account.`,
    );
  }
  if (!isSameCode(code, connection.confirmationCode)) {
    throw new RejectedError(
      "wrongCode",
      `That is not the code. Copy the output ConfirmationCode of the stack in the AWS account ${connection.accountId}. After ${MAX_CONFIRMATION_TRIES} wrong codes you need a new link.`,
      "code",
    );
  }
  return connections.change(connection, (latest) => {
    if (latest.confirmationCode !== connection.confirmationCode) {
      throw new RejectedError(
        "conflict",
        "The connection ended while the code was being checked: create a new link for this account.",
      );
    }
    return {
      confirmation: "done",
      // Until then nothing of an organization was listed.
      ...(latest.kind === "organization" && { nextListingAt: new Date().toISOString() }),
    };
  });
}

/** In constant time, so that the delay reveals nothing about the code. People add spaces and dashes, and use lower case. */
function isSameCode(given: string, code: string): boolean {
  const bytes = Buffer.from(given.replace(/[\s-]/g, "").toUpperCase());
  const expected = Buffer.from(code);
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}
