/** An entry of a connection's history, as the table keeps it. */
import assert from "node:assert/strict";
import { type AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  type HistoryEntry,
  historyItemOf,
  readHistory,
  toHistoryItem,
} from "../../../../functions/domain/history.js";
import { ACCOUNT, EXTERNAL_ID, NOW, REGION, ROLE, STACK } from "../../fixtures.js";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const AT = NOW.toISOString();

/** The attributes that the table's indexes are made of. */
const INDEXED = ["accountId", "tenant", "region", "nextProbeAt", "createdAt"];

describe("an entry of a history", () => {
  it("sorts by its time, then by its place in the stream", () => {
    const items = [
      historyItemOf("2026-03-01T12:00:00.000Z", "0009"),
      historyItemOf("2026-03-01T12:00:00.000Z", "0010"),
      historyItemOf("2026-03-01T12:00:00.001Z", "0001"),
    ];
    assert.deepEqual(items.toSorted(), items);
    for (const item of items) assert.match(item, /^event#/);
  });

  it("is in no index, and comes back as it was", async () => {
    const entries: HistoryEntry[] = [
      { at: AT, event: "linkCreated", accountId: ACCOUNT, tenant: "4711" },
      { at: AT, event: "connected", roleArn: ROLE, stackId: STACK, requestId: "r", templateVersion: "a" },
      { at: AT, event: "failed", stackId: undefined, reason: "why" },
    ];
    const items: Record<string, AttributeValue>[] = entries.map((entry, index) =>
      toHistoryItem(EXTERNAL_ID, historyItemOf(AT, String(index)), entry, 1_900_000_000),
    );
    for (const item of items) {
      for (const name of INDEXED) assert.ok(!(name in item), `${name} would put it into an index`);
      assert.deepEqual(item.deleteAfter, { N: "1900000000" });
    }
    const client = new DynamoDBClient({ region: REGION });
    client.send = (async () => ({ Items: items })) as typeof client.send;
    const read: HistoryEntry[] = [];
    for await (const entry of readHistory(client, "table", EXTERNAL_ID)) read.push(entry);
    assert.deepEqual(read, JSON.parse(JSON.stringify(entries)));
  });

  it("leaves out what is empty: a link without a tenant", () => {
    const item = toHistoryItem(EXTERNAL_ID, "event#1", { at: AT, event: "linkCreated", tenant: "" }, 1);
    assert.deepEqual(Object.keys(item).sort(), ["at", "deleteAfter", "event", "externalId", "item"]);
  });
});
