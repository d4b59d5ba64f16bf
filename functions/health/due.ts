import { type DynamoDBClient, paginateQuery } from "@aws-sdk/client-dynamodb";
import type { Due } from "./health.js";

/** Small pages: a run that ends early has hardly read anything that it does not probe. */
const PAGE_SIZE = 50;

/** The connections of a region that are due, the longest due first, from an index that holds nothing else. */
export function dueIn(client: DynamoDBClient, tableName: string, region: string) {
  return async function* due(now: Date): AsyncGenerator<Due> {
    const pages = paginateQuery(
      { client, pageSize: PAGE_SIZE },
      {
        TableName: tableName,
        IndexName: "byNextProbe",
        KeyConditionExpression: "#region = :region AND nextProbeAt <= :now",
        ExpressionAttributeNames: { "#region": "region" },
        ExpressionAttributeValues: { ":region": { S: region }, ":now": { S: now.toISOString() } },
      },
    );
    for await (const { Items = [] } of pages) {
      for (const { externalId, nextProbeAt } of Items) {
        if (externalId?.S && nextProbeAt?.S) yield { externalId: externalId.S, nextProbeAt: nextProbeAt.S };
      }
    }
  };
}
