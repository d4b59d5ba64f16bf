/**
 * What the schema is made of. A message is the end of a sentence: check.ts puts the value's name in front of it, as the source
 * of the value calls it.
 */
import * as v from "valibot";

// biome-ignore lint/suspicious/noExplicitAny: valibot's own constraint for a schema of whatever input and output
export type AnySchema = v.GenericSchema<any, any>;

/** An issue, as far as messages look at it. */
type Wrong = Pick<v.BaseIssue<unknown>, "input">;

/** What a value is for: the text of Pulumi.yaml and docs/configuration.md. Code stands in backquotes. */
export interface About<TValue> {
  /** A few words. */
  readonly title: string;
  /** Whole sentences. */
  readonly description: string;
  /** What a number counts. */
  readonly unit?: string;
  readonly example: TValue;
}

/** One value of the configuration that has to be there. */
export function required<const TSchema extends AnySchema>(
  schema: TSchema,
  about: About<v.InferInput<TSchema>>,
) {
  const { title, description, unit, example } = about;
  return v.pipe(
    schema,
    v.title<v.InferOutput<TSchema>, string>(title),
    v.description<v.InferOutput<TSchema>, string>(description),
    v.metadata<v.InferOutput<TSchema>, { unit: string | undefined; example: unknown }>({ unit, example }),
  );
}

/** One value of the configuration, with what holds when nobody sets it. */
export function optional<const TSchema extends AnySchema>(
  schema: TSchema,
  about: About<v.InferInput<TSchema>> & { readonly default: v.InferInput<TSchema> },
) {
  return v.optional(required(schema, about), () => about.default);
}

/**
 * A check that says itself what is wrong.
 *
 * @param problem undefined if nothing is
 */
export function check<TInput>(problem: (input: TInput) => string | undefined) {
  return v.check<TInput, (issue: v.CheckIssue<TInput>) => string>(
    (input) => problem(input) === undefined,
    ({ input }) => problem(input) ?? "",
  );
}

/** The first problem that one of them has. */
export function firstProblem<TItem>(
  items: Iterable<TItem>,
  problem: (item: TItem) => string | undefined,
): string | undefined {
  for (const item of items) {
    const found = problem(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A text, with a message for whatever is none as well. */
export function text(pattern: RegExp, message: (issue: Wrong) => string) {
  return v.pipe(v.string(message), v.regex(pattern, message));
}

/** A text that may be empty, for none. */
export function textOrNone(pattern: RegExp, message: (issue: Wrong) => string) {
  return v.pipe(
    v.string(message),
    check((input) => (input === "" || pattern.test(input) ? undefined : message({ input }))),
  );
}

/** @param instead what to use, for example `use a whole number from 1 to 50` */
export function wholeNumber(least: number, most: number, instead: string) {
  const message = ({ input }: Wrong) => `is ${shown(input)}: ${instead}.`;
  return v.pipe(number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message));
}

/** A number. `pulumi config set` stores it as text, so that "3" is one as well. */
export function number(message: (issue: Wrong) => string) {
  return v.pipe(
    v.custom<number>(() => true),
    v.transform((input): unknown =>
      typeof input === "string" && /^-?\d+(\.\d+)?$/.test(input) ? Number(input) : input,
    ),
    v.number(message),
  );
}

/** `true` or `false`, or the same as text, as `pulumi config set` stores it. */
export function flag() {
  const words = new Map<unknown, boolean>([
    ["true", true],
    ["false", false],
  ]);
  return v.pipe(
    v.custom<boolean>(() => true),
    v.transform((input): unknown => words.get(input) ?? input),
    v.boolean(({ input }) => `is ${shown(input)}: use true or false.`),
  );
}

/** @param message for what is no list, and for a list that has something other than text in it */
export function textList(message: (issue: Wrong) => string) {
  const isTextList = (input: unknown) =>
    Array.isArray(input) && input.every((item) => typeof item === "string");
  return v.pipe(v.custom<string[]>(isTextList, message), v.array(v.string()));
}

/** A map from text to values. */
export function map<const TValue extends AnySchema>(value: TValue, mustBe: string) {
  return v.pipe(
    v.custom<Record<string, v.InferInput<TValue>>>(
      isMap,
      ({ input }) => `must be ${mustBe}, not ${shown(input)}.`,
    ),
    v.record(v.string(), value),
  );
}

/** An object of these parts and no others. */
export function object<const TParts extends v.ObjectEntries>(parts: TParts, mustBe: string) {
  const names = Object.keys(parts);
  const known = `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return v.pipe(
    v.custom<v.InferInput<v.StrictObjectSchema<TParts, undefined>>>(
      isMap,
      ({ input }) => `must have ${mustBe}, not ${shown(input)}.`,
    ),
    v.strictObject(parts, ({ path }) => `has "${path?.at(-1)?.key}": there are only ${known}.`),
  );
}

/** A value in a sentence. */
export function shown(value: unknown): string {
  return value === undefined ? "missing" : JSON.stringify(value);
}

function isMap(input: unknown): boolean {
  return typeof input === "object" && input !== null && !Array.isArray(input);
}
