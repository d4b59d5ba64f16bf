/** What can never be recorded leaves its queue; what failed for a while stays. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { run } from "../../../../client/cli/program.js";
import { EXTERNAL_ID, request } from "../../fixtures.js";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

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
  for (const [error, code, deletions, sentences] of [
    ["ValidationException", 0, ["1"], /^us-east-1 {2}onboarding-test-receiver-failed {2}discarded: .*\n$/],
    [
      "ResourceNotFoundException",
      1,
      [],
      /^us-east-1 .* {2}kept: .*\n1 message is left\. Once its cause is mended, run .*onboarding.* redrive us-east-1 --state \S+\.\n$/,
    ],
  ] as const) {
    it(`leaves its queue or stays, after a ${error}`, async () => {
      const deleted: string[] = [];
      const server = awsWhoseTable(error, deleted);
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const folder = mkdtempSync(join(tmpdir(), "redrive-"));
      const state = join(folder, "state.json");
      const running = {
        ...{ account: "test", secretAccessKey: "test", stack: "test" },
        ...{ homeRegion: "us-east-1", regions: ["us-east-1"] },
        endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      };
      writeFileSync(state, JSON.stringify(running));
      let printed = "";
      const print = (text: string) => {
        printed += text;
      };
      const ended = await run(["redrive", "us-east-1", "--state", state], { out: print, error: print });
      server.close();
      rmSync(folder, { recursive: true });
      assert.match(printed, sentences);
      assert.deepEqual([ended, deleted], [code, deletions]);
    });
  }
});
