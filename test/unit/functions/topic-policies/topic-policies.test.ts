/** What a run reads: the connections of its topics, however many others the region has. */
import assert from "node:assert/strict";
import { Topic } from "../../../../functions/aws/topic.js";
import type { Connection } from "../../../../functions/domain/connection.js";
import { ConnectionRepository } from "../../../../functions/domain/connection-repository.js";
import { memberExternalId } from "../../../../functions/domain/external-id.js";
import { statementLabel } from "../../../../functions/domain/topic-statement.js";
import { type Reconciled, TopicPolicies } from "../../../../functions/topic-policies/topic-policies.js";
import { TableStandIn } from "../../../stand-ins/table.js";
import { connected, EXTERNAL_ID, TOPIC } from "../../fixtures.js";
import { TopicsInMemory } from "./memory.js";

/** A topic with five of a hundred statements' capacity, its connections, and what a run reads of them. */
function setUp() {
  const table = new TableStandIn();
  const topics = new TopicsInMemory([TOPIC], 5);
  /** In order, by operation. */
  const read: [operation: string, externalId: string][] = [];
  const { handle } = table;
  table.handle = (operation, input) => {
    const output = handle.call(table, operation, input);
    for (const item of [output.Item, ...(output.Items ?? [])]) {
      if (item) read.push([operation, item.externalId?.S ?? ""]);
    }
    return output;
  };
  const runs: Reconciled[] = [];
  const policies = new TopicPolicies({
    topics: [new Topic(topics.client, TOPIC)],
    connections: new ConnectionRepository(table.client(), "onboarding-test"),
    hint: { write: async () => {} },
    telemetry: {
      removed: () => {},
      restored: () => {},
      removedUnknown: () => {},
      accountRefused: () => assert.fail(),
      notRestored: () => assert.fail(),
      error: (_label, error) => assert.fail(String(error)),
      reconciled: (result) => void runs.push(result),
    },
    now: () => new Date("2026-03-01T13:00:00.000Z"),
  });
  const allow = ({ externalId, accountId }: Connection) =>
    topics.put(TOPIC, {
      Sid: statementLabel(externalId),
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${accountId}:root` },
      Action: "SNS:Publish",
      Resource: TOPIC,
    });
  return { table, topics, policies, allow, read, runs };
}

describe("The topic-policies function", () => {
  it("reads nothing of the members of organizations, which have no topic", async () => {
    const { table, policies, read, runs } = setUp();
    table.put(connected);
    const { topicArn: _topic, stackId: _stack, openStackIds: _open, ...account } = connected;
    for (let number = 0; number < 500; number++) {
      const accountId = String(100_000_000_000 + number);
      const externalId = memberExternalId(EXTERNAL_ID, accountId);
      table.put({ ...account, externalId, accountId, kind: "member", organization: EXTERNAL_ID });
    }
    await policies.reconcile(() => true);
    assert.deepEqual(new Set(read.map(([, externalId]) => externalId)), new Set([EXTERNAL_ID]));
    assert.equal(runs[0]?.complete, true);
  });

  it("reads a connection by itself only where its statement changes", async () => {
    const { table, topics, policies, allow, read } = setUp();
    const numbered = (number: number, changes: Partial<Connection> = {}): Connection => ({
      ...connected,
      externalId: EXTERNAL_ID.slice(0, -1) + number,
      ...changes,
    });
    const stays = [numbered(1), numbered(2)];
    const ended = numbered(3, {
      status: "disconnected",
      endedAt: "2026-03-01T12:30:00.000Z",
      endedBy: "customer",
      openStackIds: [],
    });
    const missing = numbered(4);
    for (const one of [...stays, ended, missing]) table.put(one);
    for (const one of [...stays, ended]) allow(one);
    await policies.reconcile(() => true);
    const alone = read.filter(([operation]) => operation === "GetItem").map(([, externalId]) => externalId);
    assert.deepEqual(alone, [ended.externalId, missing.externalId]);
    assert.equal(read.length, 4 + alone.length);
    assert.deepEqual(
      topics.statements(TOPIC).map(({ Sid }) => Sid),
      [...stays, missing].map(({ externalId }) => statementLabel(externalId)),
    );
  });

  it("removes no statement of a connection that its index does not have yet", async () => {
    const { table, topics, policies, allow } = setUp();
    table.put(connected);
    allow(connected);
    const { handle } = table;
    table.handle = (operation, input) =>
      operation === "Query" ? { Items: [] } : handle.call(table, operation, input);
    await policies.reconcile(() => true);
    assert.equal(topics.statements(TOPIC).length, 1);
  });
});
