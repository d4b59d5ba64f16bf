/** Reads the table's indexes that hold whole connections. Each is eventually consistent, and holds only what has its keys. */
import { type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import type { Connection } from "./connection.js";
import { fromItem, type Item, toAttribute } from "./connection-item.js";
import type { CallOptions } from "./connection-repository.js";
import { WITHOUT_CODE } from "./readable-attributes.js";

/** One partition of an index. */
export interface IndexPartition {
  readonly index: "byOrganization" | "byRegion" | "byTopic";
  readonly attribute: "organization" | "region" | "topicArn";
  readonly value: string;
}

/** The connections of a partition, without their codes: the newest first, and members of organizations by account. */
export async function* readPartition(
  client: DynamoDBClient,
  tableName: string,
  { index, attribute, value }: IndexPartition,
  options: CallOptions = {},
): AsyncGenerator<Connection> {
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: index,
        ...WITHOUT_CODE,
        KeyConditionExpression: `#${attribute} = :value`,
        ExpressionAttributeValues: { ":value": toAttribute(value) },
        ScanIndexForward: index === "byOrganization",
        ExclusiveStartKey,
      }),
      options,
    );
    for (const item of page.Items ?? []) {
      const connection = fromItem(item);
      if (connection) yield connection;
    }
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
}
