/** The three kinds of messages in the dead-letter queues, and what is none of them. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { peekDeadLetters, readBody, readDeadLetter } from "../../../../client/cli/dead-letters.js";
import { redrive } from "../../../../client/cli/redrive.js";
import type { Target } from "../../../../client/cli/target.js";
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
      assert.equal(readBody(QUEUE, text), undefined);
      assert.equal(readDeadLetter(QUEUE, text), undefined);
    });
  }

  it("vouches for nothing where anybody but the receiver writes", () => {
    const verified = { verified: true, request: request("Delete"), response: { status: "SUCCESS" } };
    assert.equal(readDeadLetter(QUEUE, JSON.stringify(verified))?.verified, true);
    assert.equal(readBody("onboarding-test-undelivered", JSON.stringify(verified)), undefined);
  });

  for (const [what, changes] of [
    ["no type", { type: "Destroy" }],
    ["a stack that is no text", { stackId: 7 }],
    ["properties that are no texts", { properties: { ExternalID: {} } }],
    ["no time", { publishedAt: "yesterday" }],
  ] as const) {
    it(`vouches for nothing if its request has ${what}`, () => {
      const body = {
        verified: true,
        request: { ...request("Delete"), ...changes },
        response: { status: "SUCCESS" },
      };
      assert.equal(readBody(QUEUE, JSON.stringify(body)), undefined);
    });
  }

  it("is no request if it names no stack, whatever else it holds", () => {
    for (const Message of ["", "null", '"Delete"', '{"RequestType":"Delete","StackId":7}']) {
      const text = JSON.stringify({ ...notification, Message });
      assert.equal(readBody(QUEUE, text)?.kind, "notification");
      assert.equal(readDeadLetter(QUEUE, text), undefined);
    }
  });
});

/** SQS with messages on a server that a short poll does not ask: only a long poll finds them, and each once. */
function queuesOf(bodies: readonly string[]): Server {
  const found = new Set<string>();
  return createServer(async (request, response) => {
    const { QueueName, QueueUrl, WaitTimeSeconds = 0 } = (await json(request)) as Record<string, string>;
    const Messages =
      Number(WaitTimeSeconds) > 0 && QueueUrl && !found.has(QueueUrl)
        ? bodies.map((Body, index) => ({
            ...{ Body, MessageId: String(index), ReceiptHandle: String(index) },
            MD5OfBody: createHash("md5").update(Body).digest("hex"),
          }))
        : [];
    if (Messages.length > 0 && QueueUrl) found.add(QueueUrl);
    response.setHeader("content-type", "application/x-amz-json-1.0");
    response.end(
      JSON.stringify(QueueName ? { QueueUrl: `http://${request.headers.host}/${QueueName}` } : { Messages }),
    );
  });
}

describe("A dead-letter queue whose messages a short poll does not see", () => {
  let server: Server;
  let target: Target;

  beforeEach(async () => {
    // An Update whose response URL has expired, so that nothing but the queue is asked.
    const Message = notification.Message.replace("Delete", "Update");
    server = queuesOf([JSON.stringify({ ...notification, Timestamp: "2026-01-01T00:00:00.000Z", Message })]);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    target = {
      ...{ stack: "test", prefix: "onboarding-test", homeRegion: "us-east-1", regions: ["us-east-1"] },
      ...{ retiredRegions: undefined, topicsByRegion: {} },
      clientOptions: {
        endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        credentials: { accessKeyId: "test", secretAccessKey: "test" },
      },
    };
  });

  afterEach(() => server.close());

  it("is read when somebody looks into it", async () => {
    const found = await peekDeadLetters(target, "us-east-1");
    assert.deepEqual(
      found.map(({ queue, type }) => [queue, type]),
      [
        ["onboarding-test-receiver-failed", "Update"],
        ["onboarding-test-undelivered", "Update"],
      ],
    );
  });

  it("is read by redrive", async () => {
    const results = [];
    for await (const { queue, result } of redrive(target, "us-east-1")) results.push([queue, result]);
    assert.deepEqual(results, [
      ["onboarding-test-receiver-failed", "discarded"],
      ["onboarding-test-undelivered", "discarded"],
    ]);
  });
});
