/** Services that take forms and answer in XML: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
import { parseXML } from "@aws-sdk/xml-builder";
import type { Failure, Message, Protocol } from "./protocol.js";

/** An element as the SDK parses it: its text, its children by name, or all elements of one name. */
type Element = string | { readonly [name: string]: Element } | readonly Element[];

/** @param version of the service's API, as a date */
export function query(version: string): Protocol {
  return {
    request: ({ name }, input): Message => ({
      path: "/",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: [field("Action", name), field("Version", version), ...fields("", input)].join("&"),
    }),
    output: ({ name, output }, { body }) => read(output, child(root(body), `${name}Result`)) as object,
    failure({ body }): Failure {
      const error = child(root(body), "Error");
      return { code: text(child(error, "Code")), message: text(child(error, "Message")) };
    },
  };
}

/** Lists by number. No function sends a map, which would look different. */
function fields(path: string, value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (typeof value !== "object") return [field(path, String(value))];
  if (Array.isArray(value)) {
    if (value.length === 0) return [field(path, "")];
    return value.flatMap((one, index) => fields(`${path}.member.${index + 1}`, one));
  }
  const prefix = path === "" ? "" : `${path}.`;
  return Object.entries(value).flatMap(([name, member]) => fields(prefix + name, member));
}

function field(name: string, value: string): string {
  return `${name}=${encodeURIComponent(value)}`;
}

function root(body: string): Element | undefined {
  return Object.values(parseXML(body) as Readonly<Record<string, Element>>)[0];
}

function children(element: Element | undefined): Readonly<Record<string, Element>> {
  const hasChildren = typeof element === "object" && !Array.isArray(element);
  return hasChildren ? (element as Readonly<Record<string, Element>>) : {};
}

function child(element: Element | undefined, name: string): Element | undefined {
  return children(element)[name];
}

function text(element: Element | undefined): string | undefined {
  // An element with attributes has its text as a child.
  const own = child(element, "#text") ?? element;
  return typeof own === "string" ? own : undefined;
}

function all(element: Element | undefined): readonly Element[] {
  if (element === undefined) return [];
  return Array.isArray(element) ? element : [element as Element];
}

/** The SDK's schemas (`StaticSchema` in `@smithy/types`): their kinds, and the simple ones that the outputs have beside strings and times. */
const LIST = 1;
const MAP = 2;
const STRUCTURE = 3;
const NUMBER = 1;
const MAP_OF = 128;

/** Reads an element by its schema: without one, an empty list could not be told from an empty text. Times are strings. */
function read(reference: unknown, element: Element | undefined): unknown {
  const schema = typeof reference === "function" ? reference() : reference;
  if (!Array.isArray(schema)) return readSimple(schema, element);
  // A member with traits.
  if (schema.length === 2) return read(schema[0], element);
  const [kind, , , , first, second] = schema;
  switch (kind) {
    case LIST:
      return readList(first, element);
    case MAP:
      return readMap(second, element);
    case STRUCTURE:
      return readStructure(first, second, element);
    default:
      return read(first, element);
  }
}

function readSimple(schema: number, element: Element | undefined): unknown {
  if (schema & MAP_OF) return readMap(schema - MAP_OF, element);
  const value = text(element);
  return schema === NUMBER ? Number(value) : value;
}

function readList(schema: unknown, element: Element | undefined): unknown[] {
  return all(child(element, "member")).map((one) => read(schema, one));
}

function readMap(schema: unknown, element: Element | undefined): object {
  const entries = all(child(element, "entry"));
  return Object.fromEntries(entries.map((one) => [child(one, "key"), read(schema, child(one, "value"))]));
}

function readStructure(
  names: readonly string[],
  schemas: readonly unknown[],
  element: Element | undefined,
): object {
  const members = names.map((name, index) => [name, child(element, name), schemas[index]] as const);
  return Object.fromEntries(
    members.flatMap(([name, member, schema]) => (member === undefined ? [] : [[name, read(schema, member)]])),
  );
}
