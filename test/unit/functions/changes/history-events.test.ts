/** What a change of a record means, for its history and for those who hear of it. */
import assert from "node:assert/strict";
import * as v from "valibot";
import { historyEntry, statusChange } from "../../../../functions/changes/history-events.js";
import { StatusChange } from "../../../../functions/changes/status-change.js";
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

/** From, to, what the history says, and which status is published. */
const changes: [
  title: string,
  before: Connection | undefined,
  after: Connection | undefined,
  event: string | undefined,
  published: string | undefined,
][] = [
  ["a link is made", undefined, pending, "linkCreated", undefined],
  ["an attempt is counted", pending, { ...pending, attempts: 1 }, "attempted", undefined],
  ["an attempt fails", pending, next(pending, { reason: "no" }), "failed", undefined],
  [
    "another attempt fails for the same reason",
    next(pending, { reason: "no", requestId: "first" }),
    next(pending, { reason: "no", requestId: "second", revision: 3 }),
    "failed",
    undefined,
  ],
  [
    "something else changes after an attempt that failed",
    next(pending, { reason: "no" }),
    next(pending, { reason: "no", topicArn: "another topic", revision: 3 }),
    undefined,
    undefined,
  ],
  [
    "its stack goes",
    next(pending, { reason: "no", openStackIds: [STACK] }),
    next(pending, { reason: "no", deletedStacks: { [STACK]: AT }, revision: 3 }),
    "stackDeleted",
    undefined,
  ],
  ["it connects", pending, connected, "connected", "connected"],
  ["that is rolled back", connected, next(pending, { revision: 3 }), "rolledBack", undefined],
  ["its stack is updated", connected, next(connected, { requestId: "update" }), "updated", undefined],
  [
    "an update finds the role out of reach",
    connected,
    next(connected, { requestId: "update", status: "unreachable", reason: "gone" }),
    "unreachable",
    "unreachable",
  ],
  ["a probe finds it safe", connected, next(connected, { verifiedAt: AT }), undefined, undefined],
  [
    "a probe finds it unsafe",
    connected,
    next(connected, { status: "unsafe", reason: "open" }),
    "unsafe",
    "unsafe",
  ],
  [
    "a probe finds it safe again",
    next(connected, { status: "unsafe" }),
    next(connected, { revision: 4 }),
    "recovered",
    "connected",
  ],
  [
    "the tenant confirms",
    next(connected, { confirmation: "required" }),
    next(connected, { confirmation: "done", revision: 4 }),
    "confirmed",
    undefined,
  ],
  [
    "the stack is deleted",
    connected,
    next(connected, { status: "disconnected" }),
    "disconnected",
    "disconnected",
  ],
  ["the link is cancelled", pending, next(pending, { status: "cancelled" }), "cancelled", undefined],
  ["the record is removed", next(pending, { status: "cancelled" }), undefined, "removed", undefined],
];

describe("When", () => {
  for (const [title, before, after, event, published] of changes) {
    it(`${title}, the history says ${event ?? "nothing"} and ${published ?? "nothing"} is published`, () => {
      assert.equal(historyEntry({ before, after }, AT)?.event, event);
      const detail = statusChange({ before, after });
      assert.equal(detail?.status, published);
      if (detail) {
        v.assert(StatusChange, detail);
        assert.equal(detail.previousStatus, before?.status);
        assert.equal(detail.revision, after?.revision);
      }
    });
  }

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
