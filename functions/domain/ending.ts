/** How a connection ends: by its customer, by the tenant who asked for the link, or by the vendor. */
import { type Changes, type Connection, hasOwnRole, isConnected, isExpired } from "./connection.js";
import { plain } from "./plain-text.js";
import * as sentences from "./sentences.js";
import { close } from "./stacks.js";
import { deleteAfter } from "./topic-statement.js";

/** A connection cannot be cancelled; the message says why. */
export class NotCancellableError extends Error {
  override readonly name = "NotCancellableError";
}

/** A connection cannot be ended; the message says why. */
export class NotEndableError extends Error {
  override readonly name = "NotEndableError";
}

/** What the vendor may say of why it ends a connection: people read it. */
export const END_REASON = /^(?=.*\S)[^\p{C}]{1,500}$/u;

/** Who ends a connection, and why. */
export interface Ending {
  readonly by: NonNullable<Connection["endedBy"]>;
  readonly reason?: string;
}

/**
 * The connection is over. The stack of a customer who did not end it is still there, and keeps its right to publish its Delete: a stack
 * that may not publish cannot be deleted.
 */
export function end(connection: Connection, { by, reason }: Ending, now: Date): Changes {
  const { stackId } = connection;
  return withDeleteAfter(connection, {
    status: "disconnected",
    endedAt: now.toISOString(),
    endedBy: by,
    endReason: reason,
    nextProbeAt: undefined,
    deleteHeardAt: undefined,
    // Its members have to end, too, which is the lister's work.
    ...(connection.kind === "organization" && { nextListingAt: now.toISOString() }),
    ...(connection.endsAt !== undefined && { endsAt: undefined }),
    ...(by === "customer" && stackId !== undefined && close(connection, stackId)),
  });
}

/**
 * The vendor ends a connection.
 * @returns undefined where it has ended already
 * @throws NotEndableError if it never was connected
 */
export function endByVendor(connection: Connection, reason: string, now: Date): Changes | undefined {
  if (connection.status === "disconnected") return undefined;
  if (!isConnected(connection)) throw new NotEndableError(sentences.NEVER_CONNECTED);
  return end(connection, { by: "vendor", reason: plain(reason) }, now);
}

/**
 * The tenant takes back what it asked for. Nothing can connect with the link any more, and a stack that is open still has to publish its Delete.
 * A connection that a stack made ends with the stack; one with a role of the customer's own has none, and ends here.
 *
 * @returns undefined where it is cancelled, or such a connection ended, already
 * @throws NotCancellableError if it is connected, has ended or has expired
 */
export function cancel(connection: Connection, now: Date): Changes | undefined {
  if (connection.status === "cancelled") return undefined;
  if (connection.kind === "member") throw new NotCancellableError(sentences.MEMBER_FOLLOWS);
  if (hasOwnRole(connection)) {
    if (connection.status === "disconnected") return undefined;
    if (isConnected(connection)) return end(connection, { by: "tenant" }, now);
  }
  if (isConnected(connection)) throw new NotCancellableError(sentences.CONNECTED_ALREADY);
  if (connection.status === "disconnected") throw new NotCancellableError(sentences.ENDED_ALREADY);
  if (isExpired(connection, now))
    throw new NotCancellableError(sentences.expiredAlready(connection.expiresAt));
  return withDeleteAfter(connection, { status: "cancelled", endedAt: now.toISOString(), endedBy: "tenant" });
}

/** Changes with the `deleteAfter` that follows from them, if it is another one. */
export function withDeleteAfter(connection: Connection, changes: Changes): Changes {
  const seconds = deleteAfter({ ...connection, ...changes });
  return seconds === connection.deleteAfter ? changes : { ...changes, deleteAfter: seconds };
}
