/** What the receiver writes into its log. */
import assert from "node:assert/strict";
import { ReceiverTelemetry } from "../../../../functions/receiver/telemetry.js";
import { EXTERNAL_ID, request, STACK } from "../../fixtures.js";
import { type LogLine, logLines, publishedMetrics } from "../../log-lines.js";

const telemetry = new ReceiverTelemetry();

const secret = { host: "bucket.example.com", path: "/key?X-Amz-Signature=5ec4e7" };
const asked = request("Create", { target: secret });
const failed = {
  status: "FAILED" as const,
  reason: `The role needs the condition "sts:ExternalId": "${EXTERNAL_ID}". It is ${EXTERNAL_ID}.`,
  physicalResourceId: `onboarding-connection:${EXTERNAL_ID}`,
};

describe("the receiver's log", () => {
  const lines: readonly (readonly [what: string, write: () => void, expected: LogLine])[] = [
    [
      "a response",
      () => telemetry.responded(asked, failed, "accepted"),
      {
        level: "INFO",
        type: "Create",
        stackId: STACK,
        requestId: "request-1",
        status: "FAILED",
        delivery: "accepted",
      },
    ],
    [
      "a response that was refused",
      () => telemetry.responded(asked, failed, "refused"),
      { level: "INFO", delivery: "refused" },
    ],
    [
      "an error, by name and message",
      () =>
        telemetry.error(
          "It broke",
          asked,
          Object.assign(new RangeError(`no such key: ${EXTERNAL_ID}`), { $response: { request: secret } }),
        ),
      { level: "ERROR", message: "It broke", error: "RangeError: no such key: eu-west-1:0b1f5a0e…" },
    ],
    [
      "something thrown that is not an error",
      () => telemetry.error("It broke", asked, "just a text"),
      { error: "unknown: just a text" },
    ],
    [
      "a dropped message, by reason and host",
      () => telemetry.dropped({ dropped: "it is not a request", host: "example.com" }),
      { level: "WARN", reason: "it is not a request", host: "example.com" },
    ],
  ];
  for (const [what, write, expected] of lines) {
    it(`has a line for ${what}, without URL, signature and whole external ID`, async () => {
      const written = await logLines(write);
      assert.equal(written.length, 1);
      const [line = {}] = written;
      assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, line[name]])), expected);
      const text = JSON.stringify(line);
      assert.doesNotMatch(text, /https?:|Signature|5ec4e7/);
      assert.ok(!text.includes(EXTERNAL_ID), text);
    });
  }

  it("shows enough of the external ID to find the record", async () => {
    const [line] = await logLines(() => telemetry.responded(asked, failed, "accepted"));
    assert.equal(line?.externalId, "eu-west-1:0b1f5a0e…");
    assert.match(String(line?.reason), /The role needs the condition .*eu-west-1:0b1f5a0e…/);
  });
});

describe("the receiver's metrics", () => {
  let telemetry: ReceiverTelemetry;
  const succeeded = { status: "SUCCESS" as const, physicalResourceId: failed.physicalResourceId };

  beforeEach(() => {
    telemetry = new ReceiverTelemetry();
  });

  it("are published with the invocation, however it ends", async () => {
    const metrics = await publishedMetrics(telemetry, () => {
      telemetry.dropped({ dropped: "it is not a request", host: "none" });
      telemetry.dropped({ dropped: "it is not a request", host: "none" });
      telemetry.responded(asked, failed, "accepted");
      telemetry.responded(asked, succeeded, "refused");
    });
    assert.equal(metrics.length, 1);
    const [
      { DroppedRequests, CreateFailed, CreateSucceeded, RefusedResponses, Errors, ResponseSeconds } = {},
    ] = metrics;
    assert.deepEqual(
      [DroppedRequests, CreateFailed, CreateSucceeded, RefusedResponses, Errors],
      [[1, 1], 1, 1, 1, undefined],
    );
    assert.equal((ResponseSeconds as readonly number[]).length, 2);
    assert.ok(!JSON.stringify(metrics).includes(EXTERNAL_ID));

    const lines = await logLines(() =>
      assert.rejects(
        telemetry.publishAfter(async () => {
          telemetry.error("It broke", asked, new Error());
          throw new Error("thrown");
        }),
        /thrown/,
      ),
    );
    assert.equal(lines.at(-1)?.Errors, 1);
  });

  it("count a failure by its reason, and the time to a connection, once the response was accepted", async () => {
    const metrics = await publishedMetrics(telemetry, () => {
      telemetry.responded(asked, failed, "accepted", { failure: "role" });
      telemetry.responded(asked, failed, "refused", { failure: "rules" });
      telemetry.responded(asked, succeeded, "accepted", { connectSeconds: 42 });
      telemetry.responded(asked, succeeded, "refused", { connectSeconds: 43 });
    });
    const failures = metrics.filter(({ Failures }) => Failures !== undefined);
    assert.deepEqual(
      failures.map(({ Failures, reason, service }) => [Failures, reason, service]),
      [[1, "role", "receiver"]],
    );
    assert.equal(metrics.at(-1)?.ConnectSeconds, 42);
  });
});
