/** A DynamoDB table in memory, as far as the functions use one. An operation that it does not know is an error. */
import {
  type AttributeValue,
  type CancellationReason,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  TransactionCanceledException,
} from "@aws-sdk/client-dynamodb";
import type { Connection } from "../../functions/domain/connection.js";
import type { CallOptions } from "../../functions/domain/connection-repository.js";
import { type Item, meets, type Placeholders, updated } from "./expressions.js";

/** The input of an operation: the same on the wire as in the SDK. */
export interface TableInput extends Placeholders {
  readonly Key?: Item;
  readonly Item?: Item;
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
  readonly IndexName?: string;
  readonly KeyConditionExpression?: string;
  readonly FilterExpression?: string;
  readonly ProjectionExpression?: string;
  readonly ScanIndexForward?: boolean;
  readonly ExclusiveStartKey?: Item | undefined;
  readonly Select?: string;
  readonly ReturnValues?: string;
  readonly ReturnValuesOnConditionCheckFailure?: string;
  /** Of a transaction: each with one operation. */
  readonly TransactItems?: readonly Readonly<Record<string, TableInput>>[];
  /** Of a batch, by table. */
  readonly RequestItems?: Readonly<Record<string, { readonly Keys?: readonly Item[] }>>;
}

interface TableOutput {
  readonly Item?: Item;
  /** Of a write, as the item is then. */
  readonly Attributes?: Item;
  readonly Items?: readonly Item[];
  readonly Count?: number;
  readonly LastEvaluatedKey?: Item;
  readonly Responses?: Readonly<Record<string, readonly Item[]>>;
}

/** The item does not meet the condition. */
export class ConditionFailed extends Error {
  /** @param item as it is, where it was asked for */
  constructor(readonly item: Item | undefined) {
    super("The conditional request failed");
  }
}

/** The keys of the table's indexes: see components/connection-table.ts. */
const INDEXES: Readonly<Record<string, readonly [hash: string, range: string]>> = {
  byAccount: ["accountId", "createdAt"],
  byRegion: ["region", "createdAt"],
  byTenant: ["tenant", "createdAt"],
  byTopic: ["topicArn", "createdAt"],
  byOrganization: ["organization", "accountId"],
  byNextProbe: ["region", "nextProbeAt"],
  byNextListing: ["region", "nextListingAt"],
};

const INDEXED = new Set(Object.values(INDEXES).map(([hash]) => hash));

/** A transaction of which at least one condition is not met. */
export class TransactionCancelled extends Error {
  /** @param reasons one for each item, in order */
  constructor(readonly reasons: CancellationReason[]) {
    const codes = reasons.map(({ Code }) => Code).join(", ");
    super(`Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`);
  }
}

export class TableStandIn {
  /** Called with each item that is written. */
  onWrite: (item: Item) => void = () => {};
  /** How many items a query returns at a time. */
  pageSize = Number.POSITIVE_INFINITY;
  private readonly byKey = new Map<string, Item>();
  /** Keys of the items that have, or once had, a value in an indexed attribute. */
  private readonly indexes = new Map<string, Set<string>>();

  /** @throws ConditionFailed @throws TransactionCancelled */
  handle(operation: string, input: TableInput): TableOutput {
    if (operation === "Query") return this.query(input);
    if (operation === "BatchGetItem") return this.batch(input);
    if (operation === "TransactWriteItems") return this.transact(input);
    const key = keyOf(input.Key ?? input.Item ?? {});
    const item = this.byKey.get(key);
    if (operation === "GetItem") return item ? { Item: projected(item, input) } : {};
    if (!meets(item, input.ConditionExpression, input)) {
      throw new ConditionFailed(input.ReturnValuesOnConditionCheckFailure === "ALL_OLD" ? item : undefined);
    }
    switch (operation) {
      case "PutItem":
        this.write(structuredClone(input.Item ?? {}));
        return {};
      case "UpdateItem":
        this.write(updated(item ?? input.Key ?? {}, input.UpdateExpression ?? "", input));
        return input.ReturnValues === "ALL_NEW"
          ? { Attributes: structuredClone(this.byKey.get(key) ?? {}) }
          : {};
      case "DeleteItem":
        this.byKey.delete(key);
        return {};
      default:
        throw new Error(`The stand-in for DynamoDB does not know ${operation}.`);
    }
  }

  private transact({ TransactItems = [] }: TableInput): TableOutput {
    const writes = TransactItems.flatMap((one) => Object.entries(one));
    const reasons = writes.map(([, input]): CancellationReason => {
      const item = this.byKey.get(keyOf(input.Key ?? input.Item ?? {}));
      if (meets(item, input.ConditionExpression, input)) return { Code: "None" };
      const isReturned = item && input.ReturnValuesOnConditionCheckFailure === "ALL_OLD";
      return { Code: "ConditionalCheckFailed", ...(isReturned && { Item: structuredClone(item) }) };
    });
    if (reasons.some(({ Code }) => Code !== "None")) throw new TransactionCancelled(reasons);
    for (const [operation, input] of writes) this.handle(`${operation}Item`, input);
    return {};
  }

  private batch({ RequestItems = {} }: TableInput): TableOutput {
    const found = Object.entries(RequestItems).map(([table, { Keys = [] }]) => [
      table,
      structuredClone(Keys.map((key) => this.byKey.get(keyOf(key))).filter((item) => item !== undefined)),
    ]);
    return { Responses: Object.fromEntries(found) };
  }

  /** Puts a connection in, whatever is there. */
  put(connection: Connection): void {
    const attributes = Object.entries({ ...connection, item: "connection" })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, toAttribute(value)]);
    this.write(Object.fromEntries(attributes));
  }

  get(externalId: string, item = "connection"): Item | undefined {
    return this.byKey.get(keyOf({ externalId: { S: externalId }, item: { S: item } }));
  }

  get items(): Item[] {
    return [...this.byKey.values()];
  }

  /** Every connection as plain values, by external ID. */
  connections(): Record<string, Record<string, unknown>> {
    const records = this.items.filter(({ item }) => item?.S === "connection");
    const connections = records.map(({ item: _, ...attributes }) => {
      const values = Object.entries(attributes).map(([name, value]) => [name, fromAttribute(value)]);
      return [attributes.externalId?.S ?? "", Object.fromEntries(values)];
    });
    return Object.fromEntries(connections);
  }

  clear(): void {
    this.byKey.clear();
    this.indexes.clear();
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
        if (error instanceof TransactionCancelled) {
          const { message, reasons: CancellationReasons } = error;
          throw new TransactionCanceledException({ message, $metadata: {}, CancellationReasons });
        }
        if (!(error instanceof ConditionFailed)) throw error;
        const { message, item } = error;
        throw new ConditionalCheckFailedException({ message, $metadata: {}, ...(item && { Item: item }) });
      }
    };
    return { send } as unknown as DynamoDBClient;
  }

  private write(item: Item): void {
    const key = keyOf(item);
    this.byKey.set(key, item);
    for (const attribute of INDEXED) {
      const name = `${attribute} ${item[attribute]?.S}`;
      const index = this.indexes.get(name) ?? new Set();
      this.indexes.set(name, index.add(key));
    }
    this.onWrite(item);
  }

  private query(input: TableInput): TableOutput {
    const [token = "", , value = ""] = (input.KeyConditionExpression ?? "").split(" ");
    const attribute = input.ExpressionAttributeNames?.[token] ?? token;
    const [hash, range = ""] = INDEXES[input.IndexName ?? ""] ?? [];
    if (attribute !== hash)
      throw new Error(`The stand-in for DynamoDB has no index ${input.IndexName} on ${attribute}.`);
    const candidates = this.indexes.get(`${attribute} ${input.ExpressionAttributeValues?.[value]?.S}`) ?? [];
    const items = [...candidates]
      .map((key) => this.byKey.get(key))
      .filter((item) => item?.[range] !== undefined)
      .filter((item) => meets(item, input.KeyConditionExpression, input))
      .filter((item) => meets(item, input.FilterExpression, input))
      .sort((a, b) => (a?.[range]?.S ?? "").localeCompare(b?.[range]?.S ?? "")) as Item[];
    if (input.ScanIndexForward === false) items.reverse();
    const start = input.ExclusiveStartKey ? keyOf(input.ExclusiveStartKey) : undefined;
    const rest = items.slice(items.findIndex((item) => keyOf(item) === start) + 1);
    const page = rest.slice(0, this.pageSize);
    const last = rest.length > page.length ? page.at(-1) : undefined;
    return {
      Count: page.length,
      ...(last && { LastEvaluatedKey: structuredClone(last) }),
      ...(input.Select !== "COUNT" && { Items: page.map((item) => projected(item, input)) }),
    };
  }
}

/** What a read returns of an item. */
function projected(item: Item, { ProjectionExpression, ExpressionAttributeNames = {} }: TableInput): Item {
  if (ProjectionExpression === undefined) return structuredClone(item);
  const names = ProjectionExpression.split(", ").map((name) => ExpressionAttributeNames[name] ?? name);
  return structuredClone(Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name))));
}

function keyOf({ externalId, item }: Item): string {
  if (!externalId?.S || !item?.S) throw new Error("A key has the parts externalId and item.");
  return JSON.stringify([externalId.S, item.S]);
}

function toAttribute(value: unknown): AttributeValue {
  if (typeof value === "number") return { N: String(value) };
  if (Array.isArray(value)) return { SS: [...value] };
  if (typeof value !== "object" || value === null) return { S: String(value) };
  return { M: Object.fromEntries(Object.entries(value).map(([name, one]) => [name, toAttribute(one)])) };
}

function fromAttribute({ S, N, SS, M }: AttributeValue): unknown {
  if (M) return Object.fromEntries(Object.entries(M).map(([name, one]) => [name, fromAttribute(one)]));
  return N === undefined ? (SS?.toSorted() ?? S) : Number(N);
}
