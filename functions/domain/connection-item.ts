/** A connection as an item of the DynamoDB table. */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Connection } from "./connection.js";

/** An item of the table, or an image of one in its stream. */
export type Item = Readonly<Record<string, AttributeValue>>;

/** The key of a connection; the items of its history share the first half of it. */
export function keyOf(externalId: string): Record<string, AttributeValue> {
  return { externalId: { S: externalId }, item: { S: "connection" } };
}

export function toItem(connection: Connection): Record<string, AttributeValue> {
  // DynamoDB rejects an item in which the key of an index is empty, and `tenant` is one.
  const entries = Object.entries(connection).filter(([, value]) => value !== undefined && value !== "");
  return {
    ...Object.fromEntries(entries.map(([name, value]) => [name, toAttribute(value)])),
    ...keyOf(connection.externalId),
  };
}

export function toAttribute(value: unknown): AttributeValue {
  if (typeof value === "number") return { N: String(value) };
  if (Array.isArray(value)) return { SS: value };
  if (typeof value === "object" && value !== null) {
    return { M: Object.fromEntries(Object.entries(value).map(([name, one]) => [name, toAttribute(one)])) };
  }
  return { S: String(value) };
}

/** An expression that sets the values; undefined and empty lists remove their attributes. */
export function toUpdate(values: Readonly<Record<string, unknown>>) {
  const entries = Object.entries(values);
  const isRemoved = (value: unknown) => value === undefined || (Array.isArray(value) && value.length === 0);
  const set = entries.filter(([, value]) => !isRemoved(value));
  const removed = entries.filter(([, value]) => isRemoved(value));
  const removal = removed.length > 0 ? ` REMOVE ${removed.map(([name]) => `#${name}`).join(", ")}` : "";
  return {
    UpdateExpression: `SET ${set.map(([name]) => `#${name} = :${name}`).join(", ")}${removal}`,
    ExpressionAttributeNames: Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
    values: Object.fromEntries(set.map(([name, value]) => [`:${name}`, toAttribute(value)])),
  };
}

/**
 * Reads an item without checking it: only this program's functions write to the table.
 * @returns undefined for no item, or one that is no connection, such as an entry of a history
 */
export function fromItem(image: Item | undefined): Connection | undefined {
  if (image?.item?.S !== "connection") return undefined;
  const { item: _, ...attributes } = image;
  const values = Object.entries(attributes).map(([name, value]) => [name, fromAttribute(value)]);
  return { tenant: "", ...Object.fromEntries(values) } as Connection;
}

function fromAttribute({ S, N, SS, M }: AttributeValue): unknown {
  if (N !== undefined) return Number(N);
  if (SS !== undefined) return [...SS].sort();
  if (M === undefined) return S;
  return Object.fromEntries(Object.entries(M).map(([name, value]) => [name, fromAttribute(value)]));
}
