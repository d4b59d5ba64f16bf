/** What the receiver writes into its log. */
import assert from "node:assert/strict";
import { publishMetrics, telemetry } from "../../../../functions/receiver/telemetry.js";
import { EXTERNAL_ID, request, STACK } from "../../fixtures.js";

type Line = Readonly<Record<string, unknown>>;

/** Everything that is written to the log meanwhile, a line each. */
function logged(write: () => void): readonly Line[] {
  let text = "";
  const streams = [process.stdout, process.stderr];
  const genuine = streams.map((stream) => stream.write);
  for (const stream of streams) {
    stream.write = ((chunk: string | Uint8Array) => {
      text += String(chunk);
      return true;
    }) as typeof stream.write;
  }
  try {
    write();
  } finally {
    streams.forEach((stream, index) => {
      stream.write = genuine[index] as typeof stream.write;
    });
  }
  return (
    text
      .trim()
      .split("\n")
      // Powertools says in a line of its own that it has no namespace: the program sets it.
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Line)
  );
}

const secret = { host: "bucket.example.com", path: "/key?X-Amz-Signature=5ec4e7" };
const asked = request("Create", { target: secret });
const failed = {
  status: "FAILED" as const,
  reason: `The role needs the condition "sts:ExternalId": "${EXTERNAL_ID}". It is ${EXTERNAL_ID}.`,
  physicalResourceId: `onboarding-connection:${EXTERNAL_ID}`,
};

describe("the receiver's log", () => {
  const lines: readonly (readonly [what: string, write: () => void, expected: Line])[] = [
    [
      "an answer",
      () => telemetry.answered(asked, failed, "accepted"),
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
      "an answer that was refused",
      () => telemetry.answered(asked, failed, "refused"),
      { level: "INFO", delivery: "refused" },
    ],
    [
      "trouble, by name and message",
      () =>
        telemetry.trouble(
          "It broke",
          asked,
          Object.assign(new RangeError(`no such key: ${EXTERNAL_ID}`), { $response: { request: secret } }),
        ),
      { level: "ERROR", message: "It broke", error: "RangeError: no such key: eu-west-1:0b1f5a0e…" },
    ],
    [
      "trouble that is no error",
      () => telemetry.trouble("It broke", asked, "just a text"),
      { error: "unknown: just a text" },
    ],
    [
      "a refusal, by cause and host",
      () => telemetry.refused({ refused: "it is none", host: "example.com" }),
      { level: "WARN", because: "it is none", host: "example.com" },
    ],
  ];
  for (const [what, write, expected] of lines) {
    it(`has a line for ${what}, without URL, signature and whole external ID`, () => {
      const written = logged(write);
      assert.equal(written.length, 1);
      const [line = {}] = written;
      assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, line[name]])), expected);
      const text = JSON.stringify(line);
      assert.doesNotMatch(text, /https?:|Signature|5ec4e7/);
      assert.ok(!text.includes(EXTERNAL_ID), text);
    });
  }

  it("shows enough of the external ID to find the record", () => {
    const [line] = logged(() => telemetry.answered(asked, failed, "accepted"));
    assert.equal(line?.externalId, "eu-west-1:0b1f5a0e…");
    assert.match(String(line?.reason), /The role needs the condition .*eu-west-1:0b1f5a0e…/);
  });

  it("ends with the invocation's metrics", () => {
    logged(publishMetrics);
    logged(() => {
      telemetry.refused({ refused: "it is none", host: "none" });
      telemetry.refused({ refused: "it is none", host: "none" });
      telemetry.answered(asked, failed, "accepted");
      telemetry.answered(asked, { ...failed, status: "SUCCESS" }, "refused");
    });
    const [metrics = {}, ...others] = logged(publishMetrics);
    assert.equal(others.length, 0);
    assert.deepEqual(
      [
        metrics.RefusedRequests,
        metrics.CreateFailed,
        metrics.CreateSucceeded,
        metrics.RefusedResponses,
        metrics.Troubles,
      ],
      [[1, 1], 1, 1, 1, undefined],
    );
    assert.equal((metrics.ResponseSeconds as readonly number[]).length, 2);
    assert.ok(!JSON.stringify(metrics).includes(EXTERNAL_ID));
  });

  it("counts a failure by its reason, and the time to a connection, once the answer was taken", () => {
    logged(publishMetrics);
    const written = logged(() => {
      telemetry.answered(asked, failed, "accepted", { failure: "role" });
      telemetry.answered(asked, failed, "refused", { failure: "rules" });
      telemetry.answered(asked, { ...failed, status: "SUCCESS" }, "accepted", { connectSeconds: 42 });
      telemetry.answered(asked, { ...failed, status: "SUCCESS" }, "refused", { connectSeconds: 43 });
    });
    const failures = written.filter(({ Failures }) => Failures !== undefined);
    assert.deepEqual(
      failures.map(({ Failures, reason, service }) => [Failures, reason, service]),
      [[1, "role", "receiver"]],
    );
    const [metrics = {}] = logged(publishMetrics);
    assert.equal(metrics.ConnectSeconds, 42);
  });
});
