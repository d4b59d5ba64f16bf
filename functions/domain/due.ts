/** What a region has to do, and since when. */
import { type DynamoDBClient, paginateQuery } from "@aws-sdk/client-dynamodb";

/** A connection of which something is due. */
export interface Due {
  readonly externalId: string;
  /** ISO 8601. */
  readonly dueAt: string;
}

/** The index of each time that something is due at: it holds nothing else. */
const INDEXES = { nextProbeAt: "byNextProbe", nextListingAt: "byNextListing" } as const;

/** Small pages: a run that ends early has hardly read anything that it does not handle. */
const PAGE_SIZE = 50;

interface Replica {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly region: string;
}

/** The connections of a region that are due, the longest due first. */
export function dueIn({ client, tableName, region }: Replica, time: keyof typeof INDEXES) {
  return async function* due(now: Date): AsyncGenerator<Due> {
    const pages = paginateQuery(
      { client, pageSize: PAGE_SIZE },
      {
        TableName: tableName,
        IndexName: INDEXES[time],
        // Who reads has to name what: see withoutCode in components/iam/conditions.ts.
        ProjectionExpression: "externalId, #time",
        KeyConditionExpression: "#region = :region AND #time <= :now",
        ExpressionAttributeNames: { "#region": "region", "#time": time },
        ExpressionAttributeValues: { ":region": { S: region }, ":now": { S: now.toISOString() } },
      },
    );
    for await (const { Items = [] } of pages) {
      for (const { externalId, [time]: dueAt } of Items) {
        if (externalId?.S && dueAt?.S) yield { externalId: externalId.S, dueAt: dueAt.S };
      }
    }
  };
}
