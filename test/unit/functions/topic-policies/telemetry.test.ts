/** What the permissions function writes into its log, and its metrics. */
import assert from "node:assert/strict";
import type { Connection } from "../../../../functions/domain/connection.js";
import { statementLabel } from "../../../../functions/domain/topic-statement.js";
import { publishMetrics, telemetry } from "../../../../functions/topic-policies/telemetry.js";

const externalId = "eu-west-1:0b1f5a0e-4a53-4c1a-9d3c-0a4b1c2d3e4f";
const label = statementLabel(externalId);
const topicArn = "arn:aws:sns:eu-west-1:111122223333:onboarding-dev-1";
const connection = { externalId, accountId: "222233334444", status: "pending", topicArn } as Connection;

/** Everything that is written meanwhile. */
function logged(write: () => void): string {
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
  return text;
}

describe("the permissions function's log", () => {
  it("names each connection by the beginning of its external ID only", () => {
    const text = logged(() => {
      telemetry.removed(connection);
      telemetry.repaired(connection);
      telemetry.unrepaired(connection, "its topic is full");
      telemetry.failed(label, new Error(`no such label: ${label}`));
      telemetry.foreign(topicArn, { Sid: label, Effect: "Allow" }, "its label names no connection");
    });
    assert.equal(text.split("eu-west-1:0b1f5a0e…").length - 1, 6);
    assert.ok(!text.includes(externalId) && !text.includes(label), text);
  });

  it("says loudly what it found in a policy that is none of ours", () => {
    const line = JSON.parse(
      logged(() =>
        telemetry.foreign(
          topicArn,
          { Sid: "backdoor", Effect: "Allow", Principal: "*", Action: "SNS:Publish" },
          "its label is not made from an external ID",
        ),
      ),
    );
    assert.equal(line.level, "ERROR");
    assert.deepEqual(line.statement, {
      Sid: "backdoor",
      Effect: "Allow",
      Principal: "*",
      Action: "SNS:Publish",
    });
  });

  it("counts room of a whole sweep only, and troubles for the alarm", () => {
    logged(publishMetrics);
    logged(() => {
      telemetry.swept({ permissions: 80, capacity: 198, complete: false });
      telemetry.swept({ permissions: 99, capacity: 198, complete: true });
      telemetry.unrepaired(connection, "its topic is full");
      telemetry.foreign(topicArn, { Sid: "backdoor" }, "its label is not made from an external ID");
    });
    const text = logged(publishMetrics);
    const { CapacityLeft, CapacityUsed, Troubles, service } = JSON.parse(text.slice(text.indexOf("{")));
    assert.deepEqual([CapacityLeft, CapacityUsed, Troubles, service], [99, 50, [1, 1], "topic-policies"]);
  });
});
