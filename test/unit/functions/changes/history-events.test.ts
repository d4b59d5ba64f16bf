/** What a change of a record means for its history. */
import assert from "node:assert/strict";
import { historyEntry } from "../../../../functions/changes/history-events.js";
import type { Connection } from "../../../../functions/domain/connection.js";

const AT = "2026-03-01T12:00:00.000Z";
const STACK = "arn:aws:cloudformation:eu-west-1:222233334444:stack/one/1";
const OTHER = "arn:aws:cloudformation:eu-west-1:222233334444:stack/two/2";

const pending: Connection = {
  externalId: "eu-west-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f",
  accountId: "222233334444",
  region: "eu-west-1",
  topicArn: "arn:aws:sns:eu-west-1:111122223333:onboarding-dev-1",
  tenant: "4711",
  grantedTo: "Example",
  status: "pending",
  revision: 1,
  createdAt: "2026-03-01T11:00:00.000Z",
  expiresAt: "2026-03-02T11:00:00.000Z",
};

const connected: Connection = {
  ...pending,
  status: "connected",
  statusChangedAt: AT,
  revision: 2,
  roleArn: "arn:aws:iam::222233334444:role/onboarding/dev/role",
  stackId: STACK,
  logicalResourceId: "Connection",
  requestId: "create",
  templateVersion: "v1",
  openStackIds: [STACK],
};

const next = (connection: Connection, changes: Partial<Connection>): Connection => ({
  ...connection,
  revision: connection.revision + 1,
  ...changes,
});

/** From, to, what the history says */
const changes: [
  title: string,
  before: Connection | undefined,
  after: Connection | undefined,
  event: string | undefined,
][] = [
  ["a link is made", undefined, pending, "linkCreated"],
  ["a record comes back", undefined, connected, "restored"],
  ["an attempt is counted", pending, { ...pending, attempts: 1 }, "attempted"],
  [
    "another role takes the place of the one that the customer made",
    { ...connected, method: "role" },
    next({ ...connected, method: "role" }, { roleArn: `${connected.roleArn}2` }),
    "roleChanged",
  ],
  ["an attempt fails", pending, next(pending, { reason: "no" }), "failed"],
  [
    "another attempt fails for the same reason",
    next(pending, { reason: "no", requestId: "first" }),
    next(pending, { reason: "no", requestId: "second", revision: 3 }),
    "failed",
  ],
  [
    "something else changes after an attempt that failed",
    next(pending, { reason: "no" }),
    next(pending, { reason: "no", topicArn: "another topic", revision: 3 }),
    undefined,
  ],
  [
    "its stack goes",
    next(pending, { reason: "no", openStackIds: [STACK] }),
    next(pending, { reason: "no", deletedStacks: { [STACK]: AT }, revision: 3 }),
    "stackDeleted",
  ],
  ["it connects", pending, connected, "connected"],
  ["that is rolled back", connected, next(pending, { revision: 3 }), "rolledBack"],
  ["its stack is updated", connected, next(connected, { requestId: "update" }), "updated"],
  [
    "an update finds the role out of reach",
    connected,
    next(connected, { requestId: "update", status: "unreachable", reason: "gone" }),
    "unreachable",
  ],
  ["a probe finds it safe", connected, next(connected, { verifiedAt: AT }), undefined],
  ["a probe finds it unsafe", connected, next(connected, { status: "unsafe", reason: "open" }), "unsafe"],
  [
    "a probe finds it safe again",
    next(connected, { status: "unsafe" }),
    next(connected, { revision: 4 }),
    "recovered",
  ],
  [
    "the tenant confirms",
    next(connected, { confirmation: "required" }),
    next(connected, { confirmation: "done", revision: 4 }),
    "confirmed",
  ],
  ["the stack is deleted", connected, next(connected, { status: "disconnected" }), "disconnected"],
  ["the link is cancelled", pending, next(pending, { status: "cancelled" }), "cancelled"],
  ["the record is removed", next(pending, { status: "cancelled" }), undefined, "removed"],
];

describe("When", () => {
  for (const [title, before, after, event] of changes) {
    it(`${title}, the history says ${event ?? "nothing"}`, () => {
      assert.equal(historyEntry({ before, after }, AT)?.event, event);
    });
  }

  it("the vendor ends a connection, the history says who did, and why", () => {
    const after = next(connected, { status: "disconnected", endedBy: "vendor", endReason: "It was closed." });
    const { endedBy, reason } = historyEntry({ before: connected, after }, AT) ?? {};
    assert.deepEqual([endedBy, reason], ["vendor", "It was closed."]);
  });

  it("an attempt in another stack fails, the history says which stack it was", () => {
    const before = next(pending, { reason: "no", openStackIds: [STACK] });
    const after = next(before, { reason: "no", requestId: "second", openStackIds: [STACK, OTHER] });
    assert.deepEqual(historyEntry({ before, after }, AT), {
      at: AT,
      event: "failed",
      stackId: OTHER,
      reason: "no",
    });
  });

  it("a link is made, the history says for whom", () => {
    assert.deepEqual(historyEntry({ before: undefined, after: pending }, AT), {
      at: AT,
      event: "linkCreated",
      accountId: "222233334444",
      tenant: "4711",
    });
  });
});
