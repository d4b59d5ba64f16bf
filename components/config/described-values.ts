import * as v from "valibot";
import { valueGroups } from "./schema.js";
import type { AnySchema } from "./schema-parts.js";
import { stackConfiguration } from "./source.js";

/** One configuration value as the schema describes it. */
export interface DescribedValue {
  readonly key: string;
  /** What it is about, with the values beside it. */
  readonly group: string;
  readonly title: string;
  readonly description: string;
  readonly unit: string | undefined;
  readonly example: unknown;
  /** Undefined if it has to be set. */
  readonly default: unknown;
  /** In JSON Schema's words. */
  readonly type: "string" | "integer" | "boolean" | "array" | "object";
  /** The only texts that it can be. */
  readonly options: readonly string[] | undefined;
  /** The least and the most that a number can be. */
  readonly range: readonly [least: number, most: number] | undefined;
}

/** A schema from the inside, as far as it is looked into here. */
interface Node {
  readonly type: string;
  readonly wrapped?: Node;
  readonly pipe?: readonly Node[];
  readonly options?: readonly string[];
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

/** All values that a stack's configuration can have, in their order. */
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
  const metadata = v.getMetadata(about as never) as { unit?: string; example?: unknown };
  return {
    title: v.getTitle(about as never) ?? "",
    description: v.getDescription(about as never) ?? "",
    unit: metadata.unit,
    example: metadata.example,
    default: v.getDefault(schema as never),
    type: TYPES[parts.find(({ type }) => type in TYPES)?.type ?? ""] ?? "string",
    options: found("picklist")?.options,
    range: typeof least === "number" && typeof most === "number" ? [least, most] : undefined,
  };
}

/** The schema and everything in its pipes, outermost first; what is in a list or a map is not. */
function partsOf(node: Node): Node[] {
  const [first, ...others] = node.pipe ?? [];
  if (node.wrapped) return partsOf(node.wrapped);
  return first ? [...(first.pipe ? partsOf(first) : [first]), ...others.flatMap(partsOf)] : [node];
}
