/** The messages in the dead-letter queues, and what `onboarding redrive` does with them. */
import assert from "node:assert/strict";
import { DeleteRoleCommand, DeleteRolePolicyCommand, ListRolePoliciesCommand } from "@aws-sdk/client-iam";
import { GetQueueUrlCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { type RedriveResult, redrive } from "../../../../client/cli/redrive.js";
import type { Target } from "../../../../client/cli/target.js";
import { createLink } from "../../../../emulator/customer/onboarding-api.js";
import { ConnectionRepository } from "../../../../functions/domain/connection-repository.js";
import { TestCloud } from "../../test-cloud.js";

const REGION = "eu-west-1";
const HOUR = 60 * 60 * 1000;

describe("On the embedded cloud, the dead-letter queues", function () {
  this.timeout(60_000);
  let test: TestCloud;
  let target: Target;

  before(async () => {
    test = await TestCloud.start();
    const { endpoint, credentials } = test.cloud.vendor.options(REGION);
    target = {
      stack: "dev",
      prefix: "onboarding-dev",
      homeRegion: "us-east-1",
      regions: [REGION],
      retiredRegions: [],
      topicsByRegion: {},
      clientOptions: { endpoint, credentials },
    };
  });

  after(() => test?.cloud.stop());

  afterEach(() => {
    test.cloud.notifications.intercept = undefined;
  });

  const put = async (queue: string, body: unknown) => {
    const sqs = test.cloud.vendor.sqs(REGION);
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: `onboarding-dev-${queue}` }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(body) }));
  };

  const redriven = async () => {
    const done: RedriveResult[] = [];
    for await (const message of redrive(target, REGION)) done.push(message);
    return done;
  };

  const connectedStack = async () => {
    const accountId = test.newAccount();
    const { externalId, link } = await createLink(test.program.onboardingUrl, { accountId, region: REGION });
    const stack = await test.cloud.customer(accountId).createStack(link);
    const { outputs } = await stack.settled();
    return { externalId, stack, roleArn: outputs.RoleArn };
  };

  it("are empty when nothing went wrong", async () => {
    assert.deepEqual(await redriven(), []);
  });

  it("apply a Delete that the receiver vouches for, once", async () => {
    const { externalId, stack } = await connectedStack();
    const message = {
      verified: true,
      respondedAt: new Date().toISOString(),
      request: {
        type: "Delete",
        stackId: stack.id,
        logicalResourceId: "Connection",
        requestId: "a-delete",
        physicalResourceId: "whatever",
        properties: { ExternalID: externalId },
        publishedAt: new Date().toISOString(),
      },
      response: { status: "SUCCESS", physicalResourceId: "whatever" },
    };
    await put("receiver-failed", message);
    await put("receiver-failed", message);
    const done = await redriven();
    assert.deepEqual(done.map(({ queue, result }) => [queue, result]).sort(), [
      ["onboarding-dev-receiver-failed", "applied"],
      ["onboarding-dev-receiver-failed", "discarded"],
    ]);
    assert.match(done[0]?.detail ?? "", /is disconnected\.$/);
    const connection = await test.connection(externalId);
    assert.equal(connection?.status, "disconnected");
    assert.equal(connection?.openStackIds, undefined);
    assert.deepEqual(await redriven(), []);
  });

  it("apply an Update that got its response: the role is left to the health check, and the move that it undoes ends", async () => {
    const { externalId, stack, roleArn } = await connectedStack();
    const moved = await connectedStack();
    const connections = new ConnectionRepository(test.cloud.vendor.dynamoDB(REGION), test.program.tableName);
    const other = await connections.get(moved.externalId);
    assert.ok(other);
    await connections.update(other, { stackId: stack.id });
    await put("receiver-failed", {
      verified: true,
      respondedAt: new Date().toISOString(),
      request: {
        ...{ type: "Update", stackId: stack.id, logicalResourceId: "Connection", requestId: "an-update" },
        physicalResourceId: `onboarding-connection:${externalId}`,
        properties: { ExternalID: externalId, RoleArn: roleArn, TemplateVersion: "00000000beef" },
        oldExternalId: moved.externalId,
        publishedAt: new Date().toISOString(),
      },
      response: { status: "SUCCESS", physicalResourceId: `onboarding-connection:${externalId}` },
    });
    assert.deepEqual(
      (await redriven()).map(({ result }) => result),
      ["applied"],
    );
    const connection = await test.connection(externalId);
    assert.equal(connection?.status, "connected");
    assert.equal(connection?.templateVersion, "00000000beef");
    assert.equal((await connections.get(moved.externalId))?.status, "disconnected");
  });

  it("apply nothing that is said to be verified where SNS writes", async () => {
    const { externalId, stack } = await connectedStack();
    await put("undelivered", {
      verified: true,
      request: {
        ...{ type: "Delete", stackId: stack.id, logicalResourceId: "Connection", requestId: "another" },
        physicalResourceId: `onboarding-connection:${externalId}`,
        properties: { ExternalID: externalId },
        publishedAt: new Date().toISOString(),
      },
      response: { status: "SUCCESS", physicalResourceId: `onboarding-connection:${externalId}` },
    });
    const results = (await redriven()).map(({ queue, result }) => `${queue} ${result}`);
    assert.deepEqual(results, ["onboarding-dev-undelivered discarded"]);
    assert.equal((await test.connection(externalId))?.status, "connected");
  });

  for (const queue of ["receiver-failed", "undelivered"] as const) {
    it(`pass a request in ${queue} to the receiver as long as its response URL is valid`, async () => {
      const accountId = test.newAccount();
      const { externalId, link } = await createLink(test.program.onboardingUrl, {
        accountId,
        region: REGION,
      });
      test.cloud.notifications.intercept = async (Message) => {
        const notification = { Type: "Notification", Message, Timestamp: new Date().toISOString() };
        await put(queue, queue === "undelivered" ? notification : { Records: [{ Sns: notification }] });
      };
      const stack = await test.cloud.customer(accountId).createStack(link);
      while (stack.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      await test.cloud.notifications.idle();
      assert.equal((await test.connection(externalId))?.status, "pending");

      const done = await redriven();
      assert.deepEqual(
        done.map(({ result }) => result),
        ["applied"],
      );
      assert.equal((await stack.settled()).status, "CREATE_COMPLETE");
      assert.equal((await test.connection(externalId))?.status, "connected");
    });
  }

  it("discard a Create that CloudFormation has given up on, and resolve a Delete that cannot be verified by probing its role", async () => {
    const { externalId, stack } = await connectedStack();
    const left = await connectedStack();
    const RoleName = left.roleArn?.split("/").at(-1);
    const iam = left.stack.customer.clients.iam("us-east-1");
    for (const PolicyName of (await iam.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames ?? []) {
      await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    }
    await iam.send(new DeleteRoleCommand({ RoleName }));
    const old = (RequestType: string, StackId: string, ExternalID?: string) => ({
      Type: "Notification",
      Timestamp: new Date(Date.now() - 3 * HOUR).toISOString(),
      Message: JSON.stringify({ RequestType, StackId, ResourceProperties: { ExternalID } }),
    });
    await put("undelivered", old("Create", stack.id, externalId));
    await put("receiver-failed", { Records: [{ Sns: old("Delete", stack.id, externalId) }] });
    await put("receiver-failed", { Records: [{ Sns: old("Delete", left.stack.id, left.externalId) }] });
    await put("receiver-failed", { Records: [{ Sns: old("Delete", stack.id) }] });
    await put("receiver-failed", { something: "else" });
    const results = (await redriven()).map(({ result, detail }) => `${result}: ${detail}`);
    assert.equal(results.length, 5);
    for (const expected of [
      /^discarded: Create from arn:.*given up on it\.$/,
      new RegExp(`^discarded: Delete from arn:.*still exists: the connection ${externalId} is connected\\.$`),
      new RegExp(
        `^discarded: Delete from arn:.*cannot be assumed: the connection ${left.externalId} is unreachable\\.$`,
      ),
      /^discarded: Delete from arn:.*cannot be verified, and it names no connection/,
      /^discarded: This is not one of this program's messages: {"something":"else"}$/,
    ]) {
      assert.ok(
        results.some((result) => expected.test(result)),
        `${expected} ${results.join("\n")}`,
      );
    }
    assert.equal((await test.connection(externalId))?.status, "connected");
    assert.equal((await test.connection(left.externalId))?.status, "unreachable");
  });
});
