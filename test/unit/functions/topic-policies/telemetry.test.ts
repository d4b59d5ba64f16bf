/** What the topic-policies function writes into its log, and its metrics. */
import assert from "node:assert/strict";
import type { Connection } from "../../../../functions/domain/connection.js";
import { statementLabel } from "../../../../functions/domain/topic-statement.js";
import { TopicPoliciesTelemetry } from "../../../../functions/topic-policies/telemetry.js";
import { logLines, publishedMetrics } from "../../log-lines.js";

const externalId = "eu-west-1:0b1f5a0e-4a53-4c1a-9d3c-0a4b1c2d3e4f";
const label = statementLabel(externalId);
const topicArn = "arn:aws:sns:eu-west-1:111122223333:onboarding-dev-1";
const connection = { externalId, accountId: "222233334444", status: "pending", topicArn } as Connection;
const telemetry = new TopicPoliciesTelemetry();

describe("the topic-policies function's log", () => {
  it("names each connection by the beginning of its external ID only", async () => {
    const lines = await logLines(() => {
      telemetry.removed(connection, "the connection ended");
      telemetry.accountRefused(connection);
      telemetry.restored(connection);
      telemetry.notRestored(connection, "its topic is full");
      telemetry.error(label, new Error(`no such label: ${label}`));
      telemetry.removedUnknown(topicArn, { Sid: label, Effect: "Allow" }, "its label names no connection");
    });
    const text = JSON.stringify(lines);
    assert.equal(text.split("eu-west-1:0b1f5a0e…").length - 1, 7);
    assert.ok(!text.includes(externalId) && !text.includes(label), text);
  });

  it("says loudly what it found in a policy that is not ours", async () => {
    const [line] = await logLines(() =>
      telemetry.removedUnknown(
        topicArn,
        { Sid: "backdoor", Effect: "Allow", Principal: "*", Action: "SNS:Publish" },
        "its label is not made from an external ID",
      ),
    );
    assert.equal(line?.level, "ERROR");
    assert.deepEqual(line?.statement, {
      Sid: "backdoor",
      Effect: "Allow",
      Principal: "*",
      Action: "SNS:Publish",
    });
  });

  it("counts capacity after complete runs only, and errors for the alarm", async () => {
    const telemetry = new TopicPoliciesTelemetry();
    const metrics = await publishedMetrics(telemetry, () => {
      telemetry.reconciled({ statements: 80, capacity: 198, complete: false });
      telemetry.reconciled({ statements: 99, capacity: 198, complete: true });
      telemetry.removed(connection, "the account was closed");
      telemetry.accountRefused(connection);
      telemetry.notRestored(connection, "its topic is full");
      telemetry.removedUnknown(topicArn, { Sid: "backdoor" }, "its label is not made from an external ID");
    });
    const [{ FreeCapacity, UsedCapacity, Errors, RemovedStatements, RefusedAccounts, service } = {}] =
      metrics;
    assert.deepEqual([FreeCapacity, UsedCapacity, Errors, service], [99, 50, [1, 1], "topic-policies"]);
    assert.deepEqual([RemovedStatements, RefusedAccounts], [1, 1]);
  });
});
