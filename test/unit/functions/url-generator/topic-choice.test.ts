/** What becomes of a connection when its topic has no capacity any more, and when SNS refuses its account. */
import assert from "node:assert/strict";
import { AddPermissionCommand, InvalidParameterException, type SNSClient } from "@aws-sdk/client-sns";
import { ConnectionRepository } from "../../../../functions/domain/connection-repository.js";
import { LimitedConnections } from "../../../../functions/url-generator/limits.js";
import { RejectedError } from "../../../../functions/url-generator/problems.js";
import { TopicChoice } from "../../../../functions/url-generator/topic-choice.js";
import { TableStandIn } from "../../../stand-ins/table.js";
import { ACCOUNT, pending, REGION } from "../../fixtures.js";
import { inVirtualTime } from "../../mocked-timers.js";
import { TopicsInMemory } from "../topic-policies/memory.js";

const [FIRST, SECOND] = [1, 2].map(
  (number) => `arn:aws:sns:${REGION}:111122223333:onboarding-test-${number}`,
);

/** SNS with two topics, of which the named ones are full. */
function topics(full: readonly (string | undefined)[]): SNSClient {
  const statement = (_: unknown, index: number) => ({ Sid: `other-${index}`, Effect: "Allow" });
  const policy = (arn: string) =>
    JSON.stringify({ Statement: full.includes(arn) ? Array.from({ length: 100 }, statement) : [] });
  const send = async (command: { readonly input: { readonly TopicArn: string } }) => {
    const { TopicArn } = command.input;
    if (!(command instanceof AddPermissionCommand)) return { Attributes: { Policy: policy(TopicArn) } };
    if (full.includes(TopicArn)) throw new InvalidParameterException({ message: "full", $metadata: {} });
    return {};
  };
  return { send } as unknown as SNSClient;
}

describe("a connection whose topic has filled up before its account might publish", () => {
  let connections: ConnectionRepository;

  beforeEach(() => {
    connections = new ConnectionRepository(new TableStandIn().client(), "connections");
  });

  const waiting = async () => {
    const connection = { ...pending, topicArn: FIRST ?? "" };
    await connections.create(connection);
    return connection;
  };
  const choice = (full: readonly (string | undefined)[]) =>
    new TopicChoice(REGION, [FIRST ?? "", SECOND ?? ""], topics(full));

  it("moves to another topic when it is asked for again", async () => {
    const connection = await waiting();
    const { result } = await inVirtualTime(() => choice([FIRST]).ensureStatement(connection, connections));
    assert.equal(result.topicArn, SECOND);
    assert.equal((await connections.get(connection.externalId))?.topicArn, SECOND);
  });

  it("stays where it is when no topic has capacity, with a sentence that says so", async () => {
    const connection = await waiting();
    const permitted = inVirtualTime(() => choice([FIRST, SECOND]).ensureStatement(connection, connections));
    await assert.rejects(permitted, (error: Error) => {
      assert.ok(error instanceof RejectedError);
      assert.match(error.message, /^eu-west-1 has no capacity for another connection/);
      return true;
    });
    assert.equal((await connections.get(connection.externalId))?.topicArn, FIRST);
  });
});

describe("an account that SNS refuses", () => {
  const arns = [1, 2, 3].map((number) => `arn:aws:sns:${REGION}:111122223333:onboarding-test-${number}`);
  let connections: ConnectionRepository;
  let limited: LimitedConnections;
  let topics: TopicsInMemory;
  let refusing: string[];

  beforeEach(() => {
    const client = new TableStandIn().client();
    connections = new ConnectionRepository(client, "connections");
    limited = new LimitedConnections(client, "connections", connections, {
      pendingLinksPerAccount: 5,
      pendingLinksPerTenant: 20,
      connectionsPerAccount: 5,
    });
    topics = new TopicsInMemory(arns, 50);
    refusing = [];
  });

  const choice = (region = REGION, isOptIn = false) =>
    new TopicChoice(region, arns, topics.client, { isOptIn, onRefusingTopic: (arn) => refusing.push(arn) });
  const refusal = async (work: Promise<unknown>): Promise<string> => {
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof RejectedError && error.kind === "refusedAccount", String(error));
    assert.equal(error.field, "accountId");
    return error.message;
  };

  it("by one topic gets the next one, and somebody is told which topic it was", async () => {
    topics.brokenTopics.add(arns[0] ?? "");
    const { topicArn } = await choice().place(pending, connections, limited);
    assert.equal(topicArn, arns[1]);
    assert.equal((await connections.get(pending.externalId))?.topicArn, arns[1]);
    assert.deepEqual(refusing, [arns[0]]);
  });

  it("by two topics is rejected, with every cause there can be, and nothing stays", async () => {
    topics.refusedAccounts.add(ACCOUNT);
    const sentence = await refusal(choice().place(pending, connections, limited));
    assert.equal(
      sentence,
      `AWS does not accept the account ${ACCOUNT}. The number may be wrong, or the account closed: compare it with the one that the AWS console shows at the top right. If the account is right, the fault is on our side: please tell us.`,
    );
    assert.equal(await connections.get(pending.externalId), undefined);
    assert.deepEqual(refusing, [], "its account is more likely to blame than both topics");
  });

  it("is not tried with every topic that there is", async () => {
    topics.brokenTopics.add(arns[0] ?? "").add(arns[1] ?? "");
    await refusal(choice().place(pending, connections, limited));
    assert.deepEqual(topics.statements(arns[2] ?? ""), []);
  });

  it("is told of the region only where accounts have to opt in to it", async () => {
    topics.refusedAccounts.add(ACCOUNT);
    assert.match(
      await refusal(choice("eu-south-1", true).place(pending, connections, limited)),
      /Or it has not enabled eu-south-1, which accounts have to opt in to: enable it .* or choose another region\./,
    );
  });

  it("is told the same when its link is asked for again", async () => {
    topics.refusedAccounts.add(ACCOUNT);
    const connection = { ...pending, topicArn: arns[0] ?? "" };
    await connections.create(connection);
    assert.match(
      await refusal(choice().ensureStatement(connection, connections)),
      /^AWS does not accept the account/,
    );
    assert.notEqual(await connections.get(pending.externalId), undefined);
  });

  it("by its topic alone moves to another when its link is asked for again", async () => {
    topics.brokenTopics.add(arns[0] ?? "");
    const connection = { ...pending, topicArn: arns[0] ?? "" };
    await connections.create(connection);
    const { topicArn } = await choice().ensureStatement(connection, connections);
    assert.equal(topicArn, arns[1]);
  });
});
