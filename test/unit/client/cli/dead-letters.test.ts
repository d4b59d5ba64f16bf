/** The three kinds of messages in the dead-letter queues, and what is none of them. */
import assert from "node:assert/strict";
import { readBody, readDeadLetter } from "../../../../client/cli/dead-letters.js";
import { EXTERNAL_ID, NOW, request, STACK } from "../../fixtures.js";

const QUEUE = "onboarding-test-receiver-failed";
const notification = {
  Type: "Notification",
  Timestamp: NOW.toISOString(),
  Message: JSON.stringify({
    RequestType: "Delete",
    StackId: STACK,
    ResourceProperties: { ExternalID: EXTERNAL_ID },
  }),
};
const expected = {
  queue: QUEUE,
  type: "Delete",
  stackId: STACK,
  externalId: EXTERNAL_ID,
  publishedAt: NOW.toISOString(),
};

describe("A message in a dead-letter queue", () => {
  for (const [writer, body, verified] of [
    ["the receiver", { verified: true, request: request("Delete"), response: { status: "SUCCESS" } }, true],
    ["Lambda", { Records: [{ Sns: notification }] }, false],
    ["SNS", notification, false],
  ] as const) {
    it(`is read if ${writer} wrote it`, () => {
      assert.deepEqual(readDeadLetter(QUEUE, JSON.stringify(body)), { ...expected, verified });
    });
  }

  for (const [what, text] of [
    ["is no JSON", "Delete"],
    ["is null", "null"],
    ["is something else", '{"something":"else"}'],
    ["says that it is verified and has no request", '{"verified":true}'],
    [
      "does not say which response was accepted",
      JSON.stringify({ verified: true, request: request("Delete") }),
    ],
    ["has no time", JSON.stringify({ ...notification, Timestamp: undefined })],
  ] as const) {
    it(`is nobody's if it ${what}`, () => {
      assert.equal(readBody(text), undefined);
      assert.equal(readDeadLetter(QUEUE, text), undefined);
    });
  }

  it("is no request if it names no stack, whatever else it holds", () => {
    for (const Message of ["", "null", '"Delete"', '{"RequestType":"Delete","StackId":7}']) {
      const text = JSON.stringify({ ...notification, Message });
      assert.equal(readBody(text)?.kind, "notification");
      assert.equal(readDeadLetter(QUEUE, text), undefined);
    }
  });
});
