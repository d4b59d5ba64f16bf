/** The record and its conditional writes, on a real table (ministack's). */
import assert from "node:assert/strict";
import { ConditionalCheckFailedException, GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { Connection } from "../../../../functions/domain/connection.js";
import { ConnectionRepository, SupersededError } from "../../../../functions/domain/connection-repository.js";
import { connected, EXTERNAL_ID, NOW, pending, STACK, stackId } from "../../../unit/fixtures.js";
import { newExternalId, type TestTable, testTable } from "../../test-table.js";

describe("connections", () => {
  let table: TestTable;
  let connections: ConnectionRepository;

  before(async function () {
    this.timeout(30_000);
    table = await testTable();
    connections = table.connections;
  });
  after(() => table?.stop());

  const put = async (connection: Connection = pending): Promise<Connection> => {
    const made = { ...connection, externalId: newExternalId() };
    await connections.create(made);
    return made;
  };
  const present = (connection: object) =>
    Object.fromEntries(Object.entries(connection).filter(([, value]) => value !== undefined));

  it("come back as they were written, whatever their attributes", async () => {
    for (const connection of [
      pending,
      {
        ...connected,
        attempts: 3,
        deletedStacks: { [stackId("b")]: NOW.toISOString(), [stackId("a")]: NOW.toISOString() },
      },
    ]) {
      const made = await put(connection);
      assert.deepEqual(await connections.get(made.externalId), present(made));
    }
  });

  it("that do not exist are undefined", async () => {
    assert.equal(await connections.get(newExternalId()), undefined);
  });

  it("are created once", async () => {
    const made = await put();
    await assert.rejects(connections.create({ ...made, tenant: "other" }), ConditionalCheckFailedException);
    assert.equal((await connections.get(made.externalId))?.tenant, made.tenant);
  });

  it("take changes: values are set, undefined and empty sets removed, the revision counted", async () => {
    const made = await put({ ...pending, openStackIds: [STACK], reason: "as it was" });
    const changes = {
      status: "connected",
      openStackIds: [],
      reason: undefined,
      deleteAfter: undefined,
      roleArn: "arn",
    } as const;
    const now = await connections.update(made, changes);
    const { Item } = await table.dynamoDB.send(
      new GetItemCommand({
        TableName: table.name,
        Key: { externalId: { S: made.externalId }, item: { S: "connection" } },
      }),
    );
    assert.deepEqual(
      [Item?.status, Item?.roleArn, Item?.revision, Item?.openStackIds, Item?.reason, Item?.deleteAfter],
      [{ S: "connected" }, { S: "arn" }, { N: "2" }, undefined, undefined, undefined],
    );
    assert.equal(now.revision, 2);
    assert.equal(now.status, "connected");
  });

  it("say that they were superseded, and keep what the first writer wrote", async () => {
    const seen = await put();
    const results = await Promise.allSettled(
      ["first", "second", "third"].map((reason) => connections.update(seen, { reason })),
    );
    const failed = results.filter((result) => result.status === "rejected");
    assert.equal(failed.length, 2);
    for (const { reason } of failed) {
      assert.ok(reason instanceof SupersededError, String(reason));
      assert.ok(!reason.message.includes(seen.externalId), "the message shows the whole external ID");
    }
    const winner = ["first", "second", "third"][results.findIndex(({ status }) => status === "fulfilled")];
    assert.deepEqual(
      [(await connections.get(seen.externalId))?.reason, (await connections.get(seen.externalId))?.revision],
      [winner, 2],
    );
  });

  describe("that change", () => {
    it("are decided on again when somebody else was faster", async () => {
      const seen = await put({ ...pending, reason: "as it was" });
      await connections.update(seen, { reason: "changed in the meantime" });
      const decidedOn: (string | undefined)[] = [];
      const now = await connections.change(seen, ({ reason }) => {
        decidedOn.push(reason);
        return { status: "cancelled" };
      });
      assert.deepEqual(decidedOn, ["as it was", "changed in the meantime"]);
      assert.deepEqual([now.status, now.revision], ["cancelled", 3]);
      assert.equal((await connections.get(seen.externalId))?.status, "cancelled");
    });

    it("are left alone where there is nothing to change", async () => {
      const seen = await put();
      assert.equal(await connections.change(seen, () => undefined), seen);
      assert.equal((await connections.get(seen.externalId))?.revision, 1);
    });

    it("are not brought back after they were deleted", async () => {
      const seen = await put();
      await connections.delete(seen);
      assert.equal(await connections.get(seen.externalId), undefined);
      await assert.rejects(
        connections.change(seen, () => ({ status: "cancelled" })),
        SupersededError,
      );
      assert.equal(await connections.get(seen.externalId), undefined);
    });
  });

  it("are deleted only as they were read", async () => {
    const seen = await put();
    await connections.update(seen, { reason: "why" });
    await assert.rejects(connections.delete(seen), SupersededError);
    assert.equal((await connections.get(seen.externalId))?.reason, "why");
  });

  it("that TTL removed are not brought back by a late write", async () => {
    await assert.rejects(
      connections.update({ ...pending, externalId: newExternalId() }, { status: "connected" }),
      SupersededError,
    );
  });

  it("count attempts up to the most, however many are made at once", async () => {
    const made = await put();
    const counted = await Promise.all(Array.from({ length: 9 }, () => connections.countAttempt(made, 5)));
    assert.equal(counted.filter(Boolean).length, 5);
    assert.equal((await connections.get(made.externalId))?.attempts, 5);
    assert.equal(await connections.countAttempt(made, 5), false);
  });

  it("count no attempt where there is no record, and make none by it", async () => {
    const unknown = { ...pending, externalId: newExternalId() };
    assert.equal(await connections.countAttempt(unknown, 5), false);
    assert.equal(await connections.get(unknown.externalId), undefined);
  });

  it("are read and have an attempt counted in one call, where it is the account's and the connection is pending", async () => {
    const made = await put();
    const { externalId, accountId } = made;
    const all = await Promise.all(
      Array.from({ length: 9 }, () => connections.findAndCount(externalId, { accountId, max: 5 })),
    );
    assert.equal(all.filter(({ isCounted }) => isCounted).length, 5);
    assert.deepEqual(
      all.map(({ connection }) => connection?.attempts).toSorted(),
      [1, 2, 3, 4, 5, 5, 5, 5, 5],
    );
    const other = await connections.findAndCount(externalId, { accountId: "999988887777", max: 99 });
    assert.deepEqual(other, { connection: { ...present(made), attempts: 5 }, isCounted: false });
    const ended = await put({ ...pending, status: "cancelled" });
    const found = await connections.findAndCount(ended.externalId, { accountId, max: 5 });
    assert.deepEqual(found, { connection: present(ended), isCounted: false });
    const unknown = await connections.findAndCount(newExternalId(), { accountId, max: 5 });
    assert.deepEqual(unknown, { connection: undefined, isCounted: false });
  });

  it("get attempts back, however many at once, and never more than were counted", async () => {
    const made = await put({ ...pending, attempts: 5 });
    await Promise.all(
      Array.from({ length: 9 }, (_, index) => connections.giveBackAttempt(made, index % 2 === 0)),
    );
    const now = await connections.get(made.externalId);
    assert.equal(now?.attempts, 0);
    assert.ok((now?.refusals ?? 0) >= 1 && (now?.refusals ?? 0) <= 5);
  });

  it("count attempts beside other changes: neither supersedes the other", async () => {
    const seen = await put();
    await connections.countAttempt(seen, 5);
    await connections.update(seen, { reason: "why" });
    const now = await connections.get(seen.externalId);
    assert.deepEqual([now?.attempts, now?.reason], [1, "why"]);
  });

  it("pass on what goes wrong otherwise, as it is", async () => {
    const nowhere = new ConnectionRepository(table.dynamoDB, "no-such-table");
    for (const call of [
      () => nowhere.get(EXTERNAL_ID),
      () => nowhere.create(pending),
      () => nowhere.update(pending, { reason: "why" }),
      () => nowhere.countAttempt(pending, 5),
    ]) {
      await assert.rejects(call, { name: "ResourceNotFoundException" });
    }
  });

  it("give up with the signal that they were given", async () => {
    const abortSignal = AbortSignal.abort();
    await assert.rejects(connections.get(EXTERNAL_ID, { abortSignal }), { name: "AbortError" });
  });
});
