/** Reads the table's indexes that hold whole connections. Each is eventually consistent, and holds only what has its keys. */
import { type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import type { Connection } from "./connection.js";
import { fromItem, type Item, toAttribute } from "./connection-item.js";
import { WITHOUT_CODE } from "./readable-attributes.js";

/** One partition of an index. */
export interface IndexPartition {
  readonly index: "byAccount" | "byOrganization" | "byRegion" | "byTenant" | "byTopic";
  readonly attribute: "accountId" | "organization" | "region" | "tenant" | "topicArn";
  readonly value: string;
}

/** What a query for the connections of a partition says, whatever their order. Their codes are left out. */
export function partitionQuery(TableName: string, { index, attribute, value }: IndexPartition) {
  return {
    TableName,
    IndexName: index,
    ...WITHOUT_CODE,
    KeyConditionExpression: `#${attribute} = :value`,
    ExpressionAttributeValues: { ":value": toAttribute(value) },
  };
}

/** The connections of a partition: the newest first, and members of organizations by account. */
export async function* readPartition(
  client: DynamoDBClient,
  tableName: string,
  partition: IndexPartition,
): AsyncGenerator<Connection> {
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        ...partitionQuery(tableName, partition),
        ScanIndexForward: partition.index === "byOrganization",
        ExclusiveStartKey,
      }),
    );
    for (const item of page.Items ?? []) {
      const connection = fromItem(item);
      if (connection) yield connection;
    }
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
}
