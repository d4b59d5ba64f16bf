/** What becomes of a connection whose link was asked for again, when its topic has no capacity any more. */
import assert from "node:assert/strict";
import { AddPermissionCommand, InvalidParameterException, type SNSClient } from "@aws-sdk/client-sns";
import { ConnectionRepository } from "../../../../functions/domain/connection-repository.js";
import { RejectedError } from "../../../../functions/url-generator/problems.js";
import { TopicChoice } from "../../../../functions/url-generator/topic-choice.js";
import { TableStandIn } from "../../../stand-ins/table.js";
import { pending, REGION } from "../../fixtures.js";
import { inVirtualTime } from "../../mocked-timers.js";

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
