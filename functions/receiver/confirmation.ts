/**
 * The code with which a tenant confirms that the customer's stack is its own. A link that somebody else made leads to
 * a stack whose code that somebody cannot see.
 */
import { randomInt } from "node:crypto";
import type { Connection } from "../domain/connection.js";
import { CODE_NOT_KNOWN } from "../domain/sentences.js";

/** Without characters that look alike when they are read from one screen and typed on another: I, L, O, U, 0 and 1. */
const ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789";
const LENGTH = 8;

/**
 * A new code. It is stored in the same conditional write that connects, and not derived from the request: whoever made the link
 * knows the external ID, so a code that is safe to derive would need a secret in every region. A request that is delivered
 * twice finds the code of the first delivery in the record.
 */
export function newConfirmationCode(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
}

/**
 * The value of the template's output ConfirmationCode. Every response to a Create or an Update has one, with or without a code: an output without
 * a value fails the stack, and each update reads the latest response.
 *
 * @param connection undefined where it could not be read
 */
export function confirmationData(connection: Connection | undefined): { ConfirmationCode: string } {
  if (!connection) return { ConfirmationCode: CODE_NOT_KNOWN };
  return { ConfirmationCode: connection.confirmationCode ?? "not needed" };
}
