/** Lists connections, page by page, from the indexes of the replica in the home region. */
import { type AttributeValue, type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { type Connection, type CurrentStatus, currentStatus } from "../functions/domain/connection.js";
import { fromItem } from "../functions/domain/connection-item.js";

/** Which connections to list; an empty filter matches all of them. */
export interface ConnectionFilter {
  readonly tenant?: string;
  readonly accountId?: string;
  readonly status?: CurrentStatus;
}

export interface PageOptions {
  /** The size of a page, 1 to 1000. @default 100 */
  readonly limit?: number;
  /** The `nextPageToken` of the previous page; the filter must be the same. */
  readonly pageToken?: string;
}

/** Newest connections first; region by region if neither tenant nor account is given. */
export interface ConnectionPage {
  readonly connections: readonly Connection[];
  /** Gets the next page; absent on the last one. */
  readonly nextPageToken?: string;
}

/** One partition of an index. */
interface Partition {
  readonly index: "byAccount" | "byRegion" | "byTenant";
  readonly attribute: "accountId" | "region" | "tenant";
  readonly value: string;
}

/** Where a page ended: the partition, and the keys of the page's last connection. */
interface Position {
  readonly partition: number;
  readonly externalId?: string;
  readonly createdAt?: string;
}

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

export class Listing {
  constructor(
    /** Of the home region. */
    private readonly client: DynamoDBClient,
    private readonly tableName: string,
    private readonly regions: readonly string[] | undefined,
  ) {}

  /** @throws Error if the limit or the page token is invalid */
  async page(filter: ConnectionFilter, options: PageOptions = {}): Promise<ConnectionPage> {
    const limit = options.limit ?? DEFAULT_LIMIT;
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
      throw new Error(`limit is ${limit}: use a whole number from 1 to ${MAX_LIMIT}.`);
    }
    const partitions = this.partitions(filter);
    let position: Position = readToken(options.pageToken, partitions.length);
    const connections: Connection[] = [];
    const now = new Date();
    for (let partition = partitions[position.partition]; partition; ) {
      const { Items = [], LastEvaluatedKey } = await this.query(partition, position);
      for (const item of Items) {
        const connection = fromItem(item);
        if (!connection) continue;
        position = { partition: position.partition, ...keysOf(connection) };
        if (!matches(connection, filter, now)) continue;
        connections.push(connection);
        // Nothing may follow: the next page is then empty and the last.
        if (connections.length === limit) return { connections, nextPageToken: toToken(position) };
      }
      if (!LastEvaluatedKey) {
        position = { partition: position.partition + 1 };
        partition = partitions[position.partition];
      }
    }
    return { connections };
  }

  async *all(filter: ConnectionFilter): AsyncGenerator<Connection> {
    let pageToken: string | undefined;
    do {
      const page = await this.page(filter, { limit: MAX_LIMIT, ...(pageToken && { pageToken }) });
      yield* page.connections;
      pageToken = page.nextPageToken;
    } while (pageToken);
  }

  private partitions({ accountId, tenant }: ConnectionFilter): readonly Partition[] {
    if (accountId !== undefined) return [{ index: "byAccount", attribute: "accountId", value: accountId }];
    if (tenant !== undefined) return [{ index: "byTenant", attribute: "tenant", value: tenant }];
    if (this.regions === undefined) {
      throw new Error(
        "Listing all connections needs the client's option regions; or filter by tenant or account.",
      );
    }
    return this.regions.map((value) => ({ index: "byRegion", attribute: "region", value }));
  }

  private query({ index, attribute, value }: Partition, { externalId, createdAt }: Position) {
    const start: Record<string, AttributeValue> | undefined =
      externalId === undefined || createdAt === undefined
        ? undefined
        : {
            externalId: { S: externalId },
            item: { S: "connection" },
            createdAt: { S: createdAt },
            [attribute]: { S: value },
          };
    return this.client.send(
      new QueryCommand({
        TableName: this.tableName,
        IndexName: index,
        KeyConditionExpression: "#attribute = :value",
        ExpressionAttributeNames: { "#attribute": attribute },
        ExpressionAttributeValues: { ":value": { S: value } },
        ExclusiveStartKey: start,
        ScanIndexForward: false,
      }),
    );
  }
}

function keysOf({ externalId, createdAt }: Connection) {
  return { externalId, createdAt };
}

function matches(
  connection: Connection,
  { tenant, accountId, status }: ConnectionFilter,
  now: Date,
): boolean {
  return (
    (tenant === undefined || connection.tenant === tenant) &&
    (accountId === undefined || connection.accountId === accountId) &&
    (status === undefined || currentStatus(connection, now) === status)
  );
}

function toToken(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

function readToken(token: string | undefined, partitions: number): Position {
  if (token === undefined) return { partition: 0 };
  try {
    const position = JSON.parse(Buffer.from(token, "base64url").toString()) as Position;
    if (Number.isInteger(position.partition) && position.partition >= 0 && position.partition < partitions) {
      return position;
    }
  } catch {
    // Reported below.
  }
  throw new Error("This page token does not belong to this filter: start again from the first page.");
}
