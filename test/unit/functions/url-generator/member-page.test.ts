import assert from "node:assert/strict";
import type { DynamoDBClient, QueryCommand, QueryCommandInput } from "@aws-sdk/client-dynamodb";
import type { Connection } from "../../../../functions/domain/connection.js";
import { toItem } from "../../../../functions/domain/connection-item.js";
import { newMember } from "../../../../functions/domain/organization.js";
import { type MemberQuery, memberPage } from "../../../../functions/url-generator/member-page.js";
import { connected, EXTERNAL_ID, NOW } from "../../fixtures.js";

const idOf = (number: number) => String(100_000_000_000 + number);
const memberOf = (number: number, changes: Partial<Connection> = {}): Connection => ({
  ...newMember(
    { ...connected, kind: "organization" },
    { accountId: idOf(number), accountName: "n", customerRolePath: "/onboarding/dev/" },
    NOW,
  ),
  ...changes,
});
const members = (count: number, changes: Partial<Connection> = {}) =>
  Array.from({ length: count }, (_, number) => memberOf(number, changes));

/** Asks for a page, of an index that returns so many members for one read. */
async function pageOf(all: readonly Connection[], query: MemberQuery, size: number) {
  const reads: QueryCommandInput[] = [];
  const client = {
    send: async ({ input }: QueryCommand) => {
      reads.push(input);
      const after = input.ExclusiveStartKey?.accountId?.S ?? "";
      const left = all.filter(({ accountId }) => accountId > after);
      const Items = left.slice(0, size).map(toItem);
      return { Items, ...(left.length > size && { LastEvaluatedKey: {} }) };
    },
  } as unknown as DynamoDBClient;
  const page = await memberPage(client, "table", EXTERNAL_ID, query);
  return { ...page, accounts: page.members.map(({ accountId }) => accountId), reads };
}

describe("A page of an organization's members", () => {
  it("has 100 of them, and says where the next one begins", async () => {
    const all = members(150);
    const first = await pageOf(all, {}, 30);
    assert.deepEqual(
      first.accounts,
      all.slice(0, 100).map(({ accountId }) => accountId),
    );
    assert.equal(first.nextPageToken, idOf(99));
    const second = await pageOf(all, { pageToken: idOf(99) }, 30);
    assert.deepEqual(
      second.accounts,
      all.slice(100).map(({ accountId }) => accountId),
    );
    assert.equal(second.nextPageToken, undefined);
  });

  it("begins at the key of the account that the token names, in the index", async () => {
    const { reads } = await pageOf(members(3), { pageToken: idOf(1) }, 30);
    assert.deepEqual(reads[0]?.ExclusiveStartKey, {
      externalId: { S: `${EXTERNAL_ID}.${idOf(1)}` },
      item: { S: "connection" },
      organization: { S: EXTERNAL_ID },
      accountId: { S: idOf(1) },
    });
  });

  it("has those with the status alone that was asked for, however many are read for them", async () => {
    const all = [...members(90), memberOf(90, { status: "connected" })];
    const { accounts, nextPageToken, reads } = await pageOf(all, { status: "connected" }, 10);
    assert.deepEqual([accounts, nextPageToken, reads.length], [[idOf(90)], undefined, 10]);
  });

  it("ends after ten reads, empty if need be, and goes on where they ended", async () => {
    const all = [...members(110), memberOf(110, { status: "connected" })];
    const first = await pageOf(all, { status: "connected" }, 10);
    assert.deepEqual([first.accounts, first.nextPageToken, first.reads.length], [[], idOf(99), 10]);
    const second = await pageOf(all, { status: "connected", pageToken: idOf(99) }, 10);
    assert.deepEqual(second.accounts, [idOf(110)]);
  });
});
