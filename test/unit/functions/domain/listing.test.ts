import assert from "node:assert/strict";
import type { Connection } from "../../../../functions/domain/connection.js";
import {
  type ConnectionFilter,
  Listing,
  type PageOptions,
  PageTokenError,
} from "../../../../functions/domain/listing.js";
import { TableStandIn } from "../../../stand-ins/table.js";
import { pending } from "../../fixtures.js";

const REGIONS = ["us-east-1", "eu-west-1", "ap-southeast-2"];

/** Twelve connections, of two tenants and two accounts in three regions, the first of them the oldest. */
const all: Connection[] = Array.from({ length: 12 }, (_, index) => {
  const region = REGIONS[index % 3] ?? "";
  return {
    ...pending,
    region,
    externalId: `${region}:0b1f5a0e-1111-4222-8333-4444555566${String(index).padStart(2, "0")}`,
    tenant: index % 2 === 0 ? "even" : "odd",
    accountId: index < 6 ? "444455556666" : "777788889999",
    status: index === 11 ? "connected" : "cancelled",
    createdAt: new Date(Date.UTC(2026, 2, 1, index)).toISOString(),
  };
});
const numbersOf = (connections: readonly Connection[]) =>
  connections.map(({ externalId }) => Number(externalId.slice(-2)));

describe("The list of connections", () => {
  let table: TableStandIn;
  let listing: Listing;

  beforeEach(() => {
    table = new TableStandIn();
    table.pageSize = 2;
    for (const connection of all) table.put(connection);
    listing = new Listing(table.client(), "table", REGIONS);
  });

  /** Page by page, until there is no further one. */
  async function pages(filter: ConnectionFilter, options: PageOptions): Promise<number[][]> {
    const read: number[][] = [];
    let pageToken: string | undefined;
    do {
      const page = await listing.page(filter, { ...options, ...(pageToken && { pageToken }) });
      read.push(numbersOf(page.connections));
      pageToken = page.nextPageToken;
    } while (pageToken);
    return read;
  }

  for (const [what, filter, expected] of [
    ["of a tenant, newest first", { tenant: "odd" }, [11, 9, 7, 5, 3, 1]],
    ["of an account", { accountId: "444455556666" }, [5, 4, 3, 2, 1, 0]],
    ["of a region", { region: "eu-west-1" }, [10, 7, 4, 1]],
    ["of a tenant's account", { tenant: "odd", accountId: "444455556666" }, [5, 3, 1]],
    ["of a tenant in a region", { tenant: "even", region: "eu-west-1" }, [10, 4]],
    ["with a status", { status: "connected" }, [11]],
    ["of nobody", { tenant: "none" }, []],
  ] as const) {
    it(`has those ${what}, whatever the size of a page`, async () => {
      for (const limit of [1, 2, 4, 100]) {
        assert.deepEqual(
          (await pages(filter, { limit })).flat().sort((a, b) => b - a),
          expected,
        );
      }
    });
  }

  it("reads no more than it may for one page, and goes on with the next", async () => {
    const read = await pages({ status: "connected" }, { maxReads: 1 });
    assert.deepEqual(read.flat(), [11]);
    assert.ok(read.length > 3 && read.some((page) => page.length === 0), JSON.stringify(read));
  });

  it("within a tenant reads nothing of others, so that no page token names any of theirs", async () => {
    const asked: unknown[] = [];
    const client = table.client();
    const send = client.send.bind(client);
    client.send = ((command: { readonly input: { readonly IndexName?: string } }) => {
      asked.push(command.input.IndexName);
      return send(command as never);
    }) as typeof client.send;
    const own = new Listing(client, "table", REGIONS);
    const filter = { tenant: "odd", accountId: "777788889999" };
    const { connections, nextPageToken } = await own.page(filter, { withinTenant: true, maxReads: 1 });
    assert.deepEqual([numbersOf(connections), asked], [[11, 9], ["byTenant"]]);
    assert.match(Buffer.from(nextPageToken ?? "", "base64url").toString(), /44445555660?9"/);
  });

  it("takes no page token that it did not give for the same filter", async () => {
    const { nextPageToken = "" } = await listing.page({ tenant: "odd" }, { limit: 1 });
    const position = JSON.parse(Buffer.from(nextPageToken, "base64url").toString());
    const changed = (index: number, value: unknown) =>
      Buffer.from(JSON.stringify(position.with(index, value))).toString("base64url");
    for (const [what, filter, pageToken] of [
      ["another tenant's", { tenant: "even" }, nextPageToken],
      ["another status", { tenant: "odd", status: "pending" }, nextPageToken],
      ["no JSON", { tenant: "odd" }, "abc"],
      ["no list", { tenant: "odd" }, Buffer.from("{}").toString("base64url")],
      ["another partition", { tenant: "odd" }, changed(1, "even")],
      ["a partition that is a number", { tenant: "odd" }, changed(1, 0)],
      ["no external ID", { tenant: "odd" }, changed(2, "x")],
      ["half a key", { tenant: "odd" }, changed(2, null)],
      ["no time", { tenant: "odd" }, changed(3, "yesterday")],
      ["another form of a time", { tenant: "odd" }, changed(3, "2026-03-01")],
    ] as const) {
      await assert.rejects(listing.page(filter, { pageToken }), PageTokenError, what);
    }
    const rest = await listing.page({ tenant: "odd" }, { pageToken: nextPageToken });
    assert.deepEqual(numbersOf(rest.connections), [9, 7, 5, 3, 1]);
  });
});
