/** What a copy of the table gives back to the table, item by item. */
import assert from "node:assert/strict";
import { asItWas, restorationOf } from "../../../../client/cli/restoration.js";
import type { Connection } from "../../../../functions/domain/connection.js";
import { type Item, toItem } from "../../../../functions/domain/connection-item.js";

const NOW = new Date("2026-03-01T12:00:00.000Z");
const EXTERNAL_ID = "eu-west-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f";
const seconds = (time: string) => Math.ceil(new Date(time).getTime() / 1000);

const connected: Connection = {
  externalId: EXTERNAL_ID,
  accountId: "222233334444",
  region: "eu-west-1",
  topicArn: "arn:aws:sns:eu-west-1:111122223333:onboarding-dev-1",
  tenant: "4711",
  grantedTo: "Example",
  status: "connected",
  revision: 4,
  createdAt: "2026-02-01T12:00:00.000Z",
  expiresAt: "2026-02-02T12:00:00.000Z",
  roleArn: "arn:aws:iam::222233334444:role/onboarding/dev/role",
  nextProbeAt: "2026-03-02T00:00:00.000Z",
  confirmationCode: "ABCD-EFGH",
};
const pending: Connection = {
  ...connected,
  status: "pending",
  roleArn: undefined,
  nextProbeAt: undefined,
  deleteAfter: seconds("2026-03-20T00:00:00.000Z"),
};

const decide = (copy: Item, present?: Item, isDamaged = false) =>
  restorationOf(copy, { present, isDamaged, now: NOW });
const text = (S: string) => ({ S });
const number = (N: number) => ({ N: String(N) });

describe("A copy of the table", () => {
  it("gives back a connection that is missing: as it was, with a revision above any that it had, and to be probed", () => {
    const { fate, item } = decide(toItem(connected));
    assert.equal(fate, "missing");
    assert.deepEqual(item, toItem({ ...connected, revision: 10_004, nextProbeAt: NOW.toISOString() }));
  });

  it("gives back a link as it was: there is no role to probe", () => {
    assert.deepEqual(decide(toItem(pending)).item, toItem({ ...pending, revision: 10_004 }));
  });

  it("gives back nothing that has been removed because its time was over", () => {
    const over = { ...pending, deleteAfter: seconds("2026-03-01T12:00:00.000Z") };
    assert.deepEqual(decide(toItem(over)), { fate: "over" });
    assert.equal(decide(toItem({ ...over, deleteAfter: over.deleteAfter + 1 })).fate, "missing");
  });

  for (const [what, revision, fate] of [
    ["an earlier", 3, "earlier"],
    ["the same", 4, "kept"],
    ["a later", 5, "kept"],
  ] as const) {
    it(`of a connection of which the table has ${what} revision: ${fate}`, () => {
      const result = decide(toItem(connected), toItem({ ...connected, status: "unsafe", revision }));
      assert.equal(result.fate, fate);
      assert.equal(result.item?.revision?.N, fate === "earlier" ? "10004" : undefined);
    });
  }

  it("replaces what has lost its revision, whatever it is", () => {
    const { revision: _, ...rest } = toItem(connected);
    assert.equal(decide(toItem(connected), rest).fate, "earlier");
  });

  it("replaces a later one that the operator calls damaged, with a revision after both", () => {
    const { fate, item } = decide(
      toItem(connected),
      toItem({ ...connected, accountId: "0", revision: 9 }),
      true,
    );
    assert.equal(fate, "overwritten");
    assert.deepEqual([item?.accountId?.S, item?.revision?.N], ["222233334444", "10009"]);
  });

  it("gives back a history, but not twice and not for longer than it is kept", () => {
    const entry = (deleteAfter: string): Item => ({
      externalId: text(EXTERNAL_ID),
      item: text("event#2026-02-01T12:00:00.000Z#1"),
      event: text("linkCreated"),
      deleteAfter: number(seconds(deleteAfter)),
    });
    const kept = entry("2027-03-01T00:00:00.000Z");
    assert.deepEqual(decide(kept), { fate: "missing", item: kept });
    assert.deepEqual(decide(kept, { ...kept, event: text("connected") }), { fate: "kept" });
    assert.deepEqual(decide(entry("2026-03-01T00:00:00.000Z")), { fate: "over" });
  });

  it("adds what a holder's item lacks, and takes nothing out of it", () => {
    const holder = (revision: number, ...externalIds: string[]): Item => ({
      externalId: text("eu-west-1:holder:abc"),
      item: text("holder"),
      externalIds: { SS: externalIds },
      revision: number(revision),
      deleteAfter: number(seconds("2036-03-01T00:00:00.000Z") + revision),
    });
    assert.deepEqual(decide(holder(2, "a", "b"), holder(7, "b", "c")), {
      fate: "incomplete",
      item: { ...holder(7), revision: number(8), externalIds: { SS: ["b", "c", "a"] } },
    });
    assert.deepEqual(decide(holder(2, "a", "b"), holder(7, "a", "b", "c")), { fate: "kept" });
    assert.deepEqual(decide(holder(2, "a")), { fate: "missing", item: holder(2, "a") });
  });

  it("says nothing about capacity, which is measured every hour", () => {
    const hint = { externalId: text("eu-west-1:capacity"), item: text("capacity") };
    assert.deepEqual(decide(hint), { fate: "kept" });
  });

  it("is written only where the table's item is as it was read", () => {
    assert.equal(asItWas(undefined).ConditionExpression, "attribute_not_exists(externalId)");
    assert.equal(asItWas({ item: text("x") }).ConditionExpression, "attribute_not_exists(revision)");
    assert.deepEqual(asItWas({ revision: number(3) }), {
      ConditionExpression: "revision = :seen",
      ExpressionAttributeValues: { ":seen": { N: "3" } },
    });
  });
});
