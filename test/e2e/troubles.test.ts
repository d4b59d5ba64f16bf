/** What happens when something on the way breaks, on the embedded cloud. */
import assert from "node:assert/strict";
import { GetRolePolicyCommand, ListRolePoliciesCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { UpdateFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import type { Template } from "../../emulator/customer/customer.js";
import { createLink } from "../../emulator/customer/onboarding-api.js";
import * as sentences from "../../functions/domain/sentences.js";
import { TestCloud } from "./test-cloud.js";

/** CloudFormation's wait for an answer, made short: what comes after it is the same. */
const impatient =
  (seconds: number) =>
  (template: Template): Template => {
    const { Connection, ...others } = template.Resources;
    assert.ok(Connection, "the template has no resource Connection");
    const Properties = { ...Connection.Properties, ServiceTimeout: String(seconds) };
    return { ...template, Resources: { ...others, Connection: { ...Connection, Properties } } };
  };

describe("on the embedded cloud, when something breaks", function () {
  this.timeout(120_000);
  let test: TestCloud;

  before(async () => {
    test = await TestCloud.start();
  });

  after(() => test?.cloud.stop());

  afterEach(async () => {
    test.cloud.responseBuckets.fault = undefined;
    test.cloud.notifications.intercept = undefined;
    await test.cloud.notifications.idle();
  });

  const newLink = async (region = "us-east-1") => {
    const accountId = test.newAccount();
    const created = await createLink(test.program.onboardingUrl, { accountId, region });
    return { ...created, accountId, customer: test.cloud.customer(accountId) };
  };

  it("an answer that gets lost ends in a Delete with a made-up physical ID, and the connection ends", async () => {
    const { externalId, link, customer } = await newLink();
    // The bucket takes the answer to the Create, and CloudFormation never sees it.
    test.cloud.responseBuckets.fault = (answer) => (answer && createOf(answer.RequestId) ? 200 : undefined);
    const createOf = (requestId: string) =>
      test.cloud.customResources.requests.some(
        ({ event }) => event.RequestId === requestId && event.RequestType === "Create",
      );
    const stack = await customer.createStack(link, { template: impatient(3) });
    const outcome = await stack.settled();
    assert.equal(outcome.status, "ROLLBACK_COMPLETE");
    assert.deepEqual(
      stack.requests.map(({ event, response }) => [event.RequestType, response?.Status]),
      [
        ["Create", undefined],
        ["Delete", "SUCCESS"],
      ],
    );
    assert.doesNotMatch(stack.requests[1]?.event.PhysicalResourceId ?? "", /^onboarding-connection/);
    const connection = await test.untilStatus(externalId, "disconnected");
    assert.equal(connection.stackId, stack.id);
  });

  it("a bucket that answers 500 for a while gets the answer all the same", async () => {
    const { externalId, link, customer } = await newLink();
    let refusals = 0;
    test.cloud.responseBuckets.fault = () => (refusals++ < 2 ? 500 : undefined);
    const outcome = await (await customer.createStack(link)).settled();
    assert.equal(outcome.status, "CREATE_COMPLETE");
    assert.equal((await test.connection(externalId))?.status, "connected");
    assert.ok(refusals >= 3, `${refusals} answers reached the bucket`);
  });

  it("a notification delivered twice at once connects once, and both deliveries answer the same", async () => {
    const { externalId, link, customer } = await newLink();
    test.cloud.notifications.intercept = async (_message, invoke) => {
      await Promise.all([invoke(), invoke()]);
    };
    const stack = await customer.createStack(link);
    const outcome = await stack.settled();
    await test.cloud.notifications.idle();
    assert.equal(outcome.status, "CREATE_COMPLETE");
    assert.equal((await test.connection(externalId))?.status, "connected");
    const answers = test.cloud.responseBuckets.received.filter(
      (response) => response?.RequestId === stack.requests[0]?.event.RequestId,
    );
    assert.deepEqual(
      answers.map((response) => [response?.Status, response?.PhysicalResourceId]),
      Array(2).fill(["SUCCESS", answers[0]?.PhysicalResourceId]),
    );
  });

  it("the Create that arrives after its own stack's Delete connects nothing", async () => {
    const { externalId, link, customer } = await newLink();
    let late: (() => Promise<void>) | undefined;
    test.cloud.notifications.intercept = async (message, invoke) => {
      if (JSON.parse(message).RequestType === "Create") late = invoke;
      else await invoke();
    };
    const stack = await customer.createStack(link, { template: impatient(2) });
    await stack.settled();
    await test.cloud.notifications.idle();
    assert.ok(late);
    await late();
    const connection = await test.connection(externalId);
    assert.equal(connection?.status, "pending");
    assert.deepEqual(connection?.deletedStacks, [stack.id]);
  });

  describe("each permission of the receiver's role is needed:", () => {
    const RoleName = "onboarding-dev-receiver-us-east-1";
    const iam = () => test.cloud.vendor.iam("us-east-1");

    const readPolicy = async () => {
      const { PolicyNames = [] } = await iam().send(new ListRolePoliciesCommand({ RoleName }));
      assert.equal(PolicyNames.length, 1);
      const PolicyName = PolicyNames[0] ?? "";
      const { PolicyDocument = "" } = await iam().send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      return { PolicyName, PolicyDocument: decodeURIComponent(PolicyDocument) };
    };

    const without = async (action: string, work: () => Promise<void>) => {
      const { PolicyName, PolicyDocument } = await readPolicy();
      assert.ok(PolicyDocument.includes(`"${action}"`), `the role does not grant ${action}`);
      const { Statement, ...rest } = JSON.parse(PolicyDocument) as { Statement: { Action: string[] }[] };
      const less = Statement.map((one) => ({
        ...one,
        Action: one.Action.filter((granted) => granted !== action),
      }))
        // A statement without an action is none.
        .filter(({ Action }) => Action.length > 0);
      const document = JSON.stringify({ ...rest, Statement: less });
      await iam().send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: document }));
      try {
        await work();
      } finally {
        await iam().send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
      }
    };

    it("without dynamodb:UpdateItem a customer's stack fails in time and says whose fault it is", async () => {
      const { externalId, link, customer } = await newLink();
      await without("dynamodb:UpdateItem", async () => {
        const stack = await customer.createStack(link);
        const outcome = await stack.settled();
        assert.equal(outcome.status, "ROLLBACK_COMPLETE");
        assert.ok(outcome.reason?.includes(sentences.OUR_FAULT), outcome.reason);
        assert.equal((await test.connection(externalId))?.status, "pending");
        await stack.delete();
      });
      // What the sentence advises.
      assert.equal((await (await customer.createStack(link)).settled()).status, "CREATE_COMPLETE");
    });

    it("without dynamodb:GetItem a stack is deleted, and its record is not", async () => {
      const { externalId, link, customer } = await newLink();
      const stack = await customer.createStack(link);
      assert.equal((await stack.settled()).status, "CREATE_COMPLETE");
      await test.cloud.notifications.idle();
      const lambda = test.cloud.vendor.lambda("us-east-1");
      const FunctionName = "onboarding-dev-receiver";
      // With less time it gives up sooner.
      await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 8 }));
      await without("dynamodb:GetItem", async () => {
        assert.equal((await stack.delete()).status, "DELETE_COMPLETE");
        await test.cloud.notifications.idle();
        assert.equal((await test.connection(externalId))?.status, "connected");
      });
      await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 65 }));
    });
  });
});
