/** How the alarms of all regions are heard in one, and what the dashboard shows. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type Inputs, ofType, only, type Run, runOnce, smallStack } from "./run-program.js";

const alarmNames = (run: Run, region: string) =>
  ofType(run, "cloudwatch/metricAlarm:MetricAlarm")
    .filter(({ inputs }) => inputs.region === region)
    .map(({ inputs }) => String(inputs.name))
    .sort();

/** A new alarm goes from INSUFFICIENT_DATA to OK, which this does not match. */
const INTO_OR_OUT_OF_ALARM = {
  $or: [{ state: { value: ["ALARM"] } }, { previousState: { value: ["ALARM"] } }],
};

describe("The alarms", () => {
  const home = "us-east-1";

  it("of a region go to the home region's bus, by their ARNs", async () => {
    const run = await runOnce();
    const { eventPattern, region } = only(
      run,
      "cloudwatch/eventRule:EventRule",
      "onboarding-alarms-eu-west-1-rule",
    ).inputs;
    assert.equal(region, "eu-west-1");
    const { resources, ...pattern } = JSON.parse(eventPattern);
    assert.deepEqual(pattern, {
      source: ["aws.cloudwatch"],
      "detail-type": ["CloudWatch Alarm State Change"],
      detail: INTO_OR_OUT_OF_ALARM,
    });
    const names = alarmNames(run, "eu-west-1");
    assert.equal(names.length, 11);
    assert.deepEqual(
      resources.sort(),
      names.map((name) => `arn:aws:cloudwatch:eu-west-1:111122223333:alarm:${name}`),
    );
    const { arn, roleArn } = only(
      run,
      "cloudwatch/eventTarget:EventTarget",
      "onboarding-alarms-eu-west-1-target",
    ).inputs;
    assert.equal(arn, `arn:aws:events:${home}:111122223333:event-bus/default`);
    assert.equal(roleArn, "arn:aws:iam::111122223333:role/onboarding-dev-alarm-forwarding");
  });

  it("are each explained in docs/operations.md, and no others", async () => {
    const names = alarmNames(await runOnce(), home).map((name) => name.replace("onboarding-dev-", ""));
    const page = readFileSync(new URL("../../../docs/operations.md", import.meta.url), "utf8");
    const section = page.slice(page.indexOf("## Alarms, one by one")).split("\n## ")[0] ?? "";
    const explained = [...section.matchAll(/^\| `([a-z-]+)`/gm)].map(([, name]) => name);
    assert.deepEqual(explained.sort(), names);
  });

  it("of the home region are not sent to where they are already", async () => {
    const run = await runOnce();
    assert.deepEqual(
      ofType(run, "cloudwatch/eventRule:EventRule").filter(
        ({ name }) => name === `onboarding-alarms-${home}-rule`,
      ),
      [],
    );
  });

  it("of all regions are told to one topic, in a pattern that EventBridge takes", async () => {
    const run = await runOnce();
    const rule = only(run, "cloudwatch/eventRule:EventRule", "onboarding-alarms-home-rule").inputs;
    assert.equal(rule.region, home);
    assert.ok(rule.eventPattern.length <= 2048);
    assert.deepEqual(JSON.parse(rule.eventPattern).detail, {
      alarmName: alarmNames(run, home),
      ...INTO_OR_OUT_OF_ALARM,
    });
    const target = only(run, "cloudwatch/eventTarget:EventTarget", "onboarding-alarms-home-target").inputs;
    assert.equal(target.arn, `arn:aws:sns:${home}:111122223333:onboarding-dev-alarms`);
    // Every value that the sentence shows is taken from the event.
    const shown = [...target.inputTransformer.inputTemplate.matchAll(/<(\w+)>/g)].map(([, name]) => name);
    assert.deepEqual(shown.sort(), Object.keys(target.inputTransformer.inputPaths).sort());
  });

  it("for statements hears the URL generator too, which adds the statements of all regions from the home region", async () => {
    const { metricQueries } = only(
      await runOnce(),
      "cloudwatch/metricAlarm:MetricAlarm",
      `onboarding-${home}-alarms-statement-errors`,
    ).inputs;
    assert.deepEqual(
      metricQueries.flatMap(({ metric }: Inputs) =>
        metric ? [[metric.dimensions.service, metric.metricName]] : [],
      ),
      [
        ["topic-policies", "Errors"],
        ["url-generator", "RefusingTopics"],
      ],
    );
  });

  it("are told to the configured address", async () => {
    const run = await runOnce({ ...smallStack, "onboarding:alarmEmail": "operators@example.com" });
    const { protocol, endpoint, topic } = only(
      run,
      "sns/topicSubscription:TopicSubscription",
      "onboarding-alarms-email",
    ).inputs;
    assert.deepEqual(
      [protocol, endpoint, topic],
      ["email", "operators@example.com", `arn:aws:sns:${home}:111122223333:onboarding-dev-alarms`],
    );
  });

  it("are told to the configured topic, and then there is none of the program's own", async () => {
    const alarmTopicArn = `arn:aws:sns:${home}:444455556666:operators`;
    const run = await runOnce({ ...smallStack, "onboarding:alarmTopicArn": alarmTopicArn });
    assert.equal(
      only(run, "cloudwatch/eventTarget:EventTarget", "onboarding-alarms-home-target").inputs.arn,
      alarmTopicArn,
    );
    assert.deepEqual(
      ofType(run, "sns/topic:Topic").filter(({ inputs }) => inputs.name.endsWith("-alarms")),
      [],
    );
    assert.equal(run.outputs.alarmTopicArn, alarmTopicArn);
  });
});

describe("The dashboard", () => {
  it("shows seven graphs over all regions, each line in its region", async () => {
    const run = await runOnce({
      ...smallStack,
      "onboarding:regions": ["us-east-1"],
      "onboarding:retiredRegions": ["eu-west-1"],
    });
    const { region, dashboardName, dashboardBody } = only(run, "cloudwatch/dashboard:Dashboard").inputs;
    assert.deepEqual([region, dashboardName], ["us-east-1", "onboarding-dev"]);
    const { widgets } = JSON.parse(dashboardBody) as Inputs;
    const lines = Object.fromEntries(
      widgets.map(({ properties }: Inputs) => [
        properties.title,
        properties.metrics.map(([namespace, metric, ...rest]: unknown[]) => {
          const { region: where } = rest.at(-1) as { region: string };
          return [namespace, metric, ...rest.slice(0, -1), where].join(" ");
        }),
      ]),
    );
    const receiver = (metric: string) => [
      `onboarding-dev ${metric} service receiver us-east-1`,
      `onboarding-dev ${metric} service receiver eu-west-1`,
    ];
    assert.deepEqual(lines, {
      "Links made": [
        "onboarding-dev Links service url-generator region us-east-1 us-east-1",
        "onboarding-dev Links service url-generator region eu-west-1 us-east-1",
      ],
      Connected: receiver("ConnectSeconds"),
      "Failed, by reason": ["rules", "role", "fault"].flatMap((reason) => [
        `onboarding-dev Failures reason ${reason} service receiver us-east-1`,
        `onboarding-dev Failures reason ${reason} service receiver eu-west-1`,
      ]),
      "From link to connected (s, median)": receiver("ConnectSeconds"),
      "Responses (s, p90)": receiver("ResponseSeconds"),
      "Free capacity (connections)": [
        "onboarding-dev FreeCapacity service topic-policies us-east-1",
        "onboarding-dev FreeCapacity service topic-policies eu-west-1",
      ],
      "Dead-letter queues": ["receiver-failed", "undelivered"].flatMap((queue) => [
        `AWS/SQS ApproximateNumberOfMessagesVisible QueueName onboarding-dev-${queue} us-east-1`,
        `AWS/SQS ApproximateNumberOfMessagesVisible QueueName onboarding-dev-${queue} eu-west-1`,
      ]),
    });
  });
});
