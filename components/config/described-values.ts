import * as v from "valibot";
import { valueGroups } from "./schema.js";
import type { AnySchema } from "./schema-parts.js";
import { stackConfiguration } from "./source.js";

/** One configuration value as the schema describes it. */
export interface DescribedValue {
  readonly key: string;
  /** The heading of the documentation that it belongs under. */
  readonly group: string;
  readonly title: string;
  readonly description: string;
  readonly unit: string | undefined;
  readonly example: unknown;
  /** Undefined if the value must be set. */
  readonly default: unknown;
  /** As JSON Schema calls it. */
  readonly type: "string" | "integer" | "boolean" | "array" | "object";
  /** Everything that it can be, if that is a short list. */
  readonly options: readonly (string | number)[] | undefined;
  /** The keys of an object that has no others. */
  readonly parts: readonly string[] | undefined;
  /** The smallest and the largest number, or what a map's values can be. */
  readonly range: readonly [least: number, most: number] | undefined;
}

/** The inner side of a valibot schema, as far as it is used here. */
interface Node {
  readonly type: string;
  readonly wrapped?: Node;
  readonly pipe?: readonly Node[];
  readonly options?: readonly string[];
  readonly entries?: Readonly<Record<string, unknown>>;
  readonly value?: Node;
  readonly requirement?: unknown;
}

const TYPES: Readonly<Record<string, DescribedValue["type"]>> = {
  string: "string",
  picklist: "string",
  number: "integer",
  boolean: "boolean",
  array: "array",
  record: "object",
  strict_object: "object",
};

/** All values of a stack's configuration, in the order of the documentation. */
export function describedValues(): DescribedValue[] {
  return Object.entries(valueGroups(stackConfiguration)).flatMap(([group, values]) =>
    Object.entries<AnySchema>(values).map(([key, schema]) => ({ key, group, ...describe(schema) })),
  );
}

function describe(schema: AnySchema): Omit<DescribedValue, "key" | "group"> {
  const root = schema as AnySchema & Node;
  const about = (root.wrapped ?? root) as AnySchema;
  const parts = partsOf(root);
  const found = (type: string) => parts.find((part) => part.type === type);
  const [least, most] = [found("min_value")?.requirement, found("max_value")?.requirement];
  const entries = found("strict_object")?.entries;
  const metadata = v.getMetadata(about as never) as { unit?: string; example?: unknown };
  return {
    title: v.getTitle(about as never) ?? "",
    description: v.getDescription(about as never) ?? "",
    unit: metadata.unit,
    example: metadata.example,
    default: v.getDefault(schema as never),
    type: TYPES[parts.find(({ type }) => type in TYPES)?.type ?? ""] ?? "string",
    options: found("picklist")?.options ?? (found("values")?.requirement as readonly number[] | undefined),
    parts: entries && Object.keys(entries),
    range: typeof least === "number" && typeof most === "number" ? [least, most] : undefined,
  };
}

/** A schema with everything in its pipes, and with what the values of a map must be. */
function partsOf(node: Node): Node[] {
  if (node.wrapped) return partsOf(node.wrapped);
  if (node.pipe) return node.pipe.flatMap(partsOf);
  return node.type === "record" && node.value ? [node, ...partsOf(node.value)] : [node];
}
