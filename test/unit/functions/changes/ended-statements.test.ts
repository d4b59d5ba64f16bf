/** What the stream says has ended loses its statement; whatever goes wrong is left to the hourly run and holds up nothing. */
import assert from "node:assert/strict";
import { Topic } from "../../../../functions/aws/topic.js";
import { removeEndedStatements } from "../../../../functions/changes/ended-statements.js";
import type { Connection } from "../../../../functions/domain/connection.js";
import { statementLabel } from "../../../../functions/domain/topic-statement.js";
import { connected } from "../../fixtures.js";
import { ConnectionsInMemory, TopicsInMemory } from "../topic-policies/memory.js";

const now = new Date("2026-03-02T12:00:00Z");
const { topicArn = "" } = connected;
const other: Connection = { ...connected, externalId: connected.externalId.replace(/.$/, "0") };

const ended = (connection: Connection): Connection => ({
  ...connection,
  status: "disconnected",
  endedBy: "customer",
  endedAt: "2026-03-02T11:59:00Z",
  openStackIds: undefined,
});

/** A region in which the connections have their statements, and are as they were written last. */
function regionOf(...connections: Connection[]) {
  const topics = new TopicsInMemory([topicArn], 10);
  const table = new ConnectionsInMemory();
  for (const connection of connections) {
    table.all.set(connection.externalId, connection);
    topics.put(topicArn, { Sid: statementLabel(connection.externalId) });
  }
  const told: string[] = [];
  const dependencies = {
    connections: table.connections,
    topic: (arn: string) => new Topic(topics.client, arn),
    telemetry: {
      removed: ({ externalId }: Connection) => void told.push(`removed ${externalId}`),
      leftToReconcile: ({ externalId }: Connection, error?: unknown) =>
        void told.push(`left ${externalId}: ${error instanceof Error ? error.message : "no time"}`),
    },
    now: () => now,
  };
  const labels = () => topics.statements(topicArn).map(({ Sid }) => Sid);
  const remove = (changed: readonly Connection[], hasTime = () => true) =>
    removeEndedStatements(changed, hasTime, dependencies);
  return { dependencies, labels, remove, table, told };
}

describe("The statement of a connection that changed", () => {
  it("goes when the connection ended, once, however many of its changes come together", async () => {
    const { labels, remove, told } = regionOf(ended(connected), other);
    await remove([connected, ended(connected), ended(connected), other]);
    assert.deepEqual(labels(), [statementLabel(other.externalId)]);
    assert.deepEqual(told, [`removed ${connected.externalId}`]);
  });

  const endedByVendor: Connection = { ...connected, status: "disconnected", endedBy: "vendor" };
  for (const [what, streamed, record] of [
    ["is connected", connected, connected],
    ["was ended by the vendor while its stack is open", endedByVendor, endedByVendor],
    ["was cancelled", { ...ended(connected), status: "cancelled" }, undefined],
    ["has a stack by now that was heard of later", ended(connected), { openStackIds: ["stack"] }],
  ] as const) {
    it(`stays where it ${what}`, async () => {
      const { labels, remove, told } = regionOf({ ...streamed, ...record });
      await remove([streamed]);
      assert.equal(labels().length, 1);
      assert.deepEqual(told, []);
    });
  }

  it("is gone already where its record is", async () => {
    const { remove, table, told } = regionOf(ended(connected));
    table.all.clear();
    await remove([ended(connected)]);
    assert.deepEqual(told, []);
  });

  it("is left to the hourly run where its removal fails, and the others' go", async () => {
    const { dependencies, labels, remove, told } = regionOf(ended(connected), ended(other));
    const { connections } = dependencies;
    Object.assign(dependencies, {
      connections: {
        get: (externalId: string) =>
          externalId === connected.externalId ? Promise.reject(new Error("no")) : connections.get(externalId),
      },
    });
    await remove([ended(connected), ended(other)]);
    assert.deepEqual(labels(), [statementLabel(connected.externalId)]);
    assert.deepEqual(told, [`left ${connected.externalId}: no`, `removed ${other.externalId}`]);
  });

  it("is left to the hourly run where there is no time", async () => {
    const { labels, remove, told } = regionOf(ended(connected));
    await remove([ended(connected)], () => false);
    assert.equal(labels().length, 1);
    assert.deepEqual(told, [`left ${connected.externalId}: no time`]);
  });
});
