/**
 * Building blocks of the schema. A message lacks the beginning of its sentence: check.ts adds the value's name as it is called where
 * the value comes from.
 */
import * as v from "valibot";

// biome-ignore lint/suspicious/noExplicitAny: valibot's own constraint for a schema of whatever input and output
export type AnySchema = v.GenericSchema<any, any>;

/** What messages are made from. */
type Issue = Pick<v.BaseIssue<unknown>, "input">;

/** What Pulumi.yaml and docs/configuration.md say about a value, with code in backquotes. */
export interface About<TValue> {
  /** A few words, without a full stop. */
  readonly title: string;
  /** Whole sentences. */
  readonly description: string;
  /** What a number counts. */
  readonly unit?: string;
  readonly example: TValue;
}

/** A value that must be set. */
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

/** A value with a default. */
export function optional<const TSchema extends AnySchema>(
  schema: TSchema,
  about: About<v.InferInput<TSchema>> & { readonly default: v.InferInput<TSchema> },
) {
  return v.optional(required(schema, about), () => about.default);
}

/**
 * A check whose message depends on what is wrong.
 *
 * @param problem the message, or undefined if nothing is wrong
 */
export function check<TInput>(problem: (input: TInput) => string | undefined) {
  return v.check<TInput, (issue: v.CheckIssue<TInput>) => string>(
    (input) => problem(input) === undefined,
    ({ input }) => problem(input) ?? "",
  );
}

/** The problem of the first item that has one. */
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

/** A string of this form. */
export function text(pattern: RegExp, message: (issue: Issue) => string) {
  return v.pipe(v.string(message), v.regex(pattern, message));
}

/** A string of this form, or an empty one. */
export function textOrNone(pattern: RegExp, message: (issue: Issue) => string) {
  return v.pipe(
    v.string(message),
    check((input) => (input === "" || pattern.test(input) ? undefined : message({ input }))),
  );
}

/** @param remedy for example `use a whole number from 1 to 50` */
export function wholeNumber(least: number, most: number, remedy: string) {
  const message = ({ input }: Issue) => `is ${shown(input)}: ${remedy}.`;
  return v.pipe(number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message));
}

/** A number, or the same as a string: `pulumi config set` stores "3". */
export function number(message: (issue: Issue) => string) {
  return v.pipe(
    v.custom<number>(() => true),
    v.transform((input): unknown =>
      typeof input === "string" && /^-?\d+(\.\d+)?$/.test(input) ? Number(input) : input,
    ),
    v.number(message),
  );
}

/** A boolean, or the same as a string: `pulumi config set` stores "true". */
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

/** A list of strings. */
export function textList(message: (issue: Issue) => string) {
  const isTextList = (input: unknown) =>
    Array.isArray(input) && input.every((item) => typeof item === "string");
  return v.pipe(v.custom<string[]>(isTextList, message), v.array(v.string()));
}

/** A map from strings to values. */
export function map<const TValue extends AnySchema>(value: TValue, mustBe: string) {
  return v.pipe(
    v.custom<Record<string, v.InferInput<TValue>>>(
      isMap,
      ({ input }) => `must be ${mustBe}, not ${shown(input)}.`,
    ),
    v.record(v.string(), value),
  );
}

/** An object with these parts and no others. */
export function object<const TParts extends v.ObjectEntries>(parts: TParts, mustBe: string) {
  const names = Object.keys(parts);
  const known = `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return v.pipe(
    v.custom<v.InferInput<v.StrictObjectSchema<TParts, undefined>>>(
      isMap,
      ({ input }) => `must have ${mustBe}, not ${shown(input)}.`,
    ),
    v.strictObject(parts, ({ path, expected }) =>
      expected === "never" ? `has "${path?.at(-1)?.key}": there are only ${known}.` : "is missing.",
    ),
  );
}

/** A value as messages show it. */
export function shown(value: unknown): string {
  return value === undefined ? "missing" : JSON.stringify(value);
}

function isMap(input: unknown): boolean {
  return typeof input === "object" && input !== null && !Array.isArray(input);
}
