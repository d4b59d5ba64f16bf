import assert from "node:assert/strict";
import { DynamoDBClient, type QueryCommandInput } from "@aws-sdk/client-dynamodb";
import { PendingLinks } from "../../../../functions/url-generator/limits.js";
import { RejectedError } from "../../../../functions/url-generator/problems.js";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const now = new Date("2026-01-31T12:00:00Z");

/** A table whose indexes return pages with these counts of links. */
function tableWith(pagesOf: Record<string, number[]>) {
  const queries: QueryCommandInput[] = [];
  const client = new DynamoDBClient({ region: "us-east-1" });
  client.send = (async ({ input }: { input: QueryCommandInput }) => {
    queries.push(input);
    const pages = pagesOf[input.IndexName ?? ""] ?? [];
    const page = Number(input.ExclusiveStartKey?.page?.N ?? 0);
    const next = page + 1 < pages.length ? { page: { N: String(page + 1) } } : undefined;
    return { Count: pages[page] ?? 0, LastEvaluatedKey: next };
  }) as typeof client.send;
  return { queries, links: new PendingLinks(client, "table", { perAccount: 5, perTenant: 20 }) };
}

describe("Pending links", () => {
  it("are added up over the pages of an index", async () => {
    const { links, queries } = tableWith({ byAccount: [2, 0, 2], byTenant: [10, 9] });
    await links.check("111122223333", "a", now);
    assert.deepEqual(queries.map(({ IndexName }) => IndexName).sort(), [
      "byAccount",
      "byAccount",
      "byAccount",
      "byTenant",
      "byTenant",
    ]);
    await assert.rejects(
      tableWith({ byAccount: [2, 0, 3] }).links.check("111122223333", "a", now),
      RejectedError,
    );
    await assert.rejects(
      tableWith({ byTenant: [10, 10] }).links.check("111122223333", "a", now),
      RejectedError,
    );
  });

  it("are read no further than needed, and no further than five pages: whoever has more has to wait", async () => {
    const full = tableWith({ byAccount: [5, 1, 1] });
    await assert.rejects(full.links.check("111122223333", "", now), RejectedError);
    assert.equal(full.queries.length, 1);
    const endless = tableWith({ byAccount: Array(100).fill(0) });
    await assert.rejects(endless.links.check("111122223333", "", now), RejectedError);
    assert.equal(endless.queries.length, 5);
    const long = tableWith({ byAccount: [0, 0, 0, 0, 0] });
    await long.links.check("111122223333", "", now);
    assert.equal(long.queries.length, 5);
  });

  it("of callers without a tenant are not counted as a tenant's", async () => {
    const { links, queries } = tableWith({ byTenant: [100] });
    await links.check("111122223333", "", now);
    assert.deepEqual(
      queries.map(({ IndexName }) => IndexName),
      ["byAccount"],
    );
  });

  it("are those of the last week that have not expired", async () => {
    const { links, queries } = tableWith({});
    await links.check("111122223333", "a", now);
    for (const { ExpressionAttributeValues: values, ScanIndexForward } of queries) {
      assert.equal(values?.[":oldest"]?.S, "2026-01-24T12:00:00.000Z");
      assert.equal(values?.[":now"]?.S, now.toISOString());
      assert.equal(ScanIndexForward, false);
    }
  });
});
