/** How calls of a service become HTTP requests, and its answers objects. */

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

/** What a service says of a call that failed. */
export interface Failure {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  /** Everything else that it says, by name. */
  readonly members?: Readonly<Record<string, unknown>>;
}

export interface Protocol {
  request(operation: Operation, input: object): Message;
  /** @throws Error for a body that is none of the protocol's */
  output(operation: Operation, answer: Answer): object;
  /** @throws Error for a body that is none of the protocol's */
  failure(answer: Answer): Failure;
}

/** Refuses what is left of settings or of an input, rather than to leave it out silently. @throws Error that names the first */
export function refuse(rest: object, whose: string): void {
  const [name] = Object.keys(rest);
  if (name) throw new Error(`${name} of ${whose} is not implemented: add it in components/build/sdk/.`);
}
