/**
 * The history of a connection: what happened to it, in order, one item beside the record for each event. Items are only ever
 * added, and DynamoDB's TTL removes them.
 *
 * The items have none of the attributes that the table's indexes are made of, so that no index holds them.
 */
import { type AttributeValue, type DynamoDBClient, paginateQuery } from "@aws-sdk/client-dynamodb";

/** What can happen to a connection. */
export type HistoryEvent =
  | "linkCreated"
  | "restored"
  | "awaited"
  | "attempted"
  | "failed"
  | "connected"
  | "rolledBack"
  | "updated"
  | "roleChanged"
  | "outdated"
  | "unreachable"
  | "unsafe"
  | "recovered"
  | "confirmed"
  | "stackDeleted"
  | "disconnected"
  | "cancelled"
  | "removed";

/** One event. */
export interface HistoryEntry {
  /** ISO 8601. */
  readonly at: string;
  readonly event: HistoryEvent;
  /** For whom the link was made. */
  readonly tenant?: string | undefined;
  readonly accountId?: string | undefined;
  /** Where the customer makes the role: `role`. */
  readonly method?: string | undefined;
  readonly roleArn?: string | undefined;
  readonly stackId?: string | undefined;
  readonly requestId?: string | undefined;
  readonly templateVersion?: string | undefined;
  /** What CloudFormation was told, or what a probe found, as the customer may read it; or why the vendor ended the connection. */
  readonly reason?: string | undefined;
  /** Who ended the connection. */
  readonly endedBy?: string | undefined;
}

const PREFIX = "event#";

/** The sort key of an entry: in the order of events, and the same whenever the same event is handled again. */
export function historyItemOf(at: string, sequence: string): string {
  return `${PREFIX}${at}#${sequence}`;
}

/** An entry as the table keeps it. @param deleteAfter seconds since 1970 */
export function toHistoryItem(
  externalId: string,
  item: string,
  { accountId, tenant, ...entry }: HistoryEntry,
  deleteAfter: number,
): Record<string, AttributeValue> {
  const values = { externalId, item, ...entry, ofTenant: tenant, ofAccount: accountId };
  const present = Object.entries(values).filter(([, value]) => value !== undefined && value !== "");
  return {
    ...Object.fromEntries(present.map(([name, value]) => [name, { S: String(value) }])),
    deleteAfter: { N: String(deleteAfter) },
  };
}

/** A connection's history in its region's replica, the oldest first. Strongly consistent. */
export async function* readHistory(
  client: DynamoDBClient,
  tableName: string,
  externalId: string,
): AsyncGenerator<HistoryEntry> {
  const pages = paginateQuery(
    { client },
    {
      TableName: tableName,
      ConsistentRead: true,
      KeyConditionExpression: "externalId = :externalId AND begins_with(#item, :prefix)",
      ExpressionAttributeNames: { "#item": "item" },
      ExpressionAttributeValues: { ":externalId": { S: externalId }, ":prefix": { S: PREFIX } },
    },
  );
  for await (const { Items = [] } of pages) {
    for (const item of Items) {
      const { ofTenant, ofAccount, externalId: _key, item: _item, deleteAfter: _ttl, ...rest } = item;
      const values = { ...rest, tenant: ofTenant, accountId: ofAccount };
      yield Object.fromEntries(
        Object.entries(values).flatMap(([name, value]) => (value?.S === undefined ? [] : [[name, value.S]])),
      ) as unknown as HistoryEntry;
    }
  }
}
