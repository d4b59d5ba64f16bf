/** The bundle of the changes function: its two works do not wait for each other, and neither is lost with the other. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environment } from "../../../../bench/deployed.js";
import { AwsStandIn, type Call } from "../../../../bench/soak/aws.js";
import { Sandbox } from "../../../../bench/soak/sandbox.js";
import { bundle } from "../../../../components/build/bundle-sources.js";
import type { Connection } from "../../../../functions/domain/connection.js";
import { toItem } from "../../../../functions/domain/connection-item.js";
import { statementLabel } from "../../../../functions/domain/topic-statement.js";
import { connected, REGION, TOPIC } from "../../../unit/fixtures.js";

const disconnected: Connection = {
  ...connected,
  status: "disconnected",
  revision: 3,
  acceptedAt: "2026-03-01T11:31:00.000Z",
  statusChangedAt: "2026-03-01T12:00:00.000Z",
  endedAt: "2026-03-01T12:00:00.000Z",
  endedBy: "customer",
  openStackIds: undefined,
};

const event = {
  Records: [
    {
      dynamodb: {
        Keys: { externalId: { S: connected.externalId }, item: { S: "connection" } },
        OldImage: toItem({ ...connected, acceptedAt: disconnected.acceptedAt }),
        NewImage: toItem(disconnected),
        SequenceNumber: "1",
        ApproximateCreationDateTime: Date.parse("2026-03-01T12:00:00Z") / 1000,
      },
    },
  ],
};

describe("The changes function, told of a connection that ended", function () {
  this.timeout(30_000);
  let folder: string;
  let aws: AwsStandIn;
  let changes: Sandbox;
  let fails: (call: Call) => boolean;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "onboarding-changes-"));
    const file = join(folder, "changes.cjs");
    writeFileSync(file, (await bundle("changes")).files["index.js"] ?? "");
    aws = await AwsStandIn.start((call) => (fails(call) ? "error" : undefined));
    changes = new Sandbox({ file, environment: environment(REGION, 1), port: aws.port });
  });

  after(async () => {
    await changes?.stop();
    await aws?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(() => {
    fails = () => false;
    aws.table.clear();
    aws.events.length = 0;
    aws.table.put(disconnected);
    const Sid = statementLabel(connected.externalId);
    const statement = { Sid, Effect: "Allow", Principal: { AWS: "" }, Action: "", Resource: TOPIC } as const;
    aws.policyOf(TOPIC).set(Sid, statement);
  });

  const history = () => aws.table.items.map(({ event: one }) => one?.S).filter((one) => one !== undefined);
  const published = () => aws.events.map(({ Detail }) => JSON.parse(Detail).status);
  const statements = () => aws.policyOf(TOPIC).size;

  it("adds to the history, publishes the change and removes the statement", async () => {
    await changes.invoke(event);
    assert.deepEqual([history(), published(), statements()], [["disconnected"], ["disconnected"], 0]);
  });

  for (const [what, service, action] of [
    ["history", "dynamodb", "PutItem"],
    ["event bus", "events", "PutEvents"],
  ] as const) {
    it(`removes the statement although the ${what} fails, and does the rest when it is told again`, async () => {
      fails = (call) => call.service === service && call.action === action;
      await assert.rejects(changes.invoke(event));
      assert.deepEqual([published(), statements()], [[], 0]);
      fails = () => false;
      await changes.invoke(event);
      assert.deepEqual([history(), published(), statements()], [["disconnected"], ["disconnected"], 0]);
    });
  }

  it("keeps the history and publishes although the topic's policy cannot be changed, and is not told again", async () => {
    fails = ({ service }) => service === "sns";
    await changes.invoke(event);
    assert.deepEqual([history(), published(), statements()], [["disconnected"], ["disconnected"], 1]);
  });

  it("removes no statement when Lambda is about to end it", async () => {
    await changes.invoke(event, { milliseconds: 39_000 });
    assert.deepEqual([history(), published(), statements()], [["disconnected"], ["disconnected"], 1]);
  });

  it("does nothing about connections of other regions and items that are no connections", async () => {
    const [{ dynamodb }] = event.Records as [(typeof event.Records)[0]];
    const keys = [
      { ...dynamodb.Keys, externalId: { S: connected.externalId.replace(REGION, "eu-west-2") } },
      { ...dynamodb.Keys, item: { S: "event#2026" } },
    ];
    await changes.invoke({ Records: keys.map((Keys) => ({ dynamodb: { ...dynamodb, Keys } })) });
    assert.deepEqual([history(), published(), statements()], [[], [], 1]);
  });

  it("publishes the changes of a batch in as few calls as they fit into, and each of them again if one is not taken", async () => {
    const [record] = event.Records as [(typeof event.Records)[0]];
    const Records = Array.from({ length: 12 }, (_, number) => {
      const revision = { N: String(number + 3) };
      const NewImage = { ...record.dynamodb.NewImage, revision };
      return { dynamodb: { ...record.dynamodb, NewImage, SequenceNumber: String(number) } };
    });
    // The SDK tries a call three times.
    let calls = 0;
    fails = ({ service }) => service === "events" && ++calls > 1;
    await assert.rejects(changes.invoke({ Records }));
    assert.equal(aws.events.length, 10);
    assert.equal(history().length, 12);
    calls = 0;
    fails = ({ service }) => {
      if (service === "events") calls += 1;
      return false;
    };
    await changes.invoke({ Records });
    assert.equal(calls, 2);
    const revisions = new Set(aws.events.map(({ Detail }) => JSON.parse(Detail).revision));
    assert.deepEqual(
      [...revisions],
      Array.from({ length: 12 }, (_, number) => number + 3),
    );
    assert.equal(history().length, 12);
  });
});
