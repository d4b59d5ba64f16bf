import assert from "node:assert/strict";
import type { Connection } from "../../../../functions/domain/connection.js";
import {
  externalIdOfLabel,
  needsStatement,
  statementLabel,
} from "../../../../functions/domain/topic-statement.js";

const now = new Date("2026-06-15T12:00:00Z");
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000).toISOString();
const openStackIds = ["arn:aws:cloudformation:eu-west-1:222233334444:stack/example/1"];

describe("A connection's statement", () => {
  const cases: [
    what: string,
    connection: Pick<Connection, "status" | "expiresAt" | "statusChangedAt" | "openStackIds">,
    needed: boolean,
  ][] = [
    ["pending", { status: "pending", expiresAt: hoursAgo(-1) }, true],
    ["expired a moment ago", { status: "pending", expiresAt: hoursAgo(0) }, true],
    ["expired less than a day ago", { status: "pending", expiresAt: hoursAgo(23.9) }, true],
    ["expired a day ago", { status: "pending", expiresAt: hoursAgo(24) }, false],
    [
      "expired long ago, with a failed stack still open",
      { status: "pending", expiresAt: hoursAgo(900), openStackIds },
      true,
    ],
    [
      "expired long ago, its last stack gone",
      { status: "pending", expiresAt: hoursAgo(900), openStackIds: [] },
      false,
    ],
    ["connected", { status: "connected", expiresAt: hoursAgo(900), openStackIds }, true],
    ["connected, of a record that lost its stacks", { status: "connected", expiresAt: hoursAgo(900) }, true],
    ["unreachable", { status: "unreachable", expiresAt: hoursAgo(900), openStackIds }, true],
    ["unsafe", { status: "unsafe", expiresAt: hoursAgo(900), openStackIds }, true],
    ["disconnected", { status: "disconnected", expiresAt: hoursAgo(900) }, false],
    ["disconnected before its link expired", { status: "disconnected", expiresAt: hoursAgo(-1) }, false],
    [
      "disconnected, with another stack open",
      { status: "disconnected", expiresAt: hoursAgo(900), openStackIds },
      true,
    ],
    [
      "cancelled just now",
      { status: "cancelled", expiresAt: hoursAgo(-20), statusChangedAt: hoursAgo(0) },
      true,
    ],
    [
      "cancelled a day ago",
      { status: "cancelled", expiresAt: hoursAgo(-20), statusChangedAt: hoursAgo(24) },
      false,
    ],
    [
      "cancelled a day ago, with a failed stack still open",
      { status: "cancelled", expiresAt: hoursAgo(0), statusChangedAt: hoursAgo(24), openStackIds },
      true,
    ],
    [
      "cancelled, nobody knows when, its link expired long ago",
      { status: "cancelled", expiresAt: hoursAgo(25) },
      false,
    ],
  ];
  for (const [what, connection, needed] of cases) {
    it(`${needed ? "stays with" : "goes from"} one that is ${what}`, () => {
      assert.equal(needsStatement(connection, now), needed);
    });
  }
});

describe("A statement's label", () => {
  const externalId = "us-gov-west-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f";

  it("is made from the external ID and leads back to it", () => {
    assert.equal(statementLabel(externalId), "us-gov-west-1-6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f");
    assert.equal(externalIdOfLabel(statementLabel(externalId)), externalId);
  });

  for (const label of [
    "",
    "__default_statement_ID",
    "customers",
    externalId,
    "6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f",
  ]) {
    it(`is not "${label}"`, () => {
      assert.equal(externalIdOfLabel(label), undefined);
    });
  }
});
