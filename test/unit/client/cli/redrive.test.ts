/** What can never be recorded leaves its queue; what failed for a while stays. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { redrive } from "../../../../client/cli/redrive.js";
import { EXTERNAL_ID, request } from "../../fixtures.js";

const Body = JSON.stringify({
  verified: true,
  request: request("Delete"),
  response: { status: "SUCCESS", physicalResourceId: `onboarding-connection:${EXTERNAL_ID}` },
});

/** A receiver's queue with one verified request, beside a table that fails. */
function awsWhoseTable(fails: string, deleted: string[]): Server {
  let isReceived = false;
  return createServer(async (call, response) => {
    const { QueueName, QueueUrl = "", ReceiptHandle } = (await json(call)) as Record<string, string>;
    response.setHeader("content-type", "application/x-amz-json-1.0");
    if (String(call.headers["x-amz-target"]).startsWith("DynamoDB")) {
      response.statusCode = 400;
      response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${fails}`, message: "no" }));
      return;
    }
    if (ReceiptHandle) deleted.push(ReceiptHandle);
    const isFull = QueueUrl.endsWith("receiver-failed") && !isReceived && !ReceiptHandle;
    isReceived ||= isFull;
    const MD5OfBody = createHash("md5").update(Body).digest("hex");
    response.end(
      JSON.stringify(
        QueueName
          ? { QueueUrl: `http://${call.headers.host}/${QueueName}` }
          : { Messages: isFull ? [{ Body, MessageId: "1", ReceiptHandle: "1", MD5OfBody }] : [] },
      ),
    );
  });
}

describe("A verified request that cannot be recorded", () => {
  for (const [error, result, deletions] of [
    ["ValidationException", "discarded", ["1"]],
    ["ResourceNotFoundException", "kept", []],
  ] as const) {
    it(`is ${result} after a ${error}`, async () => {
      const deleted: string[] = [];
      const server = awsWhoseTable(error, deleted);
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const target = {
        ...{ stack: "test", prefix: "onboarding-test", homeRegion: "us-east-1", regions: ["us-east-1"] },
        ...{ retiredRegions: undefined, topicsByRegion: {} },
        clientOptions: {
          endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
          credentials: { accessKeyId: "test", secretAccessKey: "test" },
        },
      };
      const results: string[] = [];
      for await (const one of redrive(target, "us-east-1")) results.push(one.result);
      server.close();
      assert.deepEqual([results, deleted], [[result], deletions]);
    });
  }
});
