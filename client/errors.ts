/** Why there are no credentials for a connection: a class for each case, so that a program can tell them apart. */

/** What all of them have in common. */
export abstract class ConnectionError extends Error {
  constructor(
    message: string,
    /** The connection's, where there is one. */
    readonly externalId?: string,
    cause?: unknown,
  ) {
    super(message, { cause });
    this.name = new.target.name;
  }
}

/** There is no such connection, and never was or no longer. */
export class UnknownConnectionError extends ConnectionError {}

/** The customer has not connected yet, or has left. */
export class NotConnectedError extends ConnectionError {}

/** The tenant has to enter the code first that the customer's stack shows. */
export class NotConfirmedError extends ConnectionError {}

/** The customer's role cannot be assumed: it is gone, or no longer trusts this account. */
export class RoleGoneError extends ConnectionError {}

/** The customer's role can be assumed without its external ID: using it could let somebody else into the account. */
export class UnsafeConnectionError extends ConnectionError {}
