/** The SDK in the bundles: what is left out must not be missed. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RegionInfo } from "@aws-cdk/region-info";
import { bundleEntry } from "../../../../components/build/bundle-sources.js";
import { close, listen, urlOf } from "../../../../emulator/aws/loopback.js";
import { partitionOf } from "../../../../functions/aws/partitions.js";
import * as untrimmed from "../fixtures/trimmed-clients.js";

const FIXTURE = "test/integration/components/fixtures/trimmed-clients.ts";
const CLIENTS = [
  "CloudFormationClient",
  "DynamoDBClient",
  "EventBridgeClient",
  "LambdaClient",
  "OrganizationsClient",
  "SNSClient",
  "SQSClient",
  "STSClient",
] as const;

describe("The SDK in a bundle", function () {
  this.timeout(60_000);
  let trimmed: typeof untrimmed;
  const folder = mkdtempSync(join(tmpdir(), "trimmed-"));
  const server = createServer();
  let response = { status: 400, body: "" };

  before(async () => {
    const { files } = await bundleEntry(FIXTURE);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    trimmed = createRequire(import.meta.url)(join(folder, "index.js"));
    server.on("request", (incoming, outgoing) => {
      incoming.resume().on("end", () => outgoing.writeHead(response.status).end(response.body));
    });
    await listen(server);
  });
  after(async () => {
    await close(server);
    rmSync(folder, { recursive: true, force: true });
  });

  for (const client of CLIENTS) {
    it(`calls the endpoints of ${client} that the SDK itself would call, in every region`, () => {
      const served = RegionInfo.regions.filter(({ partition = "" }) =>
        ["aws", "aws-us-gov", "aws-cn"].includes(partition),
      );
      assert.ok(served.length >= 38);
      for (const { name: region } of served) {
        if (client === "OrganizationsClient" && region !== partitionOf(region).organizationsRegion) continue;
        const made = ({ [client]: Client }: typeof untrimmed) => new Client({ region });
        const { config } = made(untrimmed) as InstanceType<typeof untrimmed.STSClient>;
        const { url } = config.endpointProvider({ Region: region, UseFIPS: false, UseDualStack: false });
        const { endpoint } = made(trimmed) as unknown as { endpoint: URL };
        assert.equal(endpoint.href, url.href, region);
      }
    });
  }

  const settings = () => ({
    region: "eu-west-1",
    endpoint: urlOf(server),
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
    maxAttempts: 1,
  });
  const failureOf = (call: Promise<unknown>) =>
    call.then(
      () => assert.fail("it succeeded"),
      (error: { name: string; message: string; $fault: string; $retryable?: unknown }) => error,
    );
  const jsonError = (type: string, members = {}) => ({
    status: 400,
    body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: "So", ...members }),
  });
  const xmlError = (code: string) => ({
    status: 400,
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>So</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
  });
  const getItem = ({ DynamoDBClient, GetItemCommand }: typeof untrimmed) =>
    new DynamoDBClient(settings()).send(new GetItemCommand({ TableName: "t", Key: { k: { S: "k" } } }));
  const addPermission = ({ SNSClient, AddPermissionCommand }: typeof untrimmed) =>
    new SNSClient(settings()).send(
      new AddPermissionCommand({ TopicArn: "t", Label: "l", AWSAccountId: ["1"], ActionName: ["Publish"] }),
    );
  const assumeRole = ({ STSClient, AssumeRoleCommand }: typeof untrimmed) =>
    new STSClient(settings()).send(new AssumeRoleCommand({ RoleArn: "r", RoleSessionName: "s" }));
  const sendMessage = ({ SQSClient, SendMessageCommand }: typeof untrimmed) =>
    new SQSClient(settings()).send(new SendMessageCommand({ QueueUrl: urlOf(server), MessageBody: "m" }));

  for (const [call, body] of [
    [getItem, jsonError("ConditionalCheckFailedException")],
    [getItem, jsonError("ReplicatedWriteConflictException")],
    [getItem, jsonError("ResourceNotFoundException")],
    [getItem, jsonError("ProvisionedThroughputExceededException")],
    [getItem, jsonError("ThrottlingException")],
    [addPermission, xmlError("Throttled")],
    [addPermission, xmlError("Throttling")],
    [addPermission, xmlError("InvalidParameter")],
    [addPermission, xmlError("AuthorizationError")],
    [addPermission, xmlError("NotFound")],
    [assumeRole, xmlError("AccessDenied")],
    [assumeRole, xmlError("RegionDisabledException")],
    [assumeRole, xmlError("PackedPolicyTooLarge")],
    [sendMessage, jsonError("QueueDoesNotExist")],
    [sendMessage, jsonError("RequestThrottled")],
  ] as const) {
    it(`tells of ${/#(\w+)|<Code>(\w+)/.exec(body.body)?.slice(1).join("")} as the whole SDK does`, async () => {
      response = body;
      // Only the ending of a name may differ, where the SDK's class has one and the service's code has none.
      const [own, whole] = await Promise.all(
        [trimmed, untrimmed].map(async (sdk) => {
          const { name, message, $fault, $retryable } = await failureOf(call(sdk));
          return { name: name.replace(/Exception$/, ""), message, $fault, $retryable };
        }),
      );
      assert.deepEqual(own, whole);
    });
  }

  it("reads what a conditional write and a transaction say of their failure", async () => {
    const item = { k: { S: "k" }, n: { N: "1" } };
    response = jsonError("ConditionalCheckFailedException", { Item: item });
    assert.deepEqual(Reflect.get(await failureOf(getItem(trimmed)), "Item"), item);
    const reasons = [{ Code: "None" }, { Code: "ConditionalCheckFailed", Item: item, Message: "So" }];
    response = jsonError("TransactionCanceledException", { CancellationReasons: reasons });
    assert.deepEqual(Reflect.get(await failureOf(getItem(trimmed)), "CancellationReasons"), reasons);
  });
});
