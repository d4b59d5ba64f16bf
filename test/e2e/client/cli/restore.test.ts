/** A table that lost some records and has damaged ones, and `onboarding restore` from a copy that was made before. */
import assert from "node:assert/strict";
import {
  BatchWriteItemCommand,
  QueryCommand,
  RestoreTableToPointInTimeCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { createLink } from "../../../../emulator/customer/onboarding-api.js";
import { readHistory } from "../../../../functions/domain/history.js";
import { labelsIn, reconcile, until } from "../../capacity/topics.js";
import { TestCloud } from "../../test-cloud.js";
import { Operator } from "./operator.js";

const HOME = "us-east-1";
const REGION = "eu-west-1";
const OTHER_REGION = "ap-southeast-2";
const COPY = "onboarding-dev-restored";

describe("On the embedded cloud, a table that was damaged", function () {
  this.timeout(120_000);
  let test: TestCloud;
  let operator: Operator;

  before(async () => {
    test = await TestCloud.start();
    operator = new Operator(test);
  });

  after(async () => {
    operator?.remove();
    await test?.cloud.stop();
  });

  const newLink = async (region = REGION) => {
    const accountId = test.newAccount();
    const created = await createLink(test.program.onboardingUrl, { accountId, region });
    // The topic-policies function leaves alone what was made a moment ago.
    const createdAt = new Date(Date.now() - 3_600_000).toISOString();
    await test.set(created.externalId, { createdAt });
    return { ...created, customer: test.cloud.customer(accountId) };
  };

  const connected = async (region?: string) => {
    const link = await newLink(region);
    const stack = await link.customer.createStack(link.link);
    const { status, reason } = await stack.settled();
    assert.equal(status, "CREATE_COMPLETE", reason);
    return {
      externalId: link.externalId,
      stack,
      record: await test.untilStatus(link.externalId, "connected"),
    };
  };

  const historyOf = async (externalId: string) => {
    const dynamoDB = test.cloud.vendor.dynamoDB(externalId.split(":")[0] ?? "");
    const events: string[] = [];
    for await (const { event } of readHistory(dynamoDB, test.program.tableName, externalId))
      events.push(event);
    return events;
  };

  const untilHistory = (externalId: string, event: string) =>
    until(async () => {
      const events = await historyOf(externalId);
      return events.includes(event) ? undefined : `${externalId} has ${events.join(", ")}`;
    });

  /** Removes a connection with its history, as a slip of somebody's script would. */
  const lose = async (externalId: string) => {
    const dynamoDB = test.cloud.vendor.dynamoDB(externalId.split(":")[0] ?? "");
    const TableName = test.program.tableName;
    const { Items = [] } = await dynamoDB.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: "externalId = :externalId",
        ExpressionAttributeValues: { ":externalId": { S: externalId } },
      }),
    );
    const deletions = Items.map(({ externalId, item }) => ({
      DeleteRequest: { Key: { externalId, item } as Record<string, { S: string }> },
    }));
    await dynamoDB.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: deletions } }));
    assert.equal(await test.connection(externalId), undefined);
  };

  const setRevision = (externalId: string, revision: number) =>
    test.cloud.vendor.dynamoDB(externalId.split(":")[0] ?? "").send(
      new UpdateItemCommand({
        TableName: test.program.tableName,
        Key: { externalId: { S: externalId }, item: { S: "connection" } },
        UpdateExpression: "SET revision = :revision",
        ExpressionAttributeValues: { ":revision": { N: String(revision) } },
      }),
    );

  it("gets back what it lacks, keeps what it has, and its links and stacks work as before", async () => {
    const [lost, lostElsewhere, damaged, reset, left] = [
      await connected(),
      await connected(OTHER_REGION),
      await connected(),
      await connected(),
      await connected(),
    ];
    const lostLink = await newLink();
    const untouched = await newLink(OTHER_REGION);
    for (const { externalId } of [lost, lostElsewhere, left]) await untilHistory(externalId, "connected");
    await untilHistory(lostLink.externalId, "linkCreated");

    await test.cloud.vendor.dynamoDB(HOME).send(
      new RestoreTableToPointInTimeCommand({
        SourceTableName: test.program.tableName,
        TargetTableName: COPY,
        UseLatestRestorableTime: true,
      }),
    );

    // What happened since must stay.
    await left.stack.delete();
    await test.untilStatus(left.externalId, "disconnected");
    await untilHistory(left.externalId, "disconnected");
    for (const { externalId } of [lost, lostElsewhere, lostLink]) await lose(externalId);
    // Damaged by a write that counted as a later one, and by one that set everything back.
    await test.set(damaged.externalId, { roleArn: "arn:aws:iam::999999999999:role/wrong" });
    await setRevision(damaged.externalId, 99);
    await test.set(reset.externalId, { status: "pending" });
    await setRevision(reset.externalId, 1);
    await reconcile(test, REGION);
    const labelOf = ({ externalId }: { externalId: string }) => externalId.replace(":", "-");
    assert.ok(!(await labelsIn(test, REGION)).includes(labelOf(lostLink)), "its statement is gone, too");

    const command = ["restore", COPY, "--overwrite", damaged.externalId];
    const trial = await operator.run(...command);
    assert.deepEqual([trial.code, trial.stderr], [0, ""]);
    const rowsOf = (text: string) =>
      text
        .split("\n")
        .filter((line) => line.includes(":") && / {2}/.test(line))
        .map((line) => line.split(/ {2,}/))
        .map(([externalId, , status, fate]) => ({ externalId, status, fate }));
    const byId = (one: { externalId?: string | undefined }, other: { externalId?: string | undefined }) =>
      (one.externalId ?? "").localeCompare(other.externalId ?? "");
    const expected = [
      { externalId: lost.externalId, status: "connected", fate: "missing" },
      { externalId: lostElsewhere.externalId, status: "connected", fate: "missing" },
      { externalId: lostLink.externalId, status: "pending", fate: "missing" },
      { externalId: damaged.externalId, status: "connected", fate: "overwritten" },
      { externalId: reset.externalId, status: "connected", fate: "earlier" },
    ].sort(byId);
    assert.deepEqual(rowsOf(trial.stdout), expected);
    assert.match(trial.stdout, /^5 connections and \d+ other items would be written\.$/m);
    for (const line of trial.stdout.split("\n").slice(0, -2)) assert.ok(line.length <= 100, line);
    const next = `onboarding restore ${COPY} --overwrite ${damaged.externalId} --yes --state ${operator.state}`;
    assert.ok(trial.stdout.includes(next), trial.stdout);
    assert.equal(await test.connection(lost.externalId), undefined, "nothing is written yet");

    const done = await operator.run(...command, "--yes");
    assert.deepEqual([done.code, done.stderr], [0, ""]);
    assert.deepEqual(rowsOf(done.stdout), expected);

    for (const { externalId, record } of [lost, lostElsewhere, damaged, reset]) {
      const { revision, nextProbeAt, ...now } = (await test.connection(externalId)) ?? {};
      const { revision: before, nextProbeAt: _, ...then } = record;
      assert.deepEqual(now, then);
      const least = externalId === damaged.externalId ? 99 : Number(before);
      assert.ok(Number(revision) > least, `${revision} is later than ${least}`);
      assert.ok(String(nextProbeAt) <= new Date().toISOString(), "the health check is to look at once");
    }
    assert.equal((await test.connection(left.externalId))?.status, "disconnected");
    assert.equal((await test.connection(untouched.externalId))?.revision, "1");
    await untilHistory(lost.externalId, "restored");
    assert.deepEqual((await historyOf(lost.externalId)).slice(0, 2), ["linkCreated", "attempted"]);

    // The link works again, and so do the stacks.
    await until(async () => {
      const labels = await labelsIn(test, REGION);
      return [lost, lostLink].every((one) => labels.includes(labelOf(one))) ? undefined : "no statement";
    });
    const late = await lostLink.customer.createStack(lostLink.link);
    assert.equal((await late.settled()).status, "CREATE_COMPLETE");
    await lost.stack.delete();
    await test.untilStatus(lost.externalId, "disconnected");
    const probed = await operator.run("probe", damaged.externalId);
    assert.equal(probed.code, 0, probed.stdout);

    const again = await operator.run("restore", COPY, "--yes");
    assert.match(again.stdout, /^0 connections and 0 other items were written\.$/m);
  });
});
