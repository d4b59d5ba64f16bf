/** A connection whose request may turn out to be forged, and what is left of it then. */
import assert from "node:assert/strict";
import type { Changes, Connection } from "../../../../functions/domain/connection.js";
import { recordProbe } from "../../../../functions/domain/probe-outcome.js";
import * as changes from "../../../../functions/domain/transitions.js";
import { isUnproven, rollBack } from "../../../../functions/domain/unproven.js";
import {
  connected,
  NOW,
  pending,
  properties,
  ROLE,
  request,
  STACK,
  stackId,
  unproven,
} from "../../fixtures.js";

const OTHER = stackId("other");
const later = (type: "Create" | "Update" | "Delete", seconds: number, given = {}) =>
  request(type, { requestId: "genuine", publishedAt: new Date(NOW.getTime() + seconds * 1000), ...given });

/** The record after each of the changes, without what is undefined or changes with the time. */
function recordAfter(record: Connection, ...steps: readonly ((record: Connection) => Changes | undefined)[]) {
  let result = record;
  for (const step of steps) result = { ...result, ...step(result) };
  return Object.fromEntries(
    Object.entries(result).filter(
      ([, value]) => value !== undefined && !(Array.isArray(value) && !value.length),
    ),
  );
}

const undo = (record: Connection) => rollBack(record, request("Create"));
const connect = (record: Connection) =>
  changes.connect(record, request("Create"), { roleArn: ROLE, roleId: "AROA1" }, NOW);

/** What the request that connected makes of a record. */
const MADE_BY_REQUEST = [
  "status",
  "roleArn",
  "roleId",
  "requestId",
  "requestedAt",
  "templateVersion",
  "tier",
  "connectedAt",
  "openStackIds",
  "beforeConnect",
];

describe("A request that turns out to be forged", () => {
  const failed: Connection = {
    ...pending,
    requestId: "create-0",
    failedStacks: { [STACK]: "2026-03-01T11:10:00.000Z" },
    reason: "The role was missing.",
    tier: "read",
    openStackIds: [STACK, OTHER],
    deleteAfter: 1_777_633_200,
  };

  for (const [what, before] of [
    ["of a new link", { ...pending, deleteAfter: 1_775_127_600 }],
    ["of a link whose stacks failed", failed],
    [
      "of a link of which only another stack failed",
      { ...failed, failedStacks: { [OTHER]: "2026-03-01T11:10:00.000Z" }, openStackIds: [OTHER] },
    ],
  ] as const) {
    it(`leaves the record ${what} as if it had never been`, () => {
      assert.deepEqual(recordAfter(before, connect, undo), recordAfter(before));
    });

    it(`leaves the record ${what} so after another one that took its place, whichever is refused first`, () => {
      const forged = { requestId: "forged", properties: { ...properties, RoleArn: `${ROLE}-2` } };
      const again = (record: Connection) =>
        changes.connect(
          record,
          later("Create", 1, forged),
          { roleArn: `${ROLE}-2`, roleId: undefined },
          later("Create", 1).publishedAt,
        );
      const undoAgain = (record: Connection) => rollBack(record, later("Create", 1, forged));
      assert.deepEqual(recordAfter(before, connect, again, undoAgain, undo), recordAfter(before));
      assert.deepEqual(recordAfter(before, connect, again, undo, undoAgain), recordAfter(before));
      // Of one that is left, everything is as it made it.
      const [first, left] = [recordAfter(before, connect), recordAfter(before, connect, again, undoAgain)];
      for (const name of MADE_BY_REQUEST) assert.deepEqual(left[name], first[name], name);
      // A request that comes again keeps one place only.
      assert.deepEqual(recordAfter(before, connect, again, connect, undo, undoAgain), recordAfter(before));
    });
  }

  it("undoes nothing of another role that a request of its number named", () => {
    const record: Connection = { ...pending, ...connect(pending) };
    const other = { properties: { ...properties, RoleArn: `${ROLE}-2` } };
    assert.equal(rollBack(record, request("Create", other)), undefined);
    assert.notEqual(rollBack(record, request("Create")), undefined);
  });

  it("leaves nothing of what probes found meanwhile", () => {
    for (const outcome of ["safe", "denied", "blocked", "unsafe"] as const) {
      const probed = (record: Connection) => recordProbe({ outcome, reason: "As STS says." }, record, NOW);
      const twoDays = (record: Connection) => ({ ...probed(record), blockedSince: record.createdAt });
      assert.deepEqual(
        recordAfter(pending, connect, twoDays, probed, undo),
        recordAfter(pending, connect, undo),
      );
    }
  });

  it("leaves what a genuine Create that failed meanwhile noted: its stack is open", () => {
    const fail = (record: Connection) => changes.fail(record, later("Create", 1), "The role is missing.");
    assert.deepEqual(recordAfter(pending, connect, fail, undo), recordAfter(pending, fail));
  });

  it("leaves what a genuine Create of another stack that failed meanwhile noted", () => {
    const fail = (record: Connection) =>
      changes.fail(record, later("Create", 1, { stackId: OTHER }), "Another stack is connected.");
    assert.deepEqual(recordAfter(pending, connect, fail, undo), recordAfter(pending, fail));
  });

  it("leaves what a genuine Delete of a failed try noted: the stack is gone", () => {
    const marker = { physicalResourceId: "onboarding-connection-failed" };
    const remove = (record: Connection) => changes.deleteStack(record, later("Delete", 1, marker), NOW);
    assert.deepEqual(recordAfter(failed, connect, remove, undo), recordAfter(failed, remove));
  });

  it("keeps the confirmation code, which nobody has seen, for whoever connects", () => {
    assert.equal(
      recordAfter({ ...unproven, confirmationCode: "ABCD2345" }, undo).confirmationCode,
      "ABCD2345",
    );
  });
});

describe("A connection is not proven", () => {
  for (const [what, expected, connection] of [
    ["before a response was accepted", true, unproven],
    ["nor when its role cannot be assumed", true, { ...unproven, status: "unreachable" }],
    ["unless a response was accepted", false, connected],
    ["unless it has no stack, and so no request", false, { ...unproven, stackId: undefined }],
    ["unless it is none", false, pending],
  ] as const) {
    it(what, () => assert.equal(isUnproven(connection), expected));
  }
});
