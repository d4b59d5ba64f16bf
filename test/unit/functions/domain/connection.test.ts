/** What a record says of its connection. */
import assert from "node:assert/strict";
import {
  type Connection,
  currentStatus,
  hasOpenStack,
  isConnected,
  isExpired,
  isUsable,
  type Status,
} from "../../../../functions/domain/connection.js";
import { NOW, pending, STACK } from "../../fixtures.js";

describe("A connection is usable", () => {
  const cases: [status: Status, confirmation: Connection["confirmation"], usable: boolean][] = [
    ["connected", undefined, true],
    ["connected", "done", true],
    ["connected", "required", false],
    ["pending", "required", false],
    ["pending", undefined, false],
    ["unreachable", "done", false],
    ["unsafe", "done", false],
    ["disconnected", "done", false],
    ["cancelled", undefined, false],
  ];
  for (const [status, confirmation, usable] of cases) {
    it(`${usable ? "" : "not "}when it is ${status} and its confirmation is ${confirmation ?? "not asked for"}`, () => {
      assert.equal(isUsable({ status, confirmation }), usable);
    });
  }
});

describe("A connection is expired", () => {
  const at = (milliseconds: number) => new Date(NOW.getTime() + milliseconds).toISOString();

  it("from the moment that its link expires, while it is pending", () => {
    for (const [expiresAt, expired] of [
      [at(1), false],
      [at(0), true],
      [at(-1), true],
    ] as const) {
      assert.equal(isExpired({ ...pending, expiresAt }, NOW), expired);
      assert.equal(currentStatus({ ...pending, expiresAt }, NOW), expired ? "expired" : "pending");
    }
  });

  it("in no other status", () => {
    for (const status of ["connected", "unreachable", "unsafe", "disconnected", "cancelled"] as const) {
      const connection = { status, expiresAt: at(-1) };
      assert.equal(isExpired(connection, NOW), false);
      assert.equal(currentStatus(connection, NOW), status);
    }
  });
});

describe("A connection", () => {
  it("is connected whatever the last probe found, until it ends", () => {
    const connected: Status[] = ["connected", "unreachable", "unsafe"];
    for (const status of [...connected, "pending", "disconnected", "cancelled"] as const) {
      assert.equal(isConnected({ status }), connected.includes(status), status);
    }
  });

  it("has an open stack as long as one is in its list", () => {
    assert.ok(hasOpenStack({ openStackIds: [STACK] }));
    assert.ok(!hasOpenStack({ openStackIds: [] }) && !hasOpenStack({}));
  });
});
