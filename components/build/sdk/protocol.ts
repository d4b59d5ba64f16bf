/** How a service's calls are written as HTTP requests, and what it answers is read. */

/** An operation of a service, as its command knows it. */
export interface Operation {
  /** @example "GetItem" */
  readonly name: string;
  /** The SDK's schema of what it returns, for a protocol that needs one. */
  readonly output?: unknown;
}

export interface Message {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface Answer {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a service says of a call that it did not do. */
export interface Failure {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  /** Everything else that it says, by name. */
  readonly members?: Readonly<Record<string, unknown>>;
}

export interface Protocol {
  request(operation: Operation, input: object): Message;
  /** @throws Error for a body that is not one of the protocol */
  output(operation: Operation, answer: Answer): object;
  /** @throws Error for a body that is not one of the protocol */
  failure(answer: Answer): Failure;
}
