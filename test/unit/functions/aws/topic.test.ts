/** A topic's statements, with an SNS that keeps to its quotas. */
import assert from "node:assert/strict";
import { GetTopicAttributesCommand, type SNSClient, SNSServiceException } from "@aws-sdk/client-sns";
import {
  allowsToPublish,
  MAX_STATEMENTS,
  type Statement,
  Topic,
  TopicPolicy,
} from "../../../../functions/aws/topic.js";
import { topicArns } from "../../../../functions/domain/names.js";
import { ACCOUNT } from "../../fixtures.js";
import { TopicsInMemory } from "../topic-policies/memory.js";

const [ARN = ""] = topicArns("eu-west-1", "111122223333", "onboarding-test", 1);
const OTHER_ACCOUNT = "444455556666";
const LABEL = "eu-west-1-0b1f5a0e-1111-4222-8333-444455556666";

const statement = (account: string): Statement => ({
  Sid: LABEL,
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${account}:root` },
  Action: "SNS:Publish",
  Resource: ARN,
});

/** @param capacity how many statements fit in besides the default one */
function topicWith(capacity: number, ...statements: Statement[]) {
  const topics = new TopicsInMemory([ARN], capacity);
  topics.put(ARN, ...statements);
  return { topics, topic: new Topic(topics.client, ARN) };
}

describe("a topic", () => {
  it("lets an account publish, once however often it is asked", async () => {
    const { topics, topic } = topicWith(5);
    assert.equal(await topic.allow(LABEL, ACCOUNT), "allowed");
    assert.equal(await topic.allow(LABEL, ACCOUNT), "allowed");
    assert.deepEqual(topics.statements(ARN), [statement(ACCOUNT)]);
  });

  it("is full when its policy has as many statements as it may", async () => {
    assert.equal(await topicWith(0).topic.allow(LABEL, ACCOUNT), "full");
  });

  it("says that SNS refuses an account, and not why: there are several causes and one error", async () => {
    const { topics, topic } = topicWith(5);
    topics.refusedAccounts.add(ACCOUNT);
    assert.equal(await topic.allow(LABEL, ACCOUNT), "refused");
  });

  it("is full where others take at once whatever is given back", async () => {
    const { topics } = topicWith(2);
    let attempts = 0;
    const send = async (command: unknown) => {
      if (command instanceof GetTopicAttributesCommand) topics.take(ARN, `short-${attempts}`);
      else {
        topics.take(ARN, `long-${attempts}`);
        attempts += 1;
        topics.put(ARN, { Sid: `long-${attempts}` }, { Sid: `short-${attempts}` });
      }
      return topics.client.send(command as never);
    };
    assert.equal(await new Topic({ send } as unknown as SNSClient, ARN).allow(LABEL, ACCOUNT), "full");
  });

  it("blames no account for a policy that was full a moment ago", async () => {
    const { topics } = topicWith(0);
    const { client } = topics;
    let calls = 0;
    const send = async (command: unknown) => {
      calls += 1;
      if (calls === 2) topics.take(ARN, "__default_statement_ID");
      return client.send(command as never);
    };
    assert.equal(await new Topic({ send } as unknown as SNSClient, ARN).allow(LABEL, ACCOUNT), "allowed");
  });

  it("blames no account while others keep filling the policy up and leaving it", async () => {
    const { topics } = topicWith(2);
    const { client } = topics;
    let attempts = 0;
    const send = async (command: unknown) => {
      if (command instanceof GetTopicAttributesCommand) topics.take(ARN, `short-${attempts}`);
      else {
        topics.take(ARN, `long-${attempts}`);
        attempts += 1;
        if (attempts < 8) topics.put(ARN, { Sid: `long-${attempts}` }, { Sid: `short-${attempts}` });
      }
      return client.send(command as never);
    };
    assert.equal(await new Topic({ send } as unknown as SNSClient, ARN).allow(LABEL, ACCOUNT), "allowed");
    assert.equal(attempts, 8);
  });

  it("does not replace another statement of the same label", async () => {
    const { topics, topic } = topicWith(5, statement(OTHER_ACCOUNT));
    await assert.rejects(topic.allow(LABEL, ACCOUNT), /Already exists/);
    assert.deepEqual(topics.statements(ARN), [statement(OTHER_ACCOUNT)]);
  });

  it("removes a statement, and is content if it is gone already", async () => {
    const { topics, topic } = topicWith(5, statement(ACCOUNT));
    await topic.disallow(LABEL);
    await topic.disallow(LABEL);
    assert.deepEqual(topics.statements(ARN), []);
  });

  for (const [what, error] of [
    ["throttling", { name: "ThrottledException", $fault: "client" }],
    ["an error of SNS's own", { name: "InternalErrorException", $fault: "server" }],
  ] as const) {
    it(`draws no conclusion from ${what}`, async () => {
      // The policy could be read as full, or as one in which the statement is gone already.
      const { client } = topicWith(0).topics;
      const send = async (command: unknown) => {
        if (command instanceof GetTopicAttributesCommand) return client.send(command);
        throw new SNSServiceException({ ...error, message: what, $metadata: {} });
      };
      const topic = new Topic({ send } as unknown as SNSClient, ARN);
      await assert.rejects(topic.allow(LABEL, ACCOUNT), { name: error.name });
      await assert.rejects(topic.disallow(LABEL), { name: error.name });
    });
  }
});

describe("a topic's policy", () => {
  const parse = (statements: unknown) => TopicPolicy.parse(JSON.stringify({ Statement: statements }));
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ ...statement(ACCOUNT), Sid: `${LABEL}-${index}` }));

  it("counts the default statement against the capacity, not among the statements", () => {
    const policy = parse([{ Sid: "__default_statement_ID" }, ...many(3)]);
    assert.deepEqual(
      [policy.statements.length, policy.capacity, policy.freeCapacity],
      [3, MAX_STATEMENTS - 1, MAX_STATEMENTS - 4],
    );
  });

  it("is empty where there is none", () => {
    assert.deepEqual(
      [TopicPolicy.parse("").freeCapacity, TopicPolicy.parse("").statements],
      [MAX_STATEMENTS, []],
    );
  });

  it("may be a single statement", () => {
    assert.equal(parse(statement(ACCOUNT)).find(LABEL)?.Sid, LABEL);
  });

  it("is full by its bytes, whatever its statements count", () => {
    assert.equal(parse([{ Sid: "long", Condition: "x".repeat(30 * 1024) }]).freeCapacity, 0);
  });

  it("holds the longest statements that can be, in full", () => {
    const longest = {
      ...statement(ACCOUNT),
      Sid: LABEL.replace("eu-west-1", "ap-southeast-4"),
      Resource: ARN.replace("eu-west-1", "ap-southeast-4").replace("test", "x".repeat(40)),
    };
    const policy = parse(Array.from({ length: MAX_STATEMENTS - 1 }, () => longest));
    assert.equal(policy.freeCapacity, 1);
  });
});

describe("a statement lets an account publish", () => {
  for (const [what, changes, does] of [
    ["as SNS writes it", {}, true],
    ["in lower case, and in lists", { Action: ["sns:publish"], Principal: { AWS: [ACCOUNT] } }, true],
    ["of a closed account", { Principal: { AWS: "AROAEXAMPLEEXAMPLE12" } }, true],
    ["of another account", { Principal: { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` } }, false],
    ["of a user of the account", { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/name` } }, false],
    ["of everybody", { Principal: "*" }, false],
    ["of the account and another one", { Principal: { AWS: [ACCOUNT, OTHER_ACCOUNT] } }, false],
    ["that denies", { Effect: "Deny" }, false],
    ["with a condition", { Condition: { Bool: { "aws:SecureTransport": "true" } } }, false],
    ["that allows something else", { Action: "SNS:Subscribe" }, false],
    ["that allows more", { Action: ["SNS:Publish", "SNS:Subscribe"] }, false],
    ["that allows everything", { Action: "SNS:*" }, false],
  ] as const) {
    it(`${what}: ${does ? "yes" : "no"}`, () => {
      assert.equal(allowsToPublish({ ...statement(ACCOUNT), ...changes } as Statement, ACCOUNT), does);
    });
  }
});
