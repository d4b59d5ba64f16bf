/** What is kept of a request that got its response and could not be applied, in a real queue (ministack's). */
import assert from "node:assert/strict";
import { CreateQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { keepVerifiedIn } from "../../../../functions/receiver/dead-letters.js";
import { NOW, REGION, request } from "../../../unit/fixtures.js";
import { type TestTable, testTable } from "../../test-table.js";

describe("a dead letter", function () {
  this.timeout(30_000);
  let table: TestTable;

  before(async () => {
    table = await testTable();
  });
  after(() => table?.stop());

  it("says that the request was genuine, what it was and why it is here, and holds no response URL", async () => {
    const sqs = table.clients.sqs(REGION);
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "failed" }));
    const asked = request("Delete", { target: { host: "bucket", path: "/key?X-Amz-Signature=5ec4e7" } });
    const response = {
      status: "SUCCESS",
      physicalResourceId: "id",
      data: { ConfirmationCode: "ABCD2345" },
    } as const;
    await keepVerifiedIn(() => sqs, QueueUrl)(asked, response, new RangeError("too much"), {});
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ["All"] }),
    );
    assert.equal(Messages.length, 1);
    const [{ Body = "", MessageAttributes } = {}] = Messages;
    const { verified, respondedAt, request: kept, response: said } = JSON.parse(Body);
    assert.deepEqual(said, { status: "SUCCESS", physicalResourceId: "id" }, "without the customer's code");
    assert.equal(verified, true);
    assert.ok(Math.abs(Date.now() - Date.parse(respondedAt)) < 60_000, respondedAt);
    const { target: _, publishedAt: __, ...others } = asked;
    const expected = { ...others, publishedAt: NOW.toISOString() };
    assert.deepEqual(kept, JSON.parse(JSON.stringify(expected)));
    assert.equal(MessageAttributes?.ErrorMessage?.StringValue, "RangeError");
    assert.doesNotMatch(JSON.stringify(Messages), /Signature|5ec4e7|\/key/);
  });
});
