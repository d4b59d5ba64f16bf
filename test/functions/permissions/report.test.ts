/** What the permissions function writes into its log, and its metrics. */
import assert from "node:assert/strict";
import { publishMetrics, report } from "../../../functions/permissions/report.js";
import type { Connection } from "../../../functions/shared/connection.js";
import { permissionLabel } from "../../../functions/shared/permission.js";

const externalId = "eu-west-1:0b1f5a0e-4a53-4c1a-9d3c-0a4b1c2d3e4f";
const label = permissionLabel(externalId);
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
      report.removed(connection);
      report.repaired(connection);
      report.unrepaired(connection, "its topic is full");
      report.failed(label, new Error(`no such label: ${label}`));
      report.foreign(topicArn, { Sid: label, Effect: "Allow" }, "its label names no connection");
    });
    assert.equal(text.split("eu-west-1:0b1f5a0e…").length - 1, 6);
    assert.ok(!text.includes(externalId) && !text.includes(label), text);
  });

  it("says loudly what it found in a policy that is none of ours", () => {
    const line = JSON.parse(
      logged(() =>
        report.foreign(
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
      report.swept({ permissions: 80, capacity: 198, complete: false });
      report.swept({ permissions: 99, capacity: 198, complete: true });
      report.unrepaired(connection, "its topic is full");
      report.foreign(topicArn, { Sid: "backdoor" }, "its label is not made from an external ID");
    });
    const text = logged(publishMetrics);
    const { RoomLeft, RoomUsed, Troubles, service } = JSON.parse(text.slice(text.indexOf("{")));
    assert.deepEqual([RoomLeft, RoomUsed, Troubles, service], [99, 50, [1, 1], "permissions"]);
  });
});
