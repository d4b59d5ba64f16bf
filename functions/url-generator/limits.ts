/** Limits the links that are pending at the same time: each one takes up capacity of a topic policy, which is scarce. */
import { type DynamoDBClient, paginateQuery } from "@aws-sdk/client-dynamodb";
import { RejectedError } from "./problems.js";

/** A week, the longest lifetime that can be configured: an older link cannot be pending. */
export const MAX_LINK_LIFETIME_HOURS = 168;

/** Pages of up to 1 MB, together some thousand links; whoever created more than that in a week has to wait. */
const MAX_PAGES = 5;

export interface Limits {
  readonly perAccount: number;
  readonly perTenant: number;
}

/** One partition of an index. */
interface Partition {
  readonly index: "byAccount" | "byTenant";
  readonly attribute: "accountId" | "tenant";
  readonly value: string;
}

/**
 * Counts pending links in the indexes of the home region's replica. Those lag behind, an index by moments and the home
 * region by about a second, so a limit can be exceeded by the links that are created within such a moment.
 */
export class PendingLinks {
  constructor(
    /** Of the home region. */
    private readonly client: DynamoDBClient,
    private readonly tableName: string,
    private readonly limits: Limits,
  ) {}

  /** @throws RejectedError if the account or the tenant has reached its limit */
  async check(accountId: string, tenant: string, now: Date): Promise<void> {
    const { perAccount, perTenant } = this.limits;
    const [ofAccount, ofTenant] = await Promise.all([
      this.count({ index: "byAccount", attribute: "accountId", value: accountId }, perAccount, now),
      // Callers without a tenant have no links that could be counted.
      tenant === ""
        ? 0
        : this.count({ index: "byTenant", attribute: "tenant", value: tenant }, perTenant, now),
    ]);
    if (ofAccount >= perAccount) {
      throw new RejectedError(
        "tooMany",
        `The AWS account ${accountId} has ${perAccount} pending links, which is the limit. Use one of them, cancel one, or wait until one expires.`,
        "accountId",
      );
    }
    if (ofTenant >= perTenant) {
      throw new RejectedError(
        "tooMany",
        `You have ${perTenant} pending links, which is the limit. Use one of them, cancel one, wait until one expires, or ask us for a higher limit.`,
      );
    }
  }

  /** @returns the number of pending links, but never more than the limit */
  private async count({ index, attribute, value }: Partition, limit: number, now: Date): Promise<number> {
    const oldest = new Date(now.getTime() - MAX_LINK_LIFETIME_HOURS * 3_600_000);
    const pages = paginateQuery(
      { client: this.client },
      {
        TableName: this.tableName,
        IndexName: index,
        Select: "COUNT",
        KeyConditionExpression: "#attribute = :value AND createdAt > :oldest",
        FilterExpression: "#item = :connection AND #status = :pending AND expiresAt > :now",
        ExpressionAttributeNames: { "#attribute": attribute, "#item": "item", "#status": "status" },
        ExpressionAttributeValues: {
          ":value": { S: value },
          ":oldest": { S: oldest.toISOString() },
          ":connection": { S: "connection" },
          ":pending": { S: "pending" },
          ":now": { S: now.toISOString() },
        },
        // Newest first: those are the ones that are still pending.
        ScanIndexForward: false,
      },
    );
    let found = 0;
    let read = 0;
    for await (const { Count = 0, LastEvaluatedKey } of pages) {
      found += Count;
      read += 1;
      if (found >= limit || (read === MAX_PAGES && LastEvaluatedKey)) return limit;
    }
    return found;
  }
}
