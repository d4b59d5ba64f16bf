import type { ConnectionName } from "./scene.js";

/** One way to fool the receiver, or a family of them. */
export interface Attack {
  readonly title: string;
  /** Why it fails, in a sentence. */
  readonly why: string;
  /** Events for the function, each by what is special about it. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly expected: Expected;
}

/** What each of an attack's inputs leads to, and all that it leads to. */
export interface Expected {
  /** Every call that the function makes, in order; the same one several times in a row counts once. */
  readonly calls: readonly string[];
  /** Found in the reason of the answer FAILED. */
  readonly reason?: RegExp;
  /** The attributes that are different afterwards, of the connections that are; `revision`, `attempts` and `since` aside. */
  readonly changes?: Readonly<Partial<Record<ConnectionName, readonly string[]>>>;
  /** The handler throws, so that Lambda delivers the event again: only where the bucket never gave an answer. */
  readonly throws?: RegExp;
}

/** It gets no answer, and no call of any kind is made. */
export const UNANSWERED: Expected = { calls: [] };

/** The bucket takes no answer that CloudFormation did not sign for. The table is never asked. */
export const UNSIGNED_DELETE: Expected = { calls: ["PUT SUCCESS 403"] };

/** It names no connection of this region: answered, without a look at the table. */
export const unknown = (reason: RegExp): Expected => ({ calls: ["PUT FAILED 200"], reason });

/** It fails after a look at the record. The reason is kept with it, once the bucket accepted the response. */
export const keptWith = (reason: RegExp): Expected => ({
  calls: ["GetItem", "PUT FAILED 200", "GetItem", "UpdateItem"],
  reason,
});

/** The same where the record is connected, or nothing of the sender's: it is looked at once more, and not written. */
export const failed = (reason: RegExp): Expected => ({
  calls: ["GetItem", "PUT FAILED 200", "GetItem"],
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
