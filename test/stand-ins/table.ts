/**
 * DynamoDB, as far as the functions use it: items by key, and writes with the expressions of functions/domain/connection.ts.
 * An expression that it does not know is an error, never a silent success.
 */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import type { Connection } from "../../functions/domain/connection.js";
import type { CallOptions } from "../../functions/domain/connection-repository.js";

type Item = Record<string, AttributeValue>;

/** The inputs of GetItem, PutItem and UpdateItem: the same on the wire as in the SDK. */
export interface TableInput {
  readonly Key?: Item;
  readonly Item?: Item;
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Item;
}

/** The item is not what the condition says. */
export class ConditionFailed extends Error {}

export class TableStandIn {
  private items = new Map<string, Item>();

  /** @param operation GetItem, PutItem or UpdateItem @throws ConditionFailed */
  handle(operation: string, input: TableInput): { Item?: Item } {
    const key = keyOf(input.Key ?? input.Item ?? {});
    const item = this.items.get(key);
    if (operation === "GetItem") return item ? { Item: structuredClone(item) } : {};
    check(item, input);
    if (operation === "PutItem") this.items.set(key, structuredClone(input.Item ?? {}));
    else if (operation === "UpdateItem") this.items.set(key, updated(item ?? { ...input.Key }, input));
    else throw new Error(`The table stand-in does not know ${operation}.`);
    return {};
  }

  /** Puts a connection in, whatever is there. */
  put(connection: Connection): void {
    const item: Item = { item: { S: "connection" } };
    for (const [name, value] of Object.entries(connection)) {
      if (value !== undefined) item[name] = attribute(value);
    }
    this.items.set(keyOf(item), item);
  }

  /** Every connection as it is, by external ID. */
  connections(): Record<string, Record<string, unknown>> {
    const found = [...this.items.values()].map(({ item: _, ...attributes }) => {
      const plain = Object.entries(attributes).map(([name, value]) => [name, plainOf(value)]);
      return [attributes.externalId?.S ?? "", Object.fromEntries(plain)];
    });
    return Object.fromEntries(found);
  }

  clear(): void {
    this.items.clear();
  }

  /** @param before is awaited before each call, which fails with what it throws */
  client(
    before: (operation: string, options: CallOptions) => Promise<unknown> = async () => {},
  ): DynamoDBClient {
    const send = async (command: { readonly input: TableInput }, options: CallOptions = {}) => {
      const operation = command.constructor.name.replace(/Command$/, "");
      await before(operation, options);
      try {
        return this.handle(operation, command.input);
      } catch (error) {
        if (!(error instanceof ConditionFailed)) throw error;
        throw new ConditionalCheckFailedException({ message: error.message, $metadata: {} });
      }
    };
    return { send } as unknown as DynamoDBClient;
  }
}

function keyOf({ externalId, item }: Item): string {
  if (!externalId?.S || !item?.S) throw new Error("A key has the parts externalId and item.");
  return JSON.stringify([externalId.S, item.S]);
}

function attribute(value: unknown): AttributeValue {
  if (typeof value === "number") return { N: String(value) };
  return Array.isArray(value) ? { SS: [...value] } : { S: String(value) };
}

function plainOf({ S, N, SS }: AttributeValue): unknown {
  return N === undefined ? (SS?.toSorted() ?? S) : Number(N);
}

function names(text: string, { ExpressionAttributeNames = {} }: TableInput): string {
  const name = ExpressionAttributeNames[text] ?? text;
  if (name.startsWith("#")) throw new Error(`The name ${name} is not defined.`);
  return name;
}

function value(text: string, { ExpressionAttributeValues = {} }: TableInput): AttributeValue {
  const found = ExpressionAttributeValues[text];
  if (!found) throw new Error(`The value ${text} is not defined.`);
  if (found.SS?.length === 0) throw new Error(`The value ${text} is an empty set.`);
  return found;
}

function check(item: Item | undefined, input: TableInput): void {
  if (input.ConditionExpression !== undefined && !holds(input.ConditionExpression, item, input)) {
    throw new ConditionFailed("The conditional request failed");
  }
}

function holds(condition: string, item: Item | undefined, input: TableInput): boolean {
  const text = condition.trim().replace(/^\((.*)\)$/, "$1");
  for (const [word, combine] of [
    [" AND ", (parts: boolean[]) => parts.every(Boolean)],
    [" OR ", (parts: boolean[]) => parts.some(Boolean)],
  ] as const) {
    const parts = topLevel(text, word);
    if (parts.length > 1) return combine(parts.map((part) => holds(part, item, input)));
  }
  const [, not, existing] = /^attribute_(not_)?exists\((\S+)\)$/.exec(text) ?? [];
  if (existing) return (item?.[names(existing, input)] === undefined) === (not !== undefined);
  const [, left = "", operator, right = ""] = /^(\S+) (=|<) (\S+)$/.exec(text) ?? [];
  const found = item?.[names(left, input)];
  if (operator === "=") return JSON.stringify(found) === JSON.stringify(value(right, input));
  if (operator === "<") return found?.N !== undefined && Number(found.N) < Number(value(right, input).N);
  throw new Error(`The table stand-in does not know the condition ${condition}.`);
}

/** Splits at a word, where it stands outside of brackets. */
function topLevel(text: string, word: string): string[] {
  const parts = [""];
  for (const piece of text.split(word)) {
    const last = parts.at(-1) ?? "";
    const isOpen = last.split("(").length > last.split(")").length;
    if (last === "") parts[parts.length - 1] = piece;
    else if (isOpen) parts[parts.length - 1] = `${last}${word}${piece}`;
    else parts.push(piece);
  }
  return parts;
}

function updated(item: Item, input: TableInput): Item {
  const { UpdateExpression = "" } = input;
  const result: Item = structuredClone(item);
  const clauses = UpdateExpression.split(/\b(SET|REMOVE|ADD) /).slice(1);
  for (let index = 0; index < clauses.length; index += 2) {
    for (const action of (clauses[index + 1] ?? "").trim().split(", ")) {
      if (clauses[index] === "SET") {
        const [, name = "", reference = ""] = /^(\S+) = (\S+)$/.exec(action) ?? [];
        result[names(name, input)] = value(reference, input);
      } else if (clauses[index] === "REMOVE") {
        delete result[names(action, input)];
      } else {
        const [, name = "", reference = ""] = /^(\S+) (\S+)$/.exec(action) ?? [];
        const sum = Number(result[names(name, input)]?.N ?? 0) + Number(value(reference, input).N);
        result[names(name, input)] = { N: String(sum) };
      }
    }
  }
  return result;
}
