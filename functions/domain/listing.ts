/** Lists connections, page by page, from the indexes of the replica in the home region. */
import { type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { type Connection, type CurrentStatus, currentStatus } from "./connection.js";
import { type IndexPartition, partitionQuery } from "./connection-index.js";
import { fromItem, keyOf } from "./connection-item.js";
import { isExternalId } from "./external-id.js";

/** Which connections to list; an empty filter matches all of them. */
export interface ConnectionFilter {
  readonly tenant?: string;
  readonly accountId?: string;
  readonly region?: string;
  readonly status?: CurrentStatus;
}

export interface PageOptions {
  /** The size of a page, 1 to 1000. @default 100 */
  readonly limit?: number;
  /** The `nextPageToken` of the previous page; the filter must be the same. */
  readonly pageToken?: string;
  /** How many pages of an index, of 1 MB at most, are read for one page: then it has fewer connections, or none. @default no limit */
  readonly maxReads?: number;
  /**
   * Whether nothing but the tenant's connections is read although an account's are fewer: how long it takes, and where a page ends, then
   * tells nothing of other tenants. @default false
   */
  readonly withinTenant?: boolean;
  /** Whether the accounts of organizations are left out. @default false */
  readonly withoutMembers?: boolean;
}

/** A page token was changed, or belongs to another filter. */
export class PageTokenError extends Error {
  override readonly name = "PageTokenError";

  constructor() {
    super("This page token does not belong to this filter: start again from the first page.");
  }
}

/** Newest connections first; region by region if neither tenant nor account is given. */
export interface ConnectionPage {
  readonly connections: readonly Connection[];
  /** Gets the next page; absent on the last one. */
  readonly nextPageToken?: string;
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

  /** @throws Error if the limit is invalid, PageTokenError if the page token is */
  async page(filter: ConnectionFilter, options: PageOptions = {}): Promise<ConnectionPage> {
    const {
      limit = DEFAULT_LIMIT,
      pageToken,
      maxReads = Number.POSITIVE_INFINITY,
      withinTenant = false,
      withoutMembers = false,
    } = options;
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
      throw new Error(`limit is ${limit}: use a whole number from 1 to ${MAX_LIMIT}.`);
    }
    const partitions = this.partitions(filter, withinTenant);
    let position = pageToken === undefined ? { partition: 0 } : readToken(pageToken, filter, partitions);
    const connections: Connection[] = [];
    const pageTo = (next: Position) => ({ connections, nextPageToken: toToken(next, filter, partitions) });
    const now = new Date();
    let partition = partitions[position.partition];
    for (let reads = 0; partition; reads += 1) {
      if (reads >= maxReads) return pageTo(position);
      const { Items = [], LastEvaluatedKey } = await this.query(partition, position);
      for (const item of Items) {
        const connection = fromItem(item);
        if (!connection) continue;
        position = { partition: position.partition, ...keysOf(connection) };
        if (withoutMembers && connection.kind === "member") continue;
        if (!matches(connection, filter, now)) continue;
        connections.push(connection);
        // Nothing may follow: the next page is then empty and the last.
        if (connections.length === limit) return pageTo(position);
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

  private partitions(
    { accountId, region, tenant }: ConnectionFilter,
    withinTenant: boolean,
  ): readonly IndexPartition[] {
    const ofTenant = (value: string): IndexPartition => ({ index: "byTenant", attribute: "tenant", value });
    if (tenant !== undefined && withinTenant) return [ofTenant(tenant)];
    if (accountId !== undefined) return [{ index: "byAccount", attribute: "accountId", value: accountId }];
    if (tenant !== undefined) return [ofTenant(tenant)];
    if (region !== undefined) return [{ index: "byRegion", attribute: "region", value: region }];
    if (this.regions === undefined) {
      throw new Error(
        "Listing all connections needs the client's option regions; or filter by tenant, account or region.",
      );
    }
    return this.regions.map((value) => ({ index: "byRegion", attribute: "region", value }));
  }

  private query(partition: IndexPartition, { externalId, createdAt }: Position) {
    const { attribute, value } = partition;
    const start =
      externalId === undefined || createdAt === undefined
        ? undefined
        : { ...keyOf(externalId), createdAt: { S: createdAt }, [attribute]: { S: value } };
    return this.client.send(
      new QueryCommand({
        ...partitionQuery(this.tableName, partition),
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
  { tenant, accountId, region, status }: ConnectionFilter,
  now: Date,
): boolean {
  return (
    (region === undefined || connection.region === region) &&
    (tenant === undefined || connection.tenant === tenant) &&
    (accountId === undefined || connection.accountId === accountId) &&
    (status === undefined || currentStatus(connection, now) === status)
  );
}

/** As page tokens hold it: their positions count for one filter only. */
function textOf({ tenant, accountId, region, status }: ConnectionFilter): string {
  return JSON.stringify([tenant, accountId, region, status]);
}

function toToken(
  { partition, externalId, createdAt }: Position,
  filter: ConnectionFilter,
  partitions: readonly IndexPartition[],
): string {
  const parts = [textOf(filter), partitions[partition]?.value, externalId, createdAt];
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

/**
 * Whoever makes a token up gets to another place in a partition that the filter, and not the token, has chosen. What is not of the form
 * that {@link toToken} writes is refused, because DynamoDB would refuse it.
 */
function readToken(token: string, filter: ConnectionFilter, partitions: readonly IndexPartition[]): Position {
  const [given, of, externalId, createdAt] = parse(token);
  const partition = partitions.findIndex(({ value }) => value === of);
  const isStart = externalId === null && createdAt === null;
  const isKey =
    typeof externalId === "string" &&
    isExternalId(externalId) &&
    typeof createdAt === "string" &&
    !Number.isNaN(Date.parse(createdAt)) &&
    new Date(createdAt).toISOString() === createdAt;
  if (given !== textOf(filter) || partition < 0) throw new PageTokenError();
  if (isKey) return { partition, externalId, createdAt };
  if (isStart) return { partition };
  throw new PageTokenError();
}

function parse(token: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
