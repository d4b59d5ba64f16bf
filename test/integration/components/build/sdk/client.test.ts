/** The clients in the bundles send, read and try again as the SDK's own do, for every command of every function. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import { bundleEntry } from "../../../../../components/build/bundle-sources.js";
import { close, listen, urlOf } from "../../../../../emulator/aws/loopback.js";
import * as whole from "../../fixtures/trimmed-clients.js";

type Sdk = typeof whole;
type ClientName = Extract<keyof Sdk, `${string}Client`>;
type CommandName = Extract<keyof Sdk, `${string}Command`>;

interface Sample {
  readonly client: ClientName;
  readonly input: object;
  /** What the service answers. */
  readonly answer: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const key = { externalId: { S: "eu-west-1:é\u2028💡" }, item: { S: "connection" } };
const item = {
  ...key,
  n: { N: "12345678901234567890" },
  m: { M: { l: { L: [{ NULL: true }, { BOOL: false }] } } },
};
const inTransaction = {
  TableName: "table",
  Key: key,
  UpdateExpression: "ADD attempts :one",
  ExpressionAttributeValues: { ":one": { N: "1" } },
  ConditionExpression: undefined,
};
const write = { ...inTransaction, ReturnValues: "ALL_NEW" };
const xml = (operation: string, result: string, namespace = "https://example.com/doc/") =>
  `<?xml version="1.0"?>\n<${operation}Response xmlns="${namespace}">\n  <${operation}Result>${result}</${operation}Result>\n  <ResponseMetadata>\n    <RequestId>1</RequestId>\n  </ResponseMetadata>\n</${operation}Response>`;

/** Each command as functions send it, and an answer with everything that they read. */
const samples: Readonly<Record<CommandName, readonly Sample[]>> = {
  GetItemCommand: [
    {
      client: "DynamoDBClient",
      input: { TableName: "table", Key: key, ConsistentRead: true },
      answer: JSON.stringify({ Item: item }),
    },
    { client: "DynamoDBClient", input: { TableName: "table", Key: key }, answer: "{}" },
  ],
  PutItemCommand: [{ client: "DynamoDBClient", input: { TableName: "table", Item: item }, answer: "{}" }],
  UpdateItemCommand: [
    { client: "DynamoDBClient", input: write, answer: JSON.stringify({ Attributes: item }) },
  ],
  DeleteItemCommand: [{ client: "DynamoDBClient", input: { TableName: "table", Key: key }, answer: "{}" }],
  QueryCommand: [
    {
      client: "DynamoDBClient",
      input: {
        TableName: "table",
        IndexName: "byRegion",
        Limit: 3,
        ScanIndexForward: false,
        ExclusiveStartKey: key,
      },
      answer: JSON.stringify({ Items: [item, item], Count: 2, ScannedCount: 2, LastEvaluatedKey: key }),
    },
    {
      client: "DynamoDBClient",
      input: { TableName: "table" },
      answer: JSON.stringify({ Items: [], Count: 0, ScannedCount: 0 }),
    },
  ],
  BatchGetItemCommand: [
    {
      client: "DynamoDBClient",
      input: { RequestItems: { table: { Keys: [key] } } },
      answer: JSON.stringify({ Responses: { table: [item] }, UnprocessedKeys: { table: { Keys: [key] } } }),
    },
  ],
  TransactWriteItemsCommand: [
    {
      client: "DynamoDBClient",
      input: {
        TransactItems: [{ Put: { TableName: "table", Item: item } }, { Update: inTransaction }],
        ClientRequestToken: "token",
      },
      answer: "{}",
    },
  ],
  PutEventsCommand: [
    {
      client: "EventBridgeClient",
      input: {
        Entries: [{ Source: "s", DetailType: "d", Detail: `{"a":"é"}`, Time: new Date(1_700_000_000_500) }],
      },
      answer: JSON.stringify({
        FailedEntryCount: 1,
        Entries: [{ EventId: "e" }, { ErrorCode: "c", ErrorMessage: "m" }],
      }),
    },
  ],
  InvokeCommand: [
    {
      client: "LambdaClient",
      input: { FunctionName: "a-function", Payload: Buffer.from(`{"é":1}`) },
      answer: `{"outcome":"ü"}`,
    },
    {
      client: "LambdaClient",
      input: {
        FunctionName: "arn:aws:lambda:eu-west-1:111122223333:function:f:1",
        Payload: Buffer.from("{}"),
      },
      answer: "{}",
      headers: { "X-Amz-Function-Error": "Unhandled" },
    },
  ],
  DescribeOrganizationCommand: [
    {
      client: "OrganizationsClient",
      input: {},
      answer: JSON.stringify({ Organization: { Id: "o-1", MasterAccountId: "1", FeatureSet: "ALL" } }),
    },
  ],
  ListAccountsCommand: [
    {
      client: "OrganizationsClient",
      input: { NextToken: undefined, MaxResults: 20 },
      answer: JSON.stringify({
        Accounts: [{ Id: "1", Name: "é", State: "ACTIVE", Status: "ACTIVE" }],
        NextToken: "n",
      }),
    },
  ],
  ListRootsCommand: [
    {
      client: "OrganizationsClient",
      input: { NextToken: "n" },
      answer: JSON.stringify({ Roots: [{ Id: "r-1" }] }),
    },
  ],
  DescribeOrganizationsAccessCommand: [
    {
      client: "CloudFormationClient",
      input: { CallAs: "SELF" },
      answer: xml("DescribeOrganizationsAccess", "<Status>ENABLED</Status>"),
    },
  ],
  ListStackInstancesCommand: [
    {
      client: "CloudFormationClient",
      input: { StackSetName: "a b", CallAs: "DELEGATED_ADMIN", NextToken: undefined, MaxResults: 100 },
      answer: xml(
        "ListStackInstances",
        `\n<Summaries>\n<member><Account>1</Account><Status>OUTDATED</Status><StackInstanceStatus><DetailedStatus>FAILED</DetailedStatus></StackInstanceStatus><StatusReason>&lt;a&gt; &amp; é</StatusReason></member><member><Account>2</Account></member></Summaries><NextToken>n</NextToken>`,
      ),
    },
    {
      client: "CloudFormationClient",
      input: { StackSetName: "s" },
      answer: xml("ListStackInstances", "<Summaries><member><Account>1</Account></member></Summaries>"),
    },
    {
      client: "CloudFormationClient",
      input: { StackSetName: "s" },
      answer: xml("ListStackInstances", "<Summaries/>"),
    },
  ],
  AddPermissionCommand: [
    {
      client: "SNSClient",
      input: { TopicArn: "arn:t", Label: "l é*'()!~", AWSAccountId: ["1", "2"], ActionName: ["Publish"] },
      answer: "<AddPermissionResponse><ResponseMetadata/></AddPermissionResponse>",
    },
    {
      client: "SNSClient",
      input: { TopicArn: "arn:t", Label: "l", AWSAccountId: ["1"], ActionName: [] },
      answer: "<AddPermissionResponse><ResponseMetadata/></AddPermissionResponse>",
    },
  ],
  RemovePermissionCommand: [
    {
      client: "SNSClient",
      input: { TopicArn: "t", Label: "l" },
      answer: "<RemovePermissionResponse><ResponseMetadata/></RemovePermissionResponse>",
    },
  ],
  GetTopicAttributesCommand: [
    {
      client: "SNSClient",
      input: { TopicArn: "t" },
      answer: xml(
        "GetTopicAttributes",
        `<Attributes><entry><key>Policy</key><value>{&quot;a&quot;:[&#13;1]}</value></entry><entry><key>Owner</key><value>1</value></entry></Attributes>`,
      ),
    },
    {
      client: "SNSClient",
      input: { TopicArn: "t" },
      answer: xml("GetTopicAttributes", "<Attributes><entry><key>Policy</key><value/></entry></Attributes>"),
    },
  ],
  SendMessageCommand: [
    {
      client: "SQSClient",
      input: {
        QueueUrl: "https://sqs/1/q",
        MessageBody: "é",
        MessageAttributes: { a: { DataType: "String", StringValue: "v" } },
      },
      answer: JSON.stringify({
        MessageId: "m",
        MD5OfMessageBody: createHash("md5").update("é").digest("hex"),
      }),
    },
  ],
  AssumeRoleCommand: [
    {
      client: "STSClient",
      input: {
        RoleArn: "arn:r",
        RoleSessionName: "s",
        DurationSeconds: 900,
        Policy: `{"a": "*"}`,
        ExternalId: "e:1+2/3=",
      },
      answer: xml(
        "AssumeRole",
        "<AssumedRoleUser><AssumedRoleId>AROA:s</AssumedRoleId><Arn>arn:a</Arn></AssumedRoleUser><Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>a+/=</SecretAccessKey><SessionToken>t</SessionToken></Credentials><PackedPolicySize>6</PackedPolicySize>",
      ),
    },
  ],
};

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const CREDENTIALS = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "token" };

describe("A client in a bundle", function () {
  this.timeout(60_000);
  let small: Sdk;
  const folder = mkdtempSync(join(tmpdir(), "small-"));
  const server = createServer();
  let received: Received[] = [];
  let respond: (response: ServerResponse, index: number) => void;

  before(async () => {
    const { files } = await bundleEntry("test/integration/components/fixtures/trimmed-clients.ts");
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    small = createRequire(import.meta.url)(join(folder, "index.js"));
    server.on("request", async (incoming, outgoing) => {
      const { method, url, headers } = incoming;
      const body = await text(incoming);
      respond(outgoing, received.push({ method, url, headers, body }) - 1);
    });
    await listen(server);
  });
  after(async () => {
    await close(server);
    rmSync(folder, { recursive: true, force: true });
  });
  const { random } = Math;
  beforeEach(() => {
    received = [];
    // The waits between attempts are random, up to a second: none of them.
    Math.random = () => 0;
  });
  afterEach(() => {
    Math.random = random;
  });

  function call(sdk: Sdk, name: CommandName, { client, input }: Sample, options: object = {}) {
    const Client = sdk[client] as typeof whole.STSClient;
    const Command = sdk[name] as typeof whole.AssumeRoleCommand;
    const settings = { region: "eu-west-1", endpoint: urlOf(server), credentials: CREDENTIALS, ...options };
    return (signal?: AbortSignal): Promise<object> =>
      new Client(settings).send(new Command(input as never), signal && { abortSignal: signal });
  }

  it("is tested with each command that a function sends", () => {
    const functions = fileURLToPath(new URL("../../../../../functions", import.meta.url));
    const sources = readdirSync(functions, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => readFileSync(join(functions, file), "utf8"));
    const sent = sources.flatMap((source) =>
      [...source.matchAll(/new (\w+Command)\(/g)].map(([, name]) => name),
    );
    assert.deepEqual([...new Set(sent)].sort(), Object.keys(samples).sort());
  });

  for (const [name, list] of Object.entries(samples) as [CommandName, readonly Sample[]][]) {
    for (const [index, sample] of list.entries()) {
      it(`sends ${name} and reads its answer as the SDK does (${index + 1})`, async () => {
        respond = (response) => response.writeHead(200, sample.headers).end(sample.answer);
        const outputs = [await call(small, name, sample)(), await call(whole, name, sample)()];
        const [own, theirs] = received.map(comparable);
        assert.deepEqual(own, theirs);
        const [output, expected] = outputs.map(withoutMetadata);
        assert.deepEqual(output, expected);
        for (const request of received)
          assert.equal(request.headers.authorization, await signatureOf(request, sample));
      });
    }
  }

  const sample: Sample = { client: "DynamoDBClient", input: { TableName: "t", Key: key }, answer: "{}" };
  const probe: Sample = { client: "STSClient", input: { RoleArn: "r", RoleSessionName: "s" }, answer: "" };
  const json = (status: number, type: string) => (response: ServerResponse) =>
    response.writeHead(status).end(JSON.stringify({ __type: `x#${type}`, message: "m" }));
  const xmlError = (status: number, code: string) => (response: ServerResponse) =>
    response
      .writeHead(status)
      .end(`<ErrorResponse><Error><Code>${code}</Code><Message>m</Message></Error></ErrorResponse>`);
  const plain = (status: number, body: string) => (response: ServerResponse) =>
    response.writeHead(status).end(body);
  const faults: Readonly<Record<string, readonly [CommandName, Sample, (response: ServerResponse) => void]>> =
    {
      throttling: ["GetItemCommand", sample, json(400, "ThrottlingException")],
      "too little capacity": ["GetItemCommand", sample, json(400, "ProvisionedThroughputExceededException")],
      "a limit of requests": ["GetItemCommand", sample, json(400, "RequestLimitExceeded")],
      "a conflict of replicas": ["GetItemCommand", sample, json(400, "ReplicatedWriteConflictException")],
      "a transaction under way": ["GetItemCommand", sample, json(400, "TransactionInProgressException")],
      "a condition that is not met": ["GetItemCommand", sample, json(400, "ConditionalCheckFailedException")],
      "an error of the server": ["GetItemCommand", sample, json(500, "InternalServerError")],
      "a server's status without a body": ["GetItemCommand", sample, plain(503, "")],
      "a proxy's page": ["GetItemCommand", sample, plain(502, "<html>Bad gateway</html>")],
      "a proxy's refusal": ["GetItemCommand", sample, plain(403, "<html>No</html>")],
      "too many requests": ["GetItemCommand", sample, plain(429, "{}")],
      "a broken connection": ["GetItemCommand", sample, (response) => response.destroy()],
      "half an answer": [
        "GetItemCommand",
        sample,
        (response) => response.writeHead(200, { "Content-Length": 100 }).write("{", () => response.destroy()),
      ],
      "an answer that is no JSON": ["GetItemCommand", sample, plain(200, "{")],
      "a denial by STS": ["AssumeRoleCommand", probe, xmlError(403, "AccessDenied")],
      "throttling by STS": ["AssumeRoleCommand", probe, xmlError(400, "Throttling")],
      "an outage of STS": ["AssumeRoleCommand", probe, xmlError(503, "ServiceUnavailable")],
      "an answer of STS that is no XML": ["AssumeRoleCommand", probe, plain(503, "no")],
      "a clock that is slow": ["AssumeRoleCommand", probe, xmlError(403, "SignatureDoesNotMatch")],
    };

  for (const [what, [name, one, fault]] of Object.entries(faults)) {
    it(`tries as often as the SDK after ${what}, and ends with an error of the same name and fault`, async () => {
      respond = fault;
      const [own, theirs] = await Promise.all(
        [small, whole].map((sdk) =>
          call(sdk, name, one)().then(
            () => assert.fail("It succeeded."),
            // The ending may differ, where the SDK's class has one and the service's code has none, and what is said of a body that cannot be read.
            ({ name, $fault }: Error & { $fault?: string }) => ({
              name: name.replace(/^(Syntax)?Error$/, "Unknown").replace(/Exception$/, ""),
              $fault,
            }),
          ),
        ),
      );
      const calls = new Map<string, unknown[]>();
      for (const { headers } of received) {
        const id = String(headers["amz-sdk-invocation-id"]);
        calls.set(id, [...(calls.get(id) ?? []), headers["amz-sdk-request"]]);
      }
      const [first, second, ...others] = calls.values();
      assert.deepEqual(first, second);
      assert.deepEqual(others, []);
      assert.equal(own?.name, theirs?.name);
      // The SDK says of no body that it cannot read whose fault it was.
      if (theirs?.$fault !== undefined) assert.equal(own?.$fault, theirs.$fault);
    });
  }

  it("tells AWS which invocation a call is made for, as the SDK does", async () => {
    Object.assign(process.env, { AWS_LAMBDA_FUNCTION_NAME: "f", _X_AMZN_TRACE_ID: "Root=1-2-3;Lineage=a:1" });
    try {
      respond = (response) => response.end("{}");
      for (const sdk of [small, whole]) await call(sdk, "GetItemCommand", sample)();
    } finally {
      delete process.env.AWS_LAMBDA_FUNCTION_NAME;
      delete process.env._X_AMZN_TRACE_ID;
    }
    const [own, theirs] = received.map(({ headers }) => headers["x-amzn-trace-id"]);
    assert.equal(own, "Root=1-2-3;Lineage=a:1");
    assert.equal(own, theirs);
    // What Lambda's network may change on the way is not signed.
    for (const request of received)
      assert.equal(request.headers.authorization, await signatureOf(request, sample));
  });

  it("tells nothing of an invocation outside of Lambda, as the SDK does", async () => {
    process.env._X_AMZN_TRACE_ID = "Root=1-2-3";
    try {
      respond = (response) => response.end("{}");
      for (const sdk of [small, whole]) await call(sdk, "GetItemCommand", sample)();
    } finally {
      delete process.env._X_AMZN_TRACE_ID;
    }
    assert.deepEqual(
      received.map(({ headers }) => headers["x-amzn-trace-id"]),
      [undefined, undefined],
    );
  });

  it("succeeds with a later attempt", async () => {
    respond = (response, index) =>
      index < 2 ? json(500, "InternalServerError")(response) : response.end("{}");
    await call(small, "GetItemCommand", sample)();
    assert.deepEqual(
      received.map(({ headers }) => headers["amz-sdk-request"]),
      ["attempt=1; max=4", "attempt=2; max=4", "attempt=3; max=4"],
    );
  });

  for (const [when, fault] of [
    ["while it waits for an answer", () => {}],
    ["before a further attempt", json(500, "InternalServerError")],
  ] as const) {
    it(`can be aborted ${when}`, async () => {
      const names = [];
      for (const sdk of [small, whole]) {
        const controller = new AbortController();
        respond = (response) => {
          fault(response);
          // A second wait would be of 25 ms; this one never ends.
          setImmediate(() => controller.abort());
        };
        Math.random = () => 0.999;
        names.push(
          await call(sdk, "GetItemCommand", sample, { maxAttempts: 50 })(controller.signal).then(
            () => "success",
            (error: Error) => error.name,
          ),
        );
      }
      server.closeAllConnections();
      assert.deepEqual(names, ["AbortError", "AbortError"]);
    });
  }
});

/** What a service sees of a request, without what differs from call to call. */
function comparable({ method, url, headers, body }: Received) {
  const {
    authorization: _signature,
    connection: _connection,
    "amz-sdk-invocation-id": _call,
    "user-agent": _agent,
    "x-amz-user-agent": _ownAgent,
    "x-amz-content-sha256": _digest,
    "x-amz-date": _date,
    "content-type": type,
    "content-length": length,
    // Of services that once spoke another protocol.
    "x-amzn-query-mode": _mode,
    ...others
  } = headers;
  const isForm = type === "application/x-www-form-urlencoded";
  const content = isForm ? [...new URLSearchParams(body)].sort() : url === "/" ? JSON.parse(body) : body;
  assert.equal(Number(length), Buffer.byteLength(body));
  return { method, url, type, others, content };
}

function withoutMetadata(output: object): object {
  const entries = Object.entries(output).filter(
    ([name, value]) => name !== "$metadata" && value !== undefined,
  );
  const plainOf = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString() : value);
  return Object.fromEntries(entries.map(([name, value]) => [name, plainOf(value)]));
}

/** The Authorization that the SDK's signer would give a request. */
async function signatureOf({ method = "", url = "", headers, body }: Received, { client }: Sample) {
  const service = /\/\w{2}-\w+-\d\/(\w+)\//.exec(headers.authorization ?? "")?.[1] ?? "";
  assert.equal(
    service,
    client === "EventBridgeClient" ? "events" : client.replace("Client", "").toLowerCase(),
  );
  const names = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? "")?.[1]?.split(";") ?? [];
  for (const needed of ["host", "content-type", "x-amz-date", "x-amz-security-token"])
    assert.ok(names.includes(needed), needed);
  const signer = new SignatureV4({
    service,
    region: "eu-west-1",
    credentials: CREDENTIALS,
    sha256: Sha256,
    applyChecksum: false,
  });
  const signed = Object.fromEntries(names.map((name) => [name, String(headers[name])]));
  const request = new HttpRequest({ method, path: url, headers: signed, body });
  const date = String(headers["x-amz-date"]);
  const signingDate = new Date(date.replace(/^(....)(..)(.....)(..)(..)Z$/, "$1-$2-$3:$4:$5Z"));
  return (await signer.sign(request, { signingDate })).headers.authorization;
}
