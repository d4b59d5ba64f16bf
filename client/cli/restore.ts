/** Brings back, from a copy of the table that AWS restored under another name, what the table has lost. */
import {
  ConditionalCheckFailedException,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateScan,
  ResourceNotFoundException,
} from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { fromItem, type Item, keyOf } from "../../functions/domain/connection-item.js";
import { tableNameOf, topicPoliciesNameOf } from "../../functions/domain/names.js";
import { forEach } from "../../functions/runtime/worker-pool.js";
import { type CurrentStatus, currentStatus } from "../index.js";
import { asItWas, type Fate, restorationOf } from "./restoration.js";
import type { Target } from "./target.js";

/** The copy, and what is to be done with it. */
export interface RestoreOptions {
  readonly copy: string;
  /** Where the copy is. */
  readonly copyRegion: string;
  /** External IDs of connections whose records in the table are damaged. */
  readonly damaged: ReadonlySet<string>;
  /** Whether anything is written. */
  readonly write: boolean;
}

/** A connection that is brought back, with the status that it had in the copy. */
export interface RestoredConnection {
  readonly externalId: string;
  readonly accountId: string;
  readonly status: CurrentStatus;
  readonly fate: Fate;
}

export interface Restored {
  readonly connections: readonly RestoredConnection[];
  /** How many other items are brought back: history, and what limits and idempotency keys are remembered with. */
  readonly others: number;
  /** How many items the table has as the copy does, or later. */
  readonly kept: number;
  /** How many have been removed for good since: their time is over. */
  readonly over: number;
  /** How many belong to regions that the stack no longer has. */
  readonly elsewhere: number;
  /** How many somebody else wrote in the meantime, so that they were left alone. */
  readonly superseded: number;
}

/** So many items are compared and written at a time. */
const CONCURRENCY = 20;

const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d+$/;

/**
 * Compares each item of the copy with the table's, in the replica of the item's own region, and writes what is missing there.
 * @throws Error if the copy is not one, or lacks a connection that is said to be damaged
 */
export async function restore(target: Target, options: RestoreOptions): Promise<Restored> {
  const source = new DynamoDBClient({ ...target.clientOptions, region: options.copyRegion });
  await assertIsCopy(source, options, tableNameOf(target.prefix));
  await assertHas(source, options);
  const restorer = new Restorer(target, options);
  const limits = { concurrency: CONCURRENCY, hasTime: () => true };
  await forEach(itemsOf(source, options.copy), limits, (item) => restorer.handle(item));
  const { connections, ...counts } = restorer.result;
  if (options.write) await reconcile(target, connections);
  return { ...counts, connections: [...connections].sort(byExternalId) };
}

const byExternalId = (one: RestoredConnection, other: RestoredConnection) =>
  one.externalId.localeCompare(other.externalId);

class Restorer {
  readonly result = {
    connections: [] as RestoredConnection[],
    ...{ others: 0, kept: 0, over: 0, elsewhere: 0, superseded: 0 },
  };
  private readonly now = new Date();
  private readonly replicas = new Map<string, DynamoDBClient>();

  constructor(
    private readonly target: Target,
    private readonly options: RestoreOptions,
  ) {}

  async handle(copy: Item): Promise<void> {
    const { result, now } = this;
    const region = this.regionOf(copy);
    if (region === undefined) {
      result.elsewhere += 1;
      return;
    }
    const connection = fromItem(copy);
    const isDamaged = connection !== undefined && this.options.damaged.has(connection.externalId);
    const present = await this.read(region, copy);
    const { fate, item } = restorationOf(copy, { present, isDamaged, now });
    if (fate === "kept" || fate === "over") {
      result[fate] += 1;
      return;
    }
    if (item && this.options.write && !(await this.write(region, item, present))) result.superseded += 1;
    else if (connection) {
      const { externalId, accountId } = connection;
      result.connections.push({ externalId, accountId, status: currentStatus(connection, now), fate });
    } else result.others += 1;
  }

  /** Where an item is written: in the region that its key begins with, or at home. @returns undefined if the stack does not have it */
  private regionOf({ externalId }: Item): string | undefined {
    const [region = ""] = externalId?.S?.split(":") ?? [];
    const { regions, homeRegion } = this.target;
    if (!REGION.test(region)) return homeRegion;
    return regions.includes(region) || region === homeRegion ? region : undefined;
  }

  private async read(region: string, { externalId, item }: Item): Promise<Item | undefined> {
    if (!externalId || !item) throw new Error(`${this.options.copy} has an item without its key.`);
    const { Item } = await this.replicaIn(region).send(
      new GetItemCommand({ TableName: this.tableName, Key: { externalId, item }, ConsistentRead: true }),
    );
    return Item;
  }

  /** @returns false, and writes nothing, if somebody else wrote the item since it was read */
  private async write(region: string, item: Item, present: Item | undefined): Promise<boolean> {
    try {
      await this.replicaIn(region).send(
        new PutItemCommand({ TableName: this.tableName, Item: { ...item }, ...asItWas(present) }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  private get tableName(): string {
    return tableNameOf(this.target.prefix);
  }

  private replicaIn(region: string): DynamoDBClient {
    const known = this.replicas.get(region);
    if (known) return known;
    const created = new DynamoDBClient({ ...this.target.clientOptions, region });
    this.replicas.set(region, created);
    return created;
  }
}

async function* itemsOf(client: DynamoDBClient, TableName: string): AsyncGenerator<Item> {
  for await (const { Items = [] } of paginateScan({ client }, { TableName })) yield* Items;
}

async function assertIsCopy(
  client: DynamoDBClient,
  { copy, copyRegion }: RestoreOptions,
  original: string,
): Promise<void> {
  if (copy === original) {
    throw new Error(`${copy} is the stack's own table: name the copy that was restored beside it.`);
  }
  const { Table } = await client.send(new DescribeTableCommand({ TableName: copy })).catch((cause: Error) => {
    if (!(cause instanceof ResourceNotFoundException)) throw cause;
    throw new Error(`There is no table ${copy} in ${copyRegion}: --in names the region that it is in.`, {
      cause,
    });
  });
  if (Table?.TableStatus !== "ACTIVE") {
    throw new Error(
      `The table ${copy} is ${Table?.TableStatus}: wait until it is ACTIVE, and run the command again.`,
    );
  }
  const keys = Table.KeySchema?.map(({ AttributeName }) => AttributeName).join(", ");
  if (keys !== "externalId, item") {
    throw new Error(`${copy} is no copy of ${original}: its key is ${keys}, not externalId, item.`);
  }
}

/** Before anything is written: a mistyped external ID would be noticed too late otherwise. */
async function assertHas(client: DynamoDBClient, { copy, damaged }: RestoreOptions): Promise<void> {
  for (const externalId of damaged) {
    const { Item } = await client.send(new GetItemCommand({ TableName: copy, Key: keyOf(externalId) }));
    if (!Item) throw new Error(`${copy} has no connection ${externalId}: correct what --overwrite names.`);
  }
}

/** Has the topics' policies reconciled now: a link that was brought back is of no use before that. Nobody waits for it. */
async function reconcile(
  { prefix, clientOptions }: Target,
  connections: readonly { externalId: string }[],
): Promise<void> {
  for (const region of new Set(connections.map(({ externalId }) => externalId.split(":")[0] ?? ""))) {
    const lambda = new LambdaClient({ ...clientOptions, region });
    const FunctionName = topicPoliciesNameOf(prefix);
    await lambda.send(new InvokeCommand({ FunctionName, InvocationType: "Event" }));
  }
}
