/** The lines that functions write: for people, and with metrics for CloudWatch. */
import assert from "node:assert/strict";
import * as v from "valibot";
import { FunctionTelemetry } from "../../../../functions/runtime/telemetry.js";
import { type LogLine, logLines } from "../../log-lines.js";

/** The members that the lines of one function have in common. */
const NAMESPACE = "onboarding-dev";
const telemetry = new FunctionTelemetry("receiver");

/**
 * What Powertools for AWS Lambda (TypeScript) 2.36.0 wrote for the same calls, which alarms, dashboards and people were made for. Left out are
 * the times, and `sampling_rate`, which was always 0.
 */
const metrics = (dimensions: readonly string[], definitions: readonly (readonly [string, string])[]) => ({
  _aws: {
    CloudWatchMetrics: [
      {
        Namespace: NAMESPACE,
        Dimensions: [dimensions],
        Metrics: definitions.map(([Name, Unit]) => ({ Name, Unit })),
      },
    ],
  },
});
const recorded: readonly (readonly [
  what: string,
  write: () => unknown,
  lines: readonly Readonly<Record<string, unknown>>[],
])[] = [
  [
    "a line with details, of which some are undefined",
    () =>
      telemetry.log.info("Responded to a request", {
        type: "Create",
        reason: undefined,
        attempts: 0,
        complete: false,
        seconds: 1.5,
        nested: { Sid: undefined, Effect: "Allow", Action: ["SNS:Publish"] },
        text: 'a "quoted" line\nand é',
      }),
    [
      {
        level: "INFO",
        message: "Responded to a request",
        service: "receiver",
        type: "Create",
        attempts: 0,
        complete: false,
        seconds: 1.5,
        nested: { Effect: "Allow", Action: ["SNS:Publish"] },
        text: 'a "quoted" line\nand é',
      },
    ],
  ],
  [
    "a warning",
    () => telemetry.log.warn("A warning"),
    [{ level: "WARN", message: "A warning", service: "receiver" }],
  ],
  [
    "an error",
    () => telemetry.log.error("An error", { error: "RangeError: x" }),
    [{ level: "ERROR", message: "An error", service: "receiver", error: "RangeError: x" }],
  ],
  [
    "what is counted at once",
    () => telemetry.count("RefusingTopics"),
    [{ ...metrics(["service"], [["RefusingTopics", "Count"]]), service: "receiver", RefusingTopics: 1 }],
  ],
  [
    "what is counted by a dimension of its own",
    () => telemetry.countBy("Links", "region", "eu-west-1"),
    [
      {
        ...metrics(["service", "region"], [["Links", "Count"]]),
        service: "receiver",
        region: "eu-west-1",
        Links: 1,
      },
    ],
  ],
  [
    "the metrics of an invocation",
    () =>
      telemetry.publishAfter(async () => {
        telemetry.add("ResponseSeconds", "Seconds", 1.25);
        telemetry.add("ResponseSeconds", "Seconds", 2);
        telemetry.add("CreateSucceeded", "Count");
        telemetry.countBy("Failures", "reason", "role");
        telemetry.add("UsedCapacity", "Percent", 50);
      }),
    [
      {
        ...metrics(["service", "reason"], [["Failures", "Count"]]),
        service: "receiver",
        reason: "role",
        Failures: 1,
      },
      {
        ...metrics(
          ["service"],
          [
            ["ResponseSeconds", "Seconds"],
            ["CreateSucceeded", "Count"],
            ["UsedCapacity", "Percent"],
          ],
        ),
        service: "receiver",
        ResponseSeconds: [1.25, 2],
        CreateSucceeded: 1,
        UsedCapacity: 50,
      },
    ],
  ],
];

/**
 * What the documentation asks of a line with metrics: its JSON schema, and what its text adds to that.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(255));
const units = ["Seconds", "Count", "Percent"] as const;
const Directive = v.strictObject({
  Namespace: name,
  Dimensions: v.pipe(v.array(v.pipe(v.array(name), v.maxLength(30))), v.minLength(1)),
  Metrics: v.pipe(v.array(v.strictObject({ Name: name, Unit: v.picklist(units) })), v.maxLength(100)),
});
const EmbeddedMetrics = v.looseObject({
  _aws: v.strictObject({
    Timestamp: v.pipe(v.number(), v.integer()),
    CloudWatchMetrics: v.pipe(v.array(Directive), v.minLength(1)),
  }),
});
const MetricTarget = v.union([v.number(), v.pipe(v.array(v.number()), v.maxLength(100))]);
const DimensionTarget = v.pipe(v.string(), v.minLength(1), v.maxLength(1024));

function assertEmbeddedMetrics(line: LogLine): void {
  const { _aws, ...members } = v.parse(EmbeddedMetrics, line);
  for (const { Dimensions, Metrics } of _aws.CloudWatchMetrics) {
    for (const dimension of Dimensions.flat()) v.parse(DimensionTarget, members[dimension]);
    for (const { Name } of Metrics) v.parse(MetricTarget, members[Name]);
  }
}

const metricLines = (lines: readonly LogLine[]) => lines.filter(({ _aws }) => _aws !== undefined);

describe("A function", () => {
  for (const [what, write, expected] of recorded) {
    it(`writes ${what} as Powertools did`, async () => {
      const before = Date.now();
      const lines = await logLines(write);
      const timeless = lines.map(({ timestamp, _aws, ...members }) => {
        const { Timestamp, ...directives } = (_aws ?? {}) as { Timestamp?: number };
        const at = Timestamp ?? Date.parse(String(timestamp));
        assert.ok(at >= before && at <= Date.now(), JSON.stringify([timestamp, Timestamp]));
        return _aws === undefined ? members : { _aws: directives, ...members };
      });
      assert.deepEqual(timeless, expected);
    });
  }

  it("writes metrics as CloudWatch takes them", async () => {
    for (const [, write] of recorded) metricLines(await logLines(write)).forEach(assertEmbeddedMetrics);
  });

  it("begins a new line of metrics when a metric has as many values as CloudWatch takes", async () => {
    const lines = await logLines(() =>
      telemetry.publishAfter(async () => {
        telemetry.add("DroppedRequests", "Count");
        for (let second = 0; second < 250; second++) telemetry.add("ResponseSeconds", "Seconds", second);
      }),
    );
    lines.forEach(assertEmbeddedMetrics);
    assert.deepEqual(
      lines.flatMap(({ ResponseSeconds }) => ResponseSeconds),
      Array.from({ length: 250 }, (_, second) => second),
    );
    assert.deepEqual(
      lines.flatMap(({ DroppedRequests = [] }) => DroppedRequests),
      [1],
    );
  });

  it("leaves out a value that is not a number, for which CloudWatch would drop the line", async () => {
    const [line = {}] = await logLines(() =>
      telemetry.publishAfter(async () => {
        telemetry.add("UsedCapacity", "Percent", 0 / 0);
        telemetry.add("FreeCapacity", "Count", 0);
      }),
    );
    assertEmbeddedMetrics(line);
    assert.deepEqual([line.UsedCapacity, line.FreeCapacity], [undefined, 0]);
  });

  it("writes no metrics where there are none, and none twice", async () => {
    const nothing = () => telemetry.publishAfter(async () => undefined);
    assert.deepEqual(await logLines(nothing), []);
    await logLines(() => telemetry.publishAfter(async () => telemetry.add("Errors", "Count")));
    assert.deepEqual(await logLines(nothing), []);
  });

  it("names the trace that a line belongs to", async () => {
    process.env._X_AMZN_TRACE_ID =
      "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=0";
    try {
      const [line] = await logLines(() => telemetry.log.info("Something"));
      assert.equal(line?.xray_trace_id, "1-5759e988-bd862e3fe1be46a994272793");
    } finally {
      delete process.env._X_AMZN_TRACE_ID;
    }
  });

  it("says when it was deployed without a namespace for its metrics", () => {
    const { METRICS_NAMESPACE } = process.env;
    delete process.env.METRICS_NAMESPACE;
    try {
      assert.throws(() => new FunctionTelemetry("receiver"), /lacks METRICS_NAMESPACE\. Deploy/);
    } finally {
      process.env.METRICS_NAMESPACE = METRICS_NAMESPACE;
    }
  });
});
