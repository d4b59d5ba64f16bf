/** The order of a list over all regions, each of which has an order of its own. */
import assert from "node:assert/strict";
import { pageOfAll } from "../../../../client/cli/newest-first.js";
import type { ConnectionsClient } from "../../../../client/index.js";
import { Listing } from "../../../../functions/domain/listing.js";
import { TableStandIn } from "../../../stand-ins/table.js";
import { pending } from "../../fixtures.js";

const REGIONS = ["us-east-1", "eu-west-1", "ap-southeast-2"];
const COUNT = 14;

describe("The list of all regions", () => {
  let client: Pick<ConnectionsClient, "listPage">;

  beforeEach(() => {
    const table = new TableStandIn();
    table.pageSize = 2;
    for (let index = 0; index < COUNT; index++) {
      // Unevenly: one region has most of them, and two were created at the same time.
      const region = REGIONS[index % 7 === 0 ? 1 : index % 5 === 0 ? 2 : 0] ?? "";
      table.put({
        ...pending,
        region,
        externalId: `${region}:0b1f5a0e-1111-4222-8333-4444555566${String(index).padStart(2, "0")}`,
        createdAt: new Date(Date.UTC(2026, 2, 1, index === 5 ? 4 : index)).toISOString(),
      });
    }
    const listing = new Listing(table.client(), "table", REGIONS);
    client = { listPage: (filter = {}, options = {}) => listing.page(filter, options) };
  });

  it("is newest first, page by page, with none missing and none twice", async () => {
    for (const limit of [1, 2, 3, 5, 100]) {
      const times: string[] = [];
      const ids = new Set<string>();
      let pageToken: string | undefined;
      do {
        const page = await pageOfAll(client, REGIONS, {}, { limit, pageToken });
        assert.ok(page.connections.length <= limit);
        for (const { createdAt, externalId } of page.connections) {
          times.push(createdAt);
          ids.add(externalId);
        }
        pageToken = page.nextPageToken;
      } while (pageToken);
      assert.deepEqual(times, times.toSorted().toReversed(), `${limit} a page`);
      assert.deepEqual([times.length, ids.size], [COUNT, COUNT], `${limit} a page`);
    }
  });

  it("takes no page token that it did not give", async () => {
    for (const pageToken of ["x", Buffer.from("[]").toString("base64url")]) {
      await assert.rejects(
        pageOfAll(client, REGIONS, {}, { limit: 1, pageToken }),
        /^Error: This page token does not belong to this filter/,
      );
    }
  });
});
