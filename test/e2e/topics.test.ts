/** More connections in a region than one topic can hold, and topics that are put in order again. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { GetFunctionConcurrencyCommand } from "@aws-sdk/client-lambda";
import { SetTopicAttributesCommand } from "@aws-sdk/client-sns";
import { createLink, requestLink } from "../../emulator/customer/onboarding-api.js";
import {
  addStatements,
  countConnections,
  labelsIn,
  reconcile,
  statementsOf,
  until,
} from "./capacity/topics.js";
import { LoadTestCustomer } from "./load-test-customer.js";
import { TestCloud } from "./test-cloud.js";

const region = "eu-west-1";

describe("a region with two topics", function () {
  this.timeout(120_000);
  let test: TestCloud;

  before(async () => {
    test = await TestCloud.start({
      "onboarding:regions": ["us-east-1", region],
      "onboarding:topicsByRegion": { [region]: 2 },
    });
  });

  after(() => test?.cloud.stop());

  const topic = (number: number) => test.program.topicArns[region]?.[number - 1] ?? "";
  const newLink = async () => {
    const accountId = test.newAccount();
    const created = await createLink(test.program.onboardingUrl, { accountId, region });
    return { ...created, accountId, customer: new LoadTestCustomer(test.cloud, accountId) };
  };
  const openRegions = async () => {
    const answer = await fetch(`${test.program.onboardingUrl}/regions`);
    const { regions } = (await answer.json()) as { regions: readonly { region: string; open: boolean }[] };
    return Object.fromEntries(regions.map((one) => [one.region, one.open]));
  };
  const topicOf = async (externalId: string) => (await test.connection(externalId))?.topicArn;

  /** As many connections as a topic still takes, all but some, written as the URL generator would have. */
  const fill = async (topicArn: string, leave: number) => {
    const statements = await statementsOf(test, topicArn);
    const count = 100 - statements.length - leave;
    const made = Array.from({ length: count }, () => ({
      accountId: test.newAccount(),
      externalId: `${region}:${randomUUID()}`,
    }));
    for (const { accountId, externalId } of made) {
      await writeConnection({ accountId, externalId, topicArn });
    }
    await addStatements(
      test,
      topicArn,
      made.map(({ accountId, externalId }) => statement(topicArn, externalId, accountId)),
    );
    return made;
  };

  const statement = (topicArn: string, externalId: string, accountId: string) => ({
    Sid: externalId.replace(":", "-"),
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${accountId}:root` },
    Action: "SNS:Publish",
    Resource: topicArn,
  });

  const writeConnection = async (changes: Record<string, string>) => {
    const day = 24 * 60 * 60 * 1000;
    const values = {
      item: "connection",
      region,
      grantedTo: "onboarding",
      status: "pending",
      // Older than what the URL generator may still be at work on.
      createdAt: new Date(Date.now() - 2 * 60_000).toISOString(),
      expiresAt: new Date(Date.now() + day).toISOString(),
      ...changes,
    };
    const Item = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { S: value }]));
    await test.cloud.vendor.dynamoDB(region).send(
      new PutItemCommand({
        TableName: test.program.tableName,
        Item: { ...Item, revision: { N: "1" } },
      }),
    );
  };

  it("tells of an account that SNS refuses, and keeps nothing of it", async () => {
    const accountId = test.newAccount();
    test.cloud.snsQuotas.unknownAccounts.add(accountId);
    const [before, labels] = [await countConnections(test, region), await labelsIn(test, region)];
    const { status, body } = await requestLink(test.program.onboardingUrl, { accountId, region });
    assert.equal(status, 422);
    assert.match(String(body.detail), new RegExp(`AWS does not accept the account ${accountId}`));
    assert.equal(await countConnections(test, region), before);
    assert.deepEqual(await labelsIn(test, region), labels);
  });

  it("fills one, then the other, then says so and keeps nothing; a customer who leaves frees capacity", async () => {
    await fill(topic(1), 1);
    await fill(topic(2), 1);
    const first = await newLink();
    const firstStack = await first.customer.createStack(first.link);
    assert.equal(firstStack.created?.Status, "SUCCESS", firstStack.created?.Reason);
    const second = await newLink();
    const secondStack = await second.customer.createStack(second.link);
    assert.equal(secondStack.created?.Status, "SUCCESS", secondStack.created?.Reason);
    assert.deepEqual(
      [await topicOf(first.externalId), await topicOf(second.externalId)],
      [topic(1), topic(2)],
    );

    const [connections, labels] = [await countConnections(test, region), await labelsIn(test, region)];
    assert.equal(labels.length, 2 * 99);
    const refused = await requestLink(test.program.onboardingUrl, { accountId: test.newAccount(), region });
    assert.equal(refused.status, 503);
    assert.match(String(refused.body.detail), /eu-west-1 has no capacity for another connection/);
    assert.equal(await countConnections(test, region), connections);
    assert.deepEqual(await labelsIn(test, region), labels);
    assert.deepEqual(await openRegions(), { "us-east-1": true, [region]: false });

    assert.equal((await firstStack.delete()).Status, "SUCCESS");
    await until(async () => {
      const left = (await labelsIn(test, region)).length;
      return left === 2 * 99 - 1 ? undefined : `${left} statements are left`;
    });
    const third = await newLink();
    assert.equal(await topicOf(third.externalId), topic(1));
  });

  it("keeps the account of an open stack on that stack's topic, so that the stack can move to the new link", async () => {
    // The third customer of the test before has the last statement; two connections that ended free one on each topic.
    for (const number of [1, 2]) {
      const [, ended] = await statementsOf(test, topic(number));
      await endConnection(ended?.Sid ?? "");
    }
    await reconcile(test, region);
    const { accountId, customer, externalId, link } = await newLink();
    await customer.createStack(link);
    const own = await topicOf(externalId);
    const other = await newLink();
    assert.notEqual(await topicOf(other.externalId), own);
    // Wherever there was capacity last, this account goes where its stack is. That topic is full again by now.
    const [, ended] = await statementsOf(test, String(own));
    await endConnection(ended?.Sid ?? "");
    await reconcile(test, region);
    const moved = await createLink(test.program.onboardingUrl, { accountId, region });
    assert.equal(await topicOf(moved.externalId), own);
  });

  it("gets a third topic from an upgrade, which touches no existing statement or topic", async () => {
    const labels = await labelsIn(test, region);
    const policies = await Promise.all([1, 2].map((number) => statementsOf(test, topic(number))));
    await test.deployment.up({
      ...test.config,
      "onboarding:topicsByRegion": { [region]: 3 },
      "onboarding:vendorName": "Example Corp",
      "onboarding:receiverReservedConcurrency": 5,
    });
    const { ReservedConcurrentExecutions } = await test.cloud.vendor
      .lambda(region)
      .send(new GetFunctionConcurrencyCommand({ FunctionName: "onboarding-dev-receiver" }));
    assert.equal(ReservedConcurrentExecutions, 5);
    assert.deepEqual(await labelsIn(test, region), labels);
    assert.deepEqual(await Promise.all([1, 2].map((number) => statementsOf(test, topic(number)))), policies);
    await fill(topic(1), 0);
    await fill(topic(2), 0);
    const { externalId, customer, link } = await newLink();
    assert.equal(await topicOf(externalId), `arn:aws:sns:${region}:111122223333:onboarding-dev-3`);
    const stack = await customer.createStack(link);
    assert.equal(stack.created?.Status, "SUCCESS", stack.created?.Reason);
  });

  const endConnection = (label: string) =>
    test.cloud.vendor.dynamoDB(region).send(
      new UpdateItemCommand({
        TableName: test.program.tableName,
        Key: { externalId: { S: `${region}:${label.slice(-36)}` }, item: { S: "connection" } },
        UpdateExpression: "SET #status = :disconnected, endedAt = :now",
        ConditionExpression: "attribute_exists(externalId)",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: {
          ":disconnected": { S: "disconnected" },
          ":now": { S: new Date().toISOString() },
        },
      }),
    );

  describe("whose policies do not fit its connections", () => {
    const externalId = `${region}:${randomUUID()}`;
    let accountId: string;

    before(async () => {
      accountId = test.newAccount();
    });

    it("is reconciled: what ended goes, what is missing comes, and what is neither goes loudly", async () => {
      // Capacity for what is to come.
      for (const { Sid } of (await statementsOf(test, topic(1))).slice(1, 11)) await endConnection(Sid);
      await reconcile(test, region);
      const settled = await labelsIn(test, region);

      await writeConnection({ accountId, externalId, topicArn: topic(1) });
      const expired = `${region}:${randomUUID()}`;
      const longAgo = new Date(Date.now() - 25 * 60 * 60 * 1000).toISOString();
      await writeConnection({
        accountId,
        externalId: expired,
        topicArn: topic(1),
        expiresAt: longAgo,
      });
      await addStatements(test, topic(1), [
        statement(topic(1), expired, accountId),
        { ...statement(topic(1), externalId, accountId), Sid: "somebody-elses" },
        statement(topic(1), `${region}:${randomUUID()}`, "444400000000"),
      ]);
      await reconcile(test, region);
      assert.deepEqual(await labelsIn(test, region), [...settled, externalId.replace(":", "-")].sort());
      await reconcile(test, region);
      assert.deepEqual(await labelsIn(test, region), [...settled, externalId.replace(":", "-")].sort());
    });

    it("takes back a statement of ours that lets somebody else publish", async () => {
      const label = externalId.replace(":", "-");
      const others = (await statementsOf(test, topic(1))).filter(({ Sid }) => Sid !== label);
      await replaceStatements(topic(1), [...others, statement(topic(1), externalId, "444400000000")]);
      await reconcile(test, region);
      const mended = (await statementsOf(test, topic(1))).find(({ Sid }) => Sid === label);
      assert.match(JSON.stringify(mended?.Principal), new RegExp(accountId));
      assert.doesNotMatch(JSON.stringify(mended?.Principal), /444400000000/);
    });

    const replaceStatements = async (topicArn: string, statements: Parameters<typeof addStatements>[2]) => {
      await test.cloud.vendor.sns(region).send(
        new SetTopicAttributesCommand({
          TopicArn: topicArn,
          AttributeName: "Policy",
          AttributeValue: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
        }),
      );
    };
  });
});
