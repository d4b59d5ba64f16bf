/** Links that ask for a tier: what the receiver takes, and what the record remembers. */
import assert from "node:assert/strict";
import type { Connection } from "../../../../functions/domain/connection.js";
import { connect, update } from "../../../../functions/domain/transitions.js";
import { rollBack } from "../../../../functions/domain/unproven.js";
import { decide } from "../../../../functions/receiver/decision.js";
import { connected, HERE, NOW, pending, properties, ROLE, request } from "../../fixtures.js";

const asking = (type: "Create" | "Update", Tier?: string) =>
  request(type, { properties: { ...properties, Tier } });

const decided = (type: "Create" | "Update", tier: string | undefined, connection: Connection) => {
  const decision = decide(asking(type, tier), connection, NOW, HERE);
  return decision.action === "fail" ? decision.reason : decision.action;
};

const safe = { roleArn: ROLE, probe: { outcome: "safe" } } as const;
const updated = (connection: Connection, tier: string): Connection => ({
  ...connection,
  ...update(connection, asking("Update", tier), safe, NOW),
});

describe("A link that asks for a tier", () => {
  it("connects a stack of that tier's template only", () => {
    const link = { ...pending, tier: "read" };
    assert.equal(decided("Create", "read", link), "connect");
    assert.match(
      decided("Create", "manage", link),
      /is the one for "manage", but the link asks for "read"\./,
    );
  });

  it("connects by a template without tiers, from before the vendor offered any, and the other way round", () => {
    assert.equal(decided("Create", undefined, { ...pending, tier: "read" }), "connect");
    assert.equal(decided("Create", "read", pending), "connect");
    assert.equal(decided("Update", "read", connected), "update");
  });

  it("moves to the tier that was requested, and to no other", () => {
    const link = { ...connected, tier: "read", requestedTier: "manage" };
    assert.equal(decided("Update", "manage", link), "update");
    assert.equal(decided("Update", "read", link), "update");
    assert.match(
      decided("Update", "admin", link),
      /is the one for "admin", but the link asks for "manage"\./,
    );
    assert.match(decided("Update", "manage", { ...connected, tier: "read" }), /asks for "read"/);
  });

  it("remembers the tier that it moved to, and goes back when CloudFormation does", () => {
    const moved = updated({ ...connected, tier: "read", requestedTier: "manage" }, "manage");
    assert.deepEqual([moved.tier, moved.requestedTier, moved.previousTier], ["manage", undefined, "read"]);
    assert.equal(decided("Update", "read", moved), "update");
    assert.equal(updated(moved, "read").tier, "read");
  });

  it("remembers the tier of the stack that connected, and forgets it when that was forged", () => {
    const forged = { ...pending, ...connect(pending, asking("Create", "read"), { roleArn: ROLE }, NOW) };
    assert.equal(forged.tier, "read");
    assert.equal({ ...forged, ...rollBack(forged, request("Create")) }.tier, undefined);
  });
});
