/** How many links may wait to be used at once: each takes room in the policy of a topic, of which there is little. */
import { type DynamoDBClient, paginateQuery } from "@aws-sdk/client-dynamodb";
import { RefusedError } from "./problems.js";

/** A week, the longest that a link can be good for: an older one cannot be pending. */
export const MAX_LINK_LIFETIME_HOURS = 168;

/** Pages of up to 1 MB each, some thousand links; whoever made more in a week has to wait. */
const MAX_PAGES = 5;

export interface Limits {
  readonly perAccount: number;
  readonly perTenant: number;
}

/**
 * Counts pending links in the indexes of the home region's replica. Those lag behind: an index by moments, and the
 * home region behind the others by about a second. So a limit can be passed by as many links as are made in one such moment.
 */
export class PendingLinks {
  constructor(
    /** Of the home region. */
    private readonly client: DynamoDBClient,
    private readonly tableName: string,
    private readonly limits: Limits,
  ) {}

  /** @throws RefusedError if account or tenant have as many pending links as they may */
  async check(accountId: string, tenant: string, now: Date): Promise<void> {
    const { perAccount, perTenant } = this.limits;
    const [ofAccount, ofTenant] = await Promise.all([
      this.count("byAccount", "accountId", accountId, perAccount, now),
      // Callers without a number have none that could be counted.
      tenant === "" ? 0 : this.count("byTenant", "tenant", tenant, perTenant, now),
    ]);
    if (ofAccount >= perAccount) {
      throw new RefusedError(
        "tooMany",
        `The AWS account ${accountId} has ${perAccount} links that wait to be used, and may have no more. Use one of them, cancel one, or wait until one expires.`,
        "accountId",
      );
    }
    if (ofTenant >= perTenant) {
      throw new RefusedError(
        "tooMany",
        `You have ${perTenant} links that wait to be used, and may have no more. Use one of them, cancel one, wait until one expires, or ask us for more.`,
      );
    }
  }

  private async count(
    index: string,
    attribute: string,
    value: string,
    most: number,
    now: Date,
  ): Promise<number> {
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
        // The newest first: they are the ones that are still pending.
        ScanIndexForward: false,
      },
    );
    let found = 0;
    let read = 0;
    for await (const { Count = 0, LastEvaluatedKey } of pages) {
      found += Count;
      read += 1;
      if (found >= most || (read === MAX_PAGES && LastEvaluatedKey)) return most;
    }
    return found;
  }
}
