/** Where `onboarding restore` writes, what it leaves alone, and what it takes for a copy. */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { type RestoreOptions, restore } from "../../../../client/cli/restore.js";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const COPY = "onboarding-dev-restored";
const UUID = "6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f";
const text = (S: string) => ({ S });
const itemOf = (externalId: string, item: string) => ({ externalId: text(externalId), item: text(item) });
const connectionOf = (region: string) => ({
  ...itemOf(`${region}:${UUID}`, "connection"),
  ...{ accountId: text("222233334444"), status: text("connected"), revision: { N: "3" } },
});

const ITEMS = [
  connectionOf("eu-west-1"),
  itemOf(`eu-west-1:${UUID}`, "event#2026-03-01T12:00:00.000Z#1"),
  connectionOf("ap-southeast-2"),
  itemOf("ap-southeast-2:holder:abc", "holder"),
  itemOf("idempotency-key:abc", "idempotency-key"),
  connectionOf("eu-north-1"),
];

/** The tables' side of AWS. The stack's table is empty. */
class Aws {
  /** What was called, with the region that the request was signed for. */
  readonly calls: { operation: string; region: string; key: string | undefined }[] = [];
  table: { TableStatus: string; keys: readonly string[] } | undefined = {
    TableStatus: "ACTIVE",
    keys: ["externalId", "item"],
  };
  refusesWrites = false;
  private readonly server: Server = createServer(async (call, response) => {
    const input = (await json(call).catch(() => ({}))) as { Item?: { externalId?: { S: string } } };
    const operation = String(call.headers["x-amz-target"] ?? call.url).replace(/^DynamoDB_\d+\./, "");
    const [, region = ""] = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(call.headers.authorization ?? "") ?? [];
    this.calls.push({ operation, region, key: input.Item?.externalId?.S });
    const { status, body } = this.answer(operation);
    response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(body));
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close();
  }

  writes() {
    return this.calls.filter(({ operation }) => operation === "PutItem");
  }

  private answer(operation: string): { status: number; body: unknown } {
    const error = (name: string) => ({ status: 400, body: { __type: `com.amazonaws#${name}`, message: "" } });
    switch (operation) {
      case "DescribeTable": {
        if (!this.table) return error("ResourceNotFoundException");
        const { TableStatus, keys } = this.table;
        const KeySchema = keys.map((AttributeName) => ({ AttributeName }));
        return { status: 200, body: { Table: { TableStatus, KeySchema } } };
      }
      case "Scan":
        return { status: 200, body: { Items: ITEMS } };
      case "PutItem":
        return this.refusesWrites ? error("ConditionalCheckFailedException") : { status: 200, body: {} };
      case "GetItem":
        return { status: 200, body: {} };
      default:
        return { status: 202, body: {} };
    }
  }
}

describe("A copy of the table is restored", () => {
  let aws: Aws;
  let endpoint: string;

  beforeEach(async () => {
    aws = new Aws();
    endpoint = await aws.start();
  });

  afterEach(() => aws.stop());

  const restored = (options: Partial<RestoreOptions> = {}) => {
    const target = {
      stack: "dev",
      prefix: "onboarding-dev",
      homeRegion: "us-east-1",
      regions: ["eu-west-1", "ap-southeast-2"],
      retiredRegions: [],
      topicsByRegion: {},
      clientOptions: { endpoint, credentials: { accessKeyId: "1", secretAccessKey: "2" } },
    };
    const common = { copy: COPY, copyRegion: "us-east-1", damaged: new Set<string>(), write: true };
    return restore(target, { ...common, ...options });
  };

  it("item by item in the region that its key begins with, the others at home, and nowhere else", async () => {
    const { connections, others, elsewhere, superseded } = await restored();
    assert.deepEqual(
      aws
        .writes()
        .map(({ region, key }) => `${region} ${key}`)
        .sort(),
      [
        `ap-southeast-2 ap-southeast-2:${UUID}`,
        "ap-southeast-2 ap-southeast-2:holder:abc",
        `eu-west-1 eu-west-1:${UUID}`,
        `eu-west-1 eu-west-1:${UUID}`,
        "us-east-1 idempotency-key:abc",
      ],
    );
    assert.deepEqual(
      connections.map(({ externalId, fate }) => [externalId, fate]),
      [
        [`ap-southeast-2:${UUID}`, "missing"],
        [`eu-west-1:${UUID}`, "missing"],
      ],
    );
    assert.deepEqual({ others, elsewhere, superseded }, { others: 3, elsewhere: 1, superseded: 0 });
  });

  it("and the topics' policies are reconciled where a connection came back", async () => {
    await restored();
    const invoked = aws.calls.filter(({ operation }) =>
      operation.endsWith("/functions/onboarding-dev-topic-policies/invocations"),
    );
    assert.deepEqual(invoked.map(({ region }) => region).sort(), ["ap-southeast-2", "eu-west-1"]);
  });

  it("from the region that it is in", async () => {
    await restored({ copyRegion: "eu-west-1", write: false });
    const read = aws.calls.filter(({ operation }) => operation === "DescribeTable" || operation === "Scan");
    assert.deepEqual([...new Set(read.map(({ region }) => region))], ["eu-west-1"]);
  });

  it("not at all in a trial, which says what would be", async () => {
    const { connections, others } = await restored({ write: false });
    assert.deepEqual([connections.length, others], [2, 3]);
    assert.deepEqual(
      new Set(aws.calls.map(({ operation }) => operation)),
      new Set(["DescribeTable", "Scan", "GetItem"]),
    );
  });

  it("leaving alone what somebody else writes in the meantime", async () => {
    aws.refusesWrites = true;
    const { connections, others, superseded } = await restored();
    assert.deepEqual([connections.length, others, superseded], [0, 0, 5]);
  });

  for (const [what, table, options, sentence] of [
    [
      "is the stack's own table",
      undefined,
      { copy: "onboarding-dev-connections" },
      "onboarding-dev-connections is the stack's own table: name the copy that was restored beside it.",
    ],
    [
      "is not there",
      undefined,
      {},
      `There is no table ${COPY} in us-east-1: --in names the region that it is in.`,
    ],
    [
      "is not ready",
      { TableStatus: "CREATING", keys: [] },
      {},
      `The table ${COPY} is CREATING: wait until it is ACTIVE, and run the command again.`,
    ],
    [
      "is another table",
      { TableStatus: "ACTIVE", keys: ["userId"] },
      {},
      `${COPY} is no copy of onboarding-dev-connections: its key is userId, not externalId, item.`,
    ],
    [
      "lacks a connection that is to be overwritten",
      { TableStatus: "ACTIVE", keys: ["externalId", "item"] },
      { damaged: new Set(["eu-west-1:other"]) },
      `${COPY} has no connection eu-west-1:other: correct what --overwrite names.`,
    ],
  ] as const) {
    it(`not if it ${what}`, async () => {
      aws.table = table;
      await assert.rejects(restored({ ...options, write: true }), { message: sentence });
      assert.deepEqual(aws.writes(), []);
    });
  }
});
