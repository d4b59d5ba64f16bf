import type { ConnectionName } from "./scene.js";

/** One way of trying to fool the receiver, or a family of them. */
export interface Attack {
  readonly title: string;
  /** Why it fails, in a sentence. */
  readonly why: string;
  /** Events for the function, each named by what is special about it. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly expected: Expected;
}

/** What each input of an attack leads to, completely. */
export interface Expected {
  /** Every call that the function makes, in order; repetitions count once. */
  readonly calls: readonly string[];
  /** Found in the reason of the FAILED response. */
  readonly reason?: RegExp;
  /** The attributes that differ afterwards, by connection, besides `revision`, `attempts` and `statusChangedAt`. */
  readonly changes?: Readonly<Partial<Record<ConnectionName, readonly string[]>>>;
  /** The handler throws, so that Lambda delivers the event again: only where the bucket never responded. */
  readonly throws?: RegExp;
}

/** It gets no response, and no call of any kind is made. */
export const DROPPED: Expected = { calls: [] };

/** The bucket refuses a response that CloudFormation did not sign for. The table is never read. */
export const UNSIGNED_DELETE: Expected = { calls: ["PUT SUCCESS 403"] };

/** It names no connection of this region: it fails without a look at the table. */
export const unknown = (reason: RegExp): Expected => ({ calls: ["PUT FAILED 200"], reason });

/** How the record is read: of a Create of the account's pending link the attempt is counted, of any other nothing is written. */
export const READ = {
  create: "UpdateItem",
  otherCreate: "UpdateItem (condition not met)",
  update: "GetItem",
} as const;

/** It fails after a look at the record. The reason is kept with it, once the bucket accepted the response. */
export const keptWith = (reason: RegExp, read: keyof typeof READ = "create"): Expected => ({
  calls: [READ[read], "PUT FAILED 200", "GetItem", "UpdateItem"],
  reason,
});

/** What changes in the record of a link whose stack failed: it still has to publish its Delete, and the same request fails again. */
export const FAILED = ["deleteAfter", "failedStacks", "openStackIds", "reason", "requestId"] as const;

/** The same where the record is connected, or not the sender's: it is read again, and not written. */
export const failed = (reason: RegExp, read: keyof typeof READ = "otherCreate"): Expected => ({
  calls: [READ[read], "PUT FAILED 200", "GetItem"],
  reason,
});

const titled = (texts: readonly string[]) => Object.fromEntries(texts.map((text) => [text, text]));

/** Inputs from a list of texts, each named by itself. */
export function inputs(
  texts: readonly string[] | Readonly<Record<string, unknown>>,
  event: (value: never) => unknown,
): Readonly<Record<string, unknown>> {
  const named = Array.isArray(texts) ? titled(texts) : texts;
  return Object.fromEntries(
    Object.entries(named).map(([name, value]) => [name, event(value as never)] as const),
  );
}
