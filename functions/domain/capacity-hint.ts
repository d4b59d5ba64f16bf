/**
 * How much capacity each of a region's topics had when the topic-policies function last looked: where a new connection most likely finds
 * some. Without it the URL generator would have to read up to 300 policies.
 *
 * It is an item of its own in the region's replica. Its key begins with the region, as every key that is written there does, but is no
 * external ID, and it has none of the attributes that the table's indexes are made of, so that nothing takes it for a connection.
 */
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { CAPACITY_ITEM, capacityHintKey } from "./names.js";

/** What was found. */
export interface FreeCapacity {
  /** ISO 8601. */
  readonly measuredAt: string;
  /** How many more statements each topic held, number 1 first. */
  readonly free: readonly number[];
}

/** DynamoDB's TTL removes the hint of a region that was given up: it is written every hour. In seconds. */
const LIFETIME_SECONDS = 7 * 24 * 60 * 60;

/** The hint in one region's replica. */
export class CapacityHint {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly tableName: string,
    private readonly region: string,
  ) {}

  /** Eventually consistent. @returns undefined where there is none yet */
  async read(): Promise<FreeCapacity | undefined> {
    const { Item } = await this.client.send(new GetItemCommand({ TableName: this.tableName, Key: this.key }));
    if (!Item) return undefined;
    return {
      measuredAt: Item.measuredAt?.S ?? "",
      free: (Item.free?.L ?? []).map(({ N }) => Number(N)),
    };
  }

  async write(free: readonly number[], now: Date): Promise<void> {
    await this.client.send(
      new PutItemCommand({
        TableName: this.tableName,
        Item: {
          ...this.key,
          measuredAt: { S: now.toISOString() },
          free: { L: free.map((count) => ({ N: String(count) })) },
          deleteAfter: { N: String(Math.ceil(now.getTime() / 1000) + LIFETIME_SECONDS) },
        },
      }),
    );
  }

  private get key() {
    return { externalId: { S: capacityHintKey(this.region) }, item: { S: CAPACITY_ITEM } };
  }
}
