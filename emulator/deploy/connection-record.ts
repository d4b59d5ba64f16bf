import { type AttributeValue, GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { AccountClients } from "../aws/accounts.js";

/**
 * Reads a connection's record, strongly consistent.
 * @param region the replica to read; the connection's own by default
 * @returns undefined where there is none
 */
export async function readConnection(
  vendor: AccountClients,
  tableName: string,
  externalId: string,
  region = externalId.split(":")[0] ?? "",
): Promise<Readonly<Record<string, AttributeValue>> | undefined> {
  const { Item } = await vendor.dynamoDB(region).send(
    new GetItemCommand({
      TableName: tableName,
      Key: { externalId: { S: externalId }, item: { S: "connection" } },
      ConsistentRead: true,
    }),
  );
  return Item;
}
