/** `onboarding why`, where what happened is hard to bring about for real; test/e2e/client/cli has the rest. */
import assert from "node:assert/strict";
import type { DeadLetter } from "../../../../client/cli/dead-letters.js";
import { explain } from "../../../../client/cli/explanation.js";
import type { Connection } from "../../../../functions/domain/connection.js";
import { stsSwitchedOff, unreachableForDays } from "../../../../functions/domain/sentences.js";
import * as fixtures from "../../fixtures.js";
import { EXTERNAL_ID, NOW, REGION, STACK, stackId } from "../../fixtures.js";

const deadLetter: DeadLetter = {
  queue: "onboarding-test-receiver-failed",
  type: "Delete",
  stackId: STACK,
  externalId: EXTERNAL_ID,
  publishedAt: "2026-03-01T11:45:00.000Z",
  verified: false,
};

const explained = (connection: Connection, deadLetters: readonly DeadLetter[] = [], now = NOW) =>
  explain(connection, [], deadLetters, now);

describe("onboarding why explains", () => {
  for (const [what, connection, says, next] of [
    [
      "a link of which nothing was heard",
      fixtures.pending,
      /^No stack has sent a request yet/,
      /^Ask the customer whether the stack exists in eu-west-1 in the account 333344445555.*valid until 2026-03-02/,
    ],
    [
      "a stack that failed before it could say so",
      fixtures.pending,
      /in another account or region, without the right to publish .* permissions boundary/,
      /what its events say/,
    ],
    [
      "a role of the customer's own that was not named",
      { ...fixtures.pending, method: "role", topicArn: undefined },
      /^No role has been named\.$/,
      /^It takes a role until 2026-03-02/,
    ],
    [
      "a role of the customer's own that could not be verified",
      { ...fixtures.pending, method: "role", topicArn: undefined, attempts: 4, reason: "no" },
      /^A role was named 4 times, and could not be verified\.$/,
      /^The log of the health check in eu-west-1 says what was found: denied, unsafe, or another ID\. It takes/,
    ],
    [
      "a role that AWS is slow with",
      { ...fixtures.pending, attempts: 0 },
      /could not be assumed yet.* delivered again after one minute/,
      /^Wait for five minutes/,
    ],
    [
      "requests that somebody forges",
      { ...fixtures.pending, attempts: 0, refusals: 3 },
      /^The responses to the last 3 requests .* were refused/,
      /^Nothing is at risk\./,
    ],
    [
      "a retry in a stack, which is connected whatever is cleaned up",
      { ...fixtures.connected, retriedAt: "2026-03-01T11:40:00.000Z" },
      /^The account is connected; /,
      /^Nothing\./,
    ],
    [
      "STS that has been off for days",
      {
        ...fixtures.connected,
        status: "unreachable",
        statusChangedAt: "2026-02-27T11:50:00.000Z",
        blockedSince: "2026-02-24T11:50:00.000Z",
        reason: stsSwitchedOff("333344445555", "eu-west-1"),
      },
      /^The connection has been unreachable since 2026-02-27.* Activate it in the IAM console/,
      /^Tell the customer\./,
    ],
    [
      "a connection that ended because its account was closed",
      {
        ...fixtures.connected,
        status: "disconnected",
        endedAt: "2026-03-01T11:50:00.000Z",
        endedBy: "vendor",
        endReason: unreachableForDays(120),
        openStackIds: undefined,
      },
      /^The vendor ended the connection .* could not be assumed for 120 days\.$/,
      /^Nothing\. If it was a mistake, create a new link\.$/,
    ],
    [
      "a link that nobody used in time",
      { ...fixtures.pending, expiresAt: "2026-03-01T11:59:59.000Z" },
      /^No stack ever sent a request: .* before it expired at 2026-03-01T11:59:59/,
      /The link has expired: create a new one\.$/,
    ],
    [
      "an attempt that came to nothing",
      { ...fixtures.pending, attempts: 1, openStackIds: [STACK] },
      /^A stack sent a request, but nothing came of it/,
      /^Check the receiver's log in eu-west-1\./,
    ],
    [
      "a stack that was gone before its request came",
      { ...fixtures.pending, deletedStacks: { [STACK]: "2026-03-01T11:20:00.000Z" } },
      /deleted or rolled back before it connected/,
      /^Ask the customer for the stack's events/,
    ],
    [
      "a cancelled link",
      { ...fixtures.pending, status: "cancelled", statusChangedAt: "2026-03-01T11:10:00.000Z" },
      /^The link was cancelled at 2026-03-01T11:10:00/,
      /^Create a new link/,
    ],
    [
      "a connection that works",
      { ...fixtures.connected, verifiedAt: "2026-03-01T11:30:00.000Z" },
      /^The account is connected; the role was last verified at 2026-03-01T11:30:00/,
      new RegExp(`^Nothing\\. .* onboarding probe ${EXTERNAL_ID}\\.$`),
    ],
    [
      "a connection without its code",
      { ...fixtures.connected, confirmation: "required" },
      /^The account is connected but not confirmed/,
      /^Ask the tenant to enter it/,
    ],
    [
      "a Delete that may be the end of the stack",
      { ...fixtures.connected, deleteHeardAt: "2026-03-01T11:55:00.000Z" },
      /deleted the stack's resource at 2026-03-01T11:55.* the end of the stack, or the clean-up/,
      /^Wait for a quarter of an hour/,
    ],
    [
      "a role that STS refuses to probe",
      { ...fixtures.connected, blockedSince: "2026-03-01T10:00:00.000Z" },
      /STS has refused to probe the role since 2026-03-01T10/,
      /^Ask the customer to activate STS/,
    ],
    [
      "a connection that will be ended",
      {
        ...fixtures.connected,
        status: "unreachable",
        statusChangedAt: "2025-12-01T00:00:00.000Z",
        reason: "Why.",
        endsAt: "2026-03-15T00:00:00.000Z",
      },
      /Why\. It will be ended at 2026-03-15/,
      /^Tell the customer\./,
    ],
    [
      "a connection that the vendor ended",
      {
        ...fixtures.connected,
        status: "disconnected",
        endedAt: "2026-03-01T11:50:00.000Z",
        endedBy: "vendor",
        endReason: "The account was closed.",
      },
      /^The vendor ended the connection at 2026-03-01T11:50:00\.000Z\. The account was closed\.$/,
      /was not deleted as far as is known: the customer can delete it for 180 days/,
    ],
    [
      "a role that is unsafe",
      {
        ...fixtures.connected,
        status: "unsafe",
        statusChangedAt: "2026-03-01T11:50:00.000Z",
        reason: "Why.",
      },
      /^The connection has been unsafe since 2026-03-01T11:50:00\.000Z\. Why\.$/,
      /^Tell the customer\./,
    ],
  ] as const satisfies readonly (readonly [string, Connection, RegExp, RegExp])[]) {
    it(what, () => {
      const explanation = explained(connection);
      assert.match(explanation.now, says);
      assert.match(explanation.next, next);
    });
  }

  it("a request that got its response and could not be recorded", () => {
    const { now, next, timeline } = explained(fixtures.connected, [{ ...deadLetter, verified: true }]);
    assert.match(now, /^A Delete from the stack .* got its response, .* the record still says connected\.$/);
    assert.equal(next, `Run onboarding redrive ${REGION}.`);
    assert.deepEqual(
      timeline.map(({ at }) => at),
      [deadLetter.publishedAt],
    );
  });

  it("a Create that connected and whose response did not get through", () => {
    const { now } = explained(fixtures.connected, [{ ...deadLetter, type: "Create" }]);
    assert.match(now, /^The role works and the record says connected, but the response did not reach/);
  });

  it("no message of another connection or stack", () => {
    const others = [
      { ...deadLetter, externalId: EXTERNAL_ID.replace("0b1f5a0e", "ffffffff") },
      { ...deadLetter, externalId: undefined, stackId: stackId("other") },
    ];
    assert.deepEqual(explained(fixtures.connected, others).timeline, []);
    assert.equal(
      explained(fixtures.connected, [{ ...deadLetter, externalId: undefined }]).timeline.length,
      1,
    );
  });
});
