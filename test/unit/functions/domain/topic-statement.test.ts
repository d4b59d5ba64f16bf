import assert from "node:assert/strict";
import {
  deleteAfter,
  externalIdOfLabel,
  needsStatement,
  statementLabel,
} from "../../../../functions/domain/topic-statement.js";

const now = new Date("2026-06-15T12:00:00Z");
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000).toISOString();
const daysAgo = (days: number) => hoursAgo(24 * days);
const stackId = "arn:aws:cloudformation:eu-west-1:222233334444:stack/connected/1";
const openStackIds = ["arn:aws:cloudformation:eu-west-1:222233334444:stack/example/1"];

describe("A connection's statement", () => {
  const cases: [what: string, connection: Parameters<typeof needsStatement>[0], needed: boolean][] = [
    ["pending", { status: "pending", expiresAt: hoursAgo(-1) }, true],
    ["expired a moment ago", { status: "pending", expiresAt: hoursAgo(0) }, true],
    ["expired less than a day ago", { status: "pending", expiresAt: hoursAgo(23.9) }, true],
    ["expired a day ago", { status: "pending", expiresAt: hoursAgo(24) }, false],
    [
      "expired less than thirty days ago, with a failed stack still open",
      { status: "pending", expiresAt: daysAgo(29.9), openStackIds },
      true,
    ],
    [
      "expired thirty days ago, whatever stack is open",
      { status: "pending", expiresAt: daysAgo(30), openStackIds },
      false,
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
    [
      "disconnected",
      { status: "disconnected", expiresAt: hoursAgo(900), endedAt: hoursAgo(0), stackId },
      false,
    ],
    [
      "disconnected before its link expired",
      { status: "disconnected", expiresAt: hoursAgo(-1), endedAt: hoursAgo(0), stackId },
      false,
    ],
    [
      "disconnected less than thirty days ago, with another stack open",
      { status: "disconnected", expiresAt: hoursAgo(900), endedAt: daysAgo(29.9), stackId, openStackIds },
      true,
    ],
    [
      "disconnected thirty days ago, with another stack open",
      { status: "disconnected", expiresAt: hoursAgo(900), endedAt: daysAgo(30), stackId, openStackIds },
      false,
    ],
    [
      "disconnected by the vendor less than 180 days ago, its own stack still there",
      {
        status: "disconnected",
        expiresAt: hoursAgo(900),
        endedAt: daysAgo(179.9),
        stackId,
        openStackIds: [stackId],
        endedBy: "vendor",
      },
      true,
    ],
    [
      "disconnected by the customer thirty days ago, its own stack tried again",
      {
        status: "disconnected",
        expiresAt: hoursAgo(900),
        endedAt: daysAgo(30),
        endedBy: "customer",
        stackId,
        openStackIds: [stackId],
      },
      false,
    ],
    [
      "disconnected by the vendor 180 days ago, its own stack still there",
      {
        status: "disconnected",
        expiresAt: hoursAgo(900),
        endedAt: daysAgo(180),
        stackId,
        openStackIds: [stackId],
        endedBy: "vendor",
      },
      false,
    ],
    ["cancelled just now", { status: "cancelled", expiresAt: hoursAgo(-20), endedAt: hoursAgo(0) }, true],
    ["cancelled a day ago", { status: "cancelled", expiresAt: hoursAgo(-20), endedAt: hoursAgo(24) }, false],
    [
      "cancelled a day ago, with a failed stack still open",
      { status: "cancelled", expiresAt: hoursAgo(0), endedAt: hoursAgo(24), openStackIds },
      true,
    ],
    [
      "cancelled thirty days ago, whatever stack is open",
      { status: "cancelled", expiresAt: hoursAgo(0), endedAt: daysAgo(30), openStackIds },
      false,
    ],
    [
      "cancelled, nobody knows when, its link expired long ago",
      { status: "cancelled", expiresAt: hoursAgo(25) },
      false,
    ],
  ];
  for (const [what, connection, needed] of cases) {
    it(`${needed ? "stays with" : "goes from"} one that is ${what}`, () => {
      assert.equal(
        needsStatement({ topicArn: "arn:aws:sns:eu-west-1:111122223333:x", ...connection }, now),
        needed,
      );
    });
  }

  it("is none where no stack phones home", () => {
    assert.equal(needsStatement({ status: "connected", expiresAt: hoursAgo(0) }, now), false);
  });
});

describe("A record", () => {
  const expiresAt = hoursAgo(0);
  it("is kept while it is connected, and otherwise 30 days longer than its statement", () => {
    assert.equal(deleteAfter({ status: "unreachable", expiresAt }), undefined);
    for (const [connection, days] of [
      [{ status: "pending", expiresAt }, 31],
      [{ status: "pending", expiresAt, openStackIds }, 60],
      [{ status: "cancelled", expiresAt: daysAgo(-7), endedAt: hoursAgo(0) }, 31],
      [{ status: "disconnected", expiresAt: daysAgo(100), endedAt: hoursAgo(0) }, 30],
      [
        {
          status: "disconnected",
          expiresAt: daysAgo(100),
          endedAt: hoursAgo(0),
          stackId,
          openStackIds: [stackId],
          endedBy: "vendor",
        },
        210,
      ],
    ] as const) {
      assert.equal(deleteAfter(connection), now.getTime() / 1000 + days * 86_400);
    }
  });
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
