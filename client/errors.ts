/** Why there are no credentials for a connection: one class for each cause, so that a program can tell them apart. */

/** The base class of all of them. */
export abstract class ConnectionError extends Error {
  constructor(
    message: string,
    /** The connection's external ID, if there is a connection. */
    readonly externalId?: string,
    cause?: unknown,
  ) {
    super(message, { cause });
    this.name = new.target.name;
  }
}

/** No such connection exists. */
export class UnknownConnectionError extends ConnectionError {}

/** The customer has not connected yet, or the connection has ended. */
export class NotConnectedError extends ConnectionError {}

/** The tenant has not yet entered the code that the customer's stack shows. */
export class NotConfirmedError extends ConnectionError {}

/** The customer's role cannot be assumed: it was deleted or replaced, or it no longer trusts this account. */
export class RoleGoneError extends ConnectionError {}

/** The customer's role can be assumed without its external ID: using it could let somebody else into the customer's account. */
export class UnsafeConnectionError extends ConnectionError {}
