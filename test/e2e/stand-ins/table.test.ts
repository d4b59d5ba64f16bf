/** Whether the table that tests without a cloud use does what the embedded cloud's does. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { Connection } from "../../../functions/domain/connection.js";
import { ConnectionRepository, SupersededError } from "../../../functions/domain/connection-repository.js";
import { TableStandIn } from "../../stand-ins/table.js";
import { type TestTable, testTable } from "../test-table.js";

describe("The stand-in of the table", function () {
  this.timeout(60_000);
  let table: TestTable;

  before(async () => {
    table = await testTable();
  });
  after(() => table?.stop());

  it("keeps, changes and refuses what a table does", async () => {
    const connection: Connection = {
      externalId: `us-east-1:${randomUUID()}`,
      accountId: "111122223333",
      region: "us-east-1",
      topicArn: "arn:aws:sns:us-east-1:999988887777:onboarding-test-1",
      tenant: "4711",
      grantedTo: "Example",
      status: "pending",
      revision: 1,
      createdAt: "2026-01-01T00:00:00.000Z",
      expiresAt: "2026-01-02T00:00:00.000Z",
      deleteAfter: 4_000_000_000,
    };

    /** Everything that the functions do with a table, and what it says and holds after each step. */
    const scenario = async (connections: ConnectionRepository) => {
      const steps: unknown[] = [];
      const step = async (work: Promise<unknown>) => {
        const outcome = await work.catch((error: Error) => error.constructor.name);
        steps.push(outcome, await connections.get(connection.externalId));
      };
      await step(connections.get(connection.externalId));
      await step(connections.countAttempt(connection, 2));
      await step(connections.create(connection));
      await step(connections.create(connection));
      await step(
        connections.update(connection, { openStackIds: ["b", "a"], reason: "x", deleteAfter: undefined }),
      );
      await step(connections.update(connection, { status: "cancelled" }));
      await step(connections.update({ ...connection, revision: 2 }, { openStackIds: [], reason: undefined }));
      for (let attempts = 0; attempts < 3; attempts++) await step(connections.countAttempt(connection, 2));
      const { externalId, accountId } = connection;
      for (let attempts = 0; attempts < 3; attempts++) {
        await step(connections.findAndCount(externalId, { accountId, max: 4 }));
      }
      await step(connections.findAndCount(externalId, { accountId: "444455556666", max: 9 }));
      for (const refused of [true, false]) await step(connections.giveBackAttempt(connection, refused));
      const deletedStacks = { a: "2026-01-01T00:00:00.000Z" };
      await step(connections.update({ ...connection, revision: 3 }, { deletedStacks }));
      return steps;
    };
    const played = await scenario(new ConnectionRepository(new TableStandIn().client(), "any"));
    const real = await scenario(table.connections);
    assert.deepEqual(played, real);
    assert.equal(played.filter((outcome) => outcome === SupersededError.name).length, 1);
  });
});
