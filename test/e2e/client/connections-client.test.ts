/** The client on the embedded cloud: credentials, lists, and the policy that allows both and nothing else. */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { buffer } from "node:stream/consumers";
import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { AttachRolePolicyCommand, CreateRoleCommand } from "@aws-sdk/client-iam";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import {
  ConnectionsClient,
  NotConfirmedError,
  NotConnectedError,
  UnknownConnectionError,
  UnsafeConnectionError,
} from "../../../client/index.js";

import { close, forward, listen, urlOf } from "../../../emulator/aws/loopback.js";
import { createLink } from "../../../emulator/customer/onboarding-api.js";
import type { Connection } from "../../../functions/domain/connection.js";
import { ConnectionRepository } from "../../../functions/domain/connection-repository.js";
import { newMember } from "../../../functions/domain/organization.js";
import { deleteAfter } from "../../../functions/domain/topic-statement.js";

import { TestCloud } from "../test-cloud.js";
import { newExternalId } from "../test-table.js";

const HOME = "us-east-1";
const REGION = "eu-west-1";
const TABLE = "onboarding-dev-connections";

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

describe("On the embedded cloud, the client", function () {
  this.timeout(60_000);
  let test: TestCloud;
  let externalId: string;
  let accountId: string;
  let proxy: Server;
  let actions: string[] = [];

  const regions = () => test.config["onboarding:regions"] as string[];

  /** A client as a workload creates it, which reaches the cloud through a server that counts the calls. */
  const client = (credentials?: Credentials) => {
    return new ConnectionsClient({
      tableName: TABLE,
      homeRegion: HOME,
      regions: regions(),
      caller: "billing service",
      clientOptions: {
        endpoint: urlOf(proxy),
        credentials: credentials ?? test.cloud.vendor.options(HOME).credentials,
      },
    });
  };

  const connect = async () => {
    const account = test.newAccount();
    const link = await createLink(test.program.onboardingUrl, {
      accountId: account,
      region: REGION,
    });
    const stack = await test.cloud.customer(account).createStack(link.link);
    assert.equal((await stack.settled()).status, "CREATE_COMPLETE");
    return { accountId: account, externalId: link.externalId, stack };
  };

  /** Changes a record directly in the table. */
  const set = (key: string, name: string, value: string) =>
    test.cloud.vendor.dynamoDB(REGION).send(
      new UpdateItemCommand({
        TableName: TABLE,
        Key: { externalId: { S: key }, item: { S: "connection" } },
        UpdateExpression: "SET #name = :value",
        ExpressionAttributeNames: { "#name": name },
        ExpressionAttributeValues: { ":value": { S: value } },
      }),
    );

  before(async () => {
    test = await TestCloud.start();
    proxy = createServer(async (incoming, outgoing) => {
      const body = await buffer(incoming);
      const action = incoming.headers["x-amz-target"] ?? new URLSearchParams(body.toString()).get("Action");
      actions.push(String(action).replace(/^DynamoDB_\d+\./, ""));
      await forward(test.cloud.endpoint, { incoming, body, outgoing });
    });
    await listen(proxy);
    ({ accountId, externalId } = await connect());
    // Callers of this stack's API have no tenant.
    await set(externalId, "tenant", "tenant ü 4711");
  });

  after(async () => {
    if (proxy) await close(proxy);
    await test?.cloud.stop();
  });

  beforeEach(() => {
    actions = [];
  });

  const calls = (action: string) => actions.filter((one) => one === action).length;

  it("makes one AssumeRole call for a thousand callers at once, and none for the next", async () => {
    const connections = client();
    const all = await Promise.all(
      Array.from({ length: 1000 }, () => connections.credentialsFor({ externalId })()),
    );
    assert.equal(new Set(all.map(({ sessionToken }) => sessionToken)).size, 1);
    assert.equal(calls("AssumeRole"), 1);
    assert.equal(calls("GetItem"), 1);
    await connections.credentialsFor({ externalId })();
    assert.equal(calls("AssumeRole"), 1);
    // Another caller's session is another one.
    await connections.credentialsFor({ externalId }, { caller: "support" })();
    assert.equal(calls("AssumeRole"), 2);
  });

  it("gets credentials for the customer's role, in a session that names caller and tenant", async () => {
    const credentials = client().credentialsFor({ accountId, tenant: "tenant ü 4711" });
    const options = { endpoint: test.cloud.endpoint, region: REGION, credentials };
    const { Account, Arn } = await new STSClient(options).send(new GetCallerIdentityCommand({}));
    assert.equal(Account, accountId);
    assert.match(Arn ?? "", /\/billing-service@tenant-4711$/);
    const { Reservations } = await new EC2Client(options).send(new DescribeInstancesCommand({}));
    assert.deepEqual(Reservations, []);
  });

  it("throws an error of its own class for each cause", async () => {
    const rejects = async (selector: Parameters<ConnectionsClient["credentialsFor"]>[0], type: unknown) => {
      const before = calls("AssumeRole");
      await assert.rejects(client().credentialsFor(selector)(), type as typeof Error);
      assert.equal(calls("AssumeRole"), before);
    };
    await rejects({ externalId: "eu-west-1:00000000-0000-4000-8000-000000000000" }, UnknownConnectionError);
    await rejects({ externalId: "not one" }, UnknownConnectionError);
    await rejects({ accountId, tenant: "another tenant" }, UnknownConnectionError);
    const pending = await createLink(test.program.onboardingUrl, {
      accountId: test.newAccount(),
      region: REGION,
    });
    await rejects({ externalId: pending.externalId }, NotConnectedError);
    const other = await connect();
    await set(other.externalId, "confirmation", "required");
    await rejects({ externalId: other.externalId }, NotConfirmedError);
    await set(other.externalId, "status", "unsafe");
    await rejects({ externalId: other.externalId }, UnsafeConnectionError);
    await other.stack.delete();
    await test.untilStatus(other.externalId, "disconnected");
    await rejects({ externalId: other.externalId }, NotConnectedError);
  });

  it("lists what is asked for, page by page, each connection once", async () => {
    const made: string[] = [];
    const times = [3, 1, 2, 0, 2];
    for (const [index, minute] of times.entries()) {
      const region = index % 2 === 0 ? REGION : HOME;
      const key = `${region}:00000000-0000-4000-8000-00000000001${index}`;
      const createdAt = `2026-01-01T00:0${minute}:00.000Z`;
      made.push(key);
      await new ConnectionRepository(test.cloud.vendor.dynamoDB(region), TABLE).create({
        ...{ externalId: key, accountId: `44440000000${index}`, region, tenant: "lister", revision: 1 },
        ...{ topicArn: "arn", grantedTo: "x", status: "pending", createdAt, expiresAt: createdAt },
        deleteAfter: deleteAfter({ status: "pending", expiresAt: new Date().toISOString() }),
      });
    }
    const connections = client();
    const pages: number[] = [];
    const listed: string[] = [];
    let pageToken: string | undefined;
    do {
      const page = await connections.listPage(
        { tenant: "lister" },
        { limit: 2, ...(pageToken && { pageToken }) },
      );
      pages.push(page.connections.length);
      listed.push(...page.connections.map((one) => one.externalId));
      pageToken = page.nextPageToken;
    } while (pageToken);
    assert.deepEqual(pages, [2, 2, 1]);
    // The newest first; of two of the same time either.
    assert.deepEqual(listed.toSorted(), made.toSorted());
    assert.deepEqual([listed[0], listed[3], listed[4]], [made[0], made[1], made[3]]);

    const all: string[] = [];
    for await (const one of connections.listConnections({ status: "expired" })) all.push(one.externalId);
    assert.deepEqual(all.filter((one) => made.includes(one)).toSorted(), made.toSorted());
    const byAccount = await connections.listPage({ accountId: "444400000002" });
    assert.deepEqual(
      byAccount.connections.map((one) => one.externalId),
      [made[2]],
    );
    await assert.rejects(
      connections.listPage({ tenant: "lister" }, { pageToken: "nonsense" }),
      /page token does not belong to this filter/,
    );
    await assert.rejects(
      connections.listPage({}, { limit: 0 }),
      /limit is 0: use a whole number from 1 to 1000/,
    );
  });

  describe("with the policy that the program exports and nothing else", () => {
    let credentials: Credentials;

    before(async () => {
      const iam = test.cloud.vendor.iam(HOME);
      const { Role } = await iam.send(
        new CreateRoleCommand({
          RoleName: "workload",
          AssumeRolePolicyDocument: JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: { AWS: "arn:aws:iam::111122223333:root" },
                Action: "sts:AssumeRole",
              },
            ],
          }),
        }),
      );
      const PolicyArn = String(test.deployment.outputs.clientPolicyArn);
      assert.match(PolicyArn, /:policy\/onboarding-dev-client$/);
      await iam.send(new AttachRolePolicyCommand({ RoleName: "workload", PolicyArn }));
      const { Credentials: got } = await test.cloud.vendor
        .sts(HOME)
        .send(new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: "workload" }));
      credentials = {
        accessKeyId: got?.AccessKeyId ?? "",
        secretAccessKey: got?.SecretAccessKey ?? "",
        sessionToken: got?.SessionToken ?? "",
      };
    });

    it("finds, lists and uses connections", async () => {
      const connections = client(credentials);
      await connections.credentialsFor({ externalId })();
      await connections.credentialsFor({ accountId, tenant: "tenant ü 4711" })();
      assert.equal((await connections.listPage({ tenant: "tenant ü 4711" })).connections.length, 1);
      assert.equal((await connections.listPage({ accountId })).connections.length, 1);
      assert.ok((await connections.listPage({ status: "connected" })).connections.length >= 1);
    });

    it("lists organizations and their accounts", async () => {
      const connections = new ConnectionRepository(test.cloud.vendor.dynamoDB(REGION), TABLE);
      const now = new Date();
      const organization: Connection = {
        ...{
          externalId: newExternalId(),
          kind: "organization",
          accountId: test.newAccount(),
          region: REGION,
        },
        ...{ tenant: "", grantedTo: "Example", status: "connected", revision: 2 },
        ...{
          createdAt: now.toISOString(),
          expiresAt: now.toISOString(),
          nextListingAt: "2126-01-01T00:00:00.000Z",
        },
      };
      await connections.create(organization);
      const accounts = [test.newAccount(), test.newAccount()];
      for (const accountId of accounts.toReversed()) {
        const account = { accountId, accountName: "", customerRolePath: "/onboarding/dev/" };
        await connections.create(newMember(organization, account, now));
      }
      const workload = client(credentials);
      const found: string[] = [];
      for await (const one of workload.listOrganizations()) found.push(one.externalId);
      assert.deepEqual(found, [organization.externalId]);
      const members: string[] = [];
      for await (const one of workload.listMembers(organization.externalId)) members.push(one.accountId);
      assert.deepEqual(members, accounts);
    });

    const key = () => ({ externalId: { S: externalId }, item: { S: "connection" } });
    const index = (IndexName: string) => ({
      TableName: TABLE,
      IndexName,
      KeyConditionExpression: "#region = :region",
      ExpressionAttributeNames: { "#region": "region" },
      ExpressionAttributeValues: { ":region": { S: REGION } },
    });
    const forbidden: Record<string, (options: object) => Promise<unknown>> = {
      "reads the whole table": (options) =>
        new DynamoDBClient(options).send(new ScanCommand({ TableName: TABLE })),
      "reads a whole record": (options) =>
        new DynamoDBClient(options).send(new GetItemCommand({ TableName: TABLE, Key: key() })),
      "reads the code that confirms a connection": (options) =>
        new DynamoDBClient(options).send(
          new QueryCommand({ ...index("byRegion"), ProjectionExpression: "confirmationCode" }),
        ),
      "queries all attributes": (options) =>
        new DynamoDBClient(options).send(new QueryCommand(index("byRegion"))),
      "writes a connection": (options) =>
        new DynamoDBClient(options).send(new PutItemCommand({ TableName: TABLE, Item: key() })),
      "changes a connection": (options) =>
        new DynamoDBClient(options).send(
          new UpdateItemCommand({
            TableName: TABLE,
            Key: key(),
            UpdateExpression: "SET roleArn = :role",
            ExpressionAttributeValues: { ":role": { S: "x" } },
          }),
        ),
      "deletes a connection": (options) =>
        new DynamoDBClient(options).send(new DeleteItemCommand({ TableName: TABLE, Key: key() })),
      "queries another index": (options) =>
        new DynamoDBClient(options).send(new QueryCommand(index("byNextProbe"))),
      "publishes to a topic": (options) =>
        new SNSClient(options).send(
          new PublishCommand({
            TopicArn: `arn:aws:sns:${REGION}:111122223333:onboarding-dev-1`,
            Message: "x",
          }),
        ),
      "assumes a role that is not a customer's": (options) =>
        new STSClient(options).send(
          new AssumeRoleCommand({ RoleArn: "arn:aws:iam::111122223333:role/workload", RoleSessionName: "x" }),
        ),
    };
    for (const [what, attempt] of Object.entries(forbidden)) {
      it(`never ${what}`, async () => {
        await assert.rejects(attempt({ endpoint: test.cloud.endpoint, region: REGION, credentials }), {
          name: /^(AccessDenied|AuthorizationError)/,
        });
      });
    }
  });
});
