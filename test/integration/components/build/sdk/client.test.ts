/** The clients in the bundles send, read and try again as the SDK's own do, for every command of every function. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { getEventListeners } from "node:events";
import type { ClientRequest, ServerResponse } from "node:http";
import { inspect } from "node:util";
import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import {
  BothSdks,
  type ClientName,
  type CommandName,
  CREDENTIALS,
  comparable,
  failureOf,
  foundInFunctions,
  type Received,
} from "../../fixtures/both-sdks.js";

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
      input: { TopicArn: "t", Label: "l", AWSAccountId: [], ActionName: ["Publish"] },
      answer: "<AddPermissionResponse/>",
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

describe("A client in a bundle", () => {
  const sdks = new BothSdks();
  const call = (sdk: typeof sdks.whole, command: CommandName, { client, input }: Sample) =>
    sdks.send(sdk, { client, command, input });

  const sample: Sample = { client: "DynamoDBClient", input: { TableName: "t", Key: key }, answer: "{}" };
  const getItem = { client: "DynamoDBClient", command: "GetItemCommand", input: sample.input } as const;

  it("is asked by functions for nothing but what it does", () => {
    assert.deepEqual(foundInFunctions(/\.(destroy|middlewareStack|transformTo\w+)\b/g), []);
  });

  it("is tested with each command that a function sends", () => {
    const sent = foundInFunctions(/new (\w+Command)\(/g);
    assert.deepEqual(sent, Object.keys(samples).sort());
  });

  for (const [name, list] of Object.entries(samples) as [CommandName, readonly Sample[]][]) {
    for (const [index, sample] of list.entries()) {
      it(`sends ${name} and reads its answer as the SDK does (${index + 1})`, async () => {
        sdks.respond = (response) => response.writeHead(200, sample.headers).end(sample.answer);
        const outputs = [await call(sdks.small, name, sample), await call(sdks.whole, name, sample)];
        const [own, theirs] = sdks.received.map(comparable);
        assert.deepEqual(own, theirs);
        const [output, expected] = outputs.map(withoutMetadata);
        assert.deepEqual(output, expected);
        for (const request of sdks.received)
          assert.equal(request.headers.authorization, await signatureOf(request, sample));
      });
    }
  }

  const attributes: Sample = { client: "SNSClient", input: { TopicArn: "t" }, answer: "" };
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
      "half an error": [
        "GetItemCommand",
        sample,
        (response) => response.writeHead(400, { "Content-Length": 100 }).write("{", () => response.destroy()),
      ],
      "an answer of no protocol": [
        "GetItemCommand",
        sample,
        ({ socket }) => socket?.end("HTTP/1.1 what\r\n"),
      ],
      "a redirect": [
        "GetItemCommand",
        sample,
        (response) => response.writeHead(307, { location: "/" }).end(),
      ],
      "a signature that came too late": [
        "GetItemCommand",
        sample,
        (response) =>
          response
            .writeHead(400)
            .end(`{"__type":"InvalidSignatureException","message":"Signature expired: 2020 is now earlier"}`),
      ],
      "an answer that is no JSON": ["GetItemCommand", sample, plain(200, "{")],
      "a denial by STS": ["AssumeRoleCommand", probe, xmlError(403, "AccessDenied")],
      "throttling by STS": ["AssumeRoleCommand", probe, xmlError(400, "Throttling")],
      "throttling by SNS in its own words": [
        "GetTopicAttributesCommand",
        attributes,
        xmlError(400, "Throttled"),
      ],
      "an outage of STS": ["AssumeRoleCommand", probe, xmlError(503, "ServiceUnavailable")],
      "an answer of STS that is no XML": ["AssumeRoleCommand", probe, plain(503, "no")],
      "a clock that is slow": ["AssumeRoleCommand", probe, xmlError(403, "SignatureDoesNotMatch")],
    };

  for (const [what, [name, one, fault]] of Object.entries(faults)) {
    it(`tries as often as the SDK after ${what}, and ends with an error of the same name`, async () => {
      sdks.respond = fault;
      const [own, theirs] = await Promise.all(
        sdks.both.map(async (sdk) => {
          const failure = await failureOf(call(sdk, name, one));
          // The ending may differ, where the SDK's class has one and the service's code has none, and what is said of a body that cannot be read.
          return failure.name.replace(/^(Syntax)?Error$/, "Unknown").replace(/Exception$/, "");
        }),
      );
      const calls = new Map<string, unknown[]>();
      for (const { headers } of sdks.received) {
        const id = String(headers["amz-sdk-invocation-id"]);
        calls.set(id, [...(calls.get(id) ?? []), headers["amz-sdk-request"]]);
      }
      const [first, second, ...others] = calls.values();
      assert.deepEqual(first, second);
      assert.deepEqual(others, []);
      assert.equal(own, theirs);
    });
  }

  it("tells AWS which invocation a call is made for, as the SDK does", async () => {
    Object.assign(process.env, { AWS_LAMBDA_FUNCTION_NAME: "f", _X_AMZN_TRACE_ID: "Root=1-2-3;Lineage=a:1" });
    try {
      for (const sdk of sdks.both) await call(sdk, "GetItemCommand", sample);
    } finally {
      delete process.env.AWS_LAMBDA_FUNCTION_NAME;
      delete process.env._X_AMZN_TRACE_ID;
    }
    const [own, theirs] = sdks.received.map(({ headers }) => headers["x-amzn-trace-id"]);
    assert.equal(own, "Root=1-2-3;Lineage=a:1");
    assert.equal(own, theirs);
  });

  it("gives up a connection that hangs as often as the SDK does", async () => {
    sdks.respond = () => {};
    const requestHandler = { requestTimeout: 50, throwOnRequestTimeout: true };
    const attempts: unknown[] = [];
    // Counted by the client: the service may hear of an attempt too late.
    const count = (started: unknown) =>
      attempts.push((started as { request: ClientRequest }).request.getHeader("amz-sdk-request"));
    subscribe("http.client.request.start", count);
    for (const sdk of sdks.both) {
      const { name } = await failureOf(sdks.send(sdk, getItem, { requestHandler, maxAttempts: 2 }));
      assert.equal(name, "TimeoutError");
    }
    unsubscribe("http.client.request.start", count);
    sdks.hangUp();
    const expected = ["attempt=1; max=2", "attempt=2; max=2"];
    assert.deepEqual(attempts, [...expected, ...expected]);
  });

  it("tries less often when most calls fail, and more often again when they succeed, as the SDK does", async () => {
    const tries = [];
    for (const sdk of sdks.both) {
      const settings = { region: "eu-west-1", endpoint: sdks.url, credentials: CREDENTIALS };
      const client = new sdk.DynamoDBClient(settings);
      for (let number = 1; number <= 60; number++) {
        sdks.received = [];
        const succeeds = number > 15 && number % 2 === 0;
        sdks.respond = succeeds ? plain(200, "{}") : plain(500, "");
        await client.send(new sdk.GetItemCommand({ TableName: "t", Key: key })).catch(() => {});
        tries.push(sdks.received.length);
      }
    }
    const [own, theirs] = [tries.slice(0, 60), tries.slice(60)];
    assert.deepEqual(own, theirs);
    assert.deepEqual(own.slice(0, 15), [4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 3, 1, 1, 1]);
    assert.ok(own.slice(15).some((one) => one > 1));
  });

  it("tells nothing of an invocation outside of Lambda, as the SDK does", async () => {
    process.env._X_AMZN_TRACE_ID = "Root=1-2-3";
    try {
      for (const sdk of sdks.both) await call(sdk, "GetItemCommand", sample);
    } finally {
      delete process.env._X_AMZN_TRACE_ID;
    }
    const told = sdks.received.map(({ headers }) => headers["x-amzn-trace-id"]);
    assert.deepEqual(told, [undefined, undefined]);
  });

  it("succeeds with a later attempt", async () => {
    sdks.respond = (response, index) =>
      index < 2 ? json(500, "InternalServerError")(response) : response.end("{}");
    await call(sdks.small, "GetItemCommand", sample);
    assert.deepEqual(
      sdks.received.map(({ headers }) => headers["amz-sdk-request"]),
      ["attempt=1; max=4", "attempt=2; max=4", "attempt=3; max=4"],
    );
  });

  /** Node's own channel: a client has read an answer's headers, and what came with them. */
  const ANSWERED = "http.client.response.finish";

  for (const [when, answer] of [
    ["while it waits for an answer", (_: ServerResponse, abort: () => void) => abort()],
    ["as an answer arrives", (response: ServerResponse) => response.writeHead(200).write("{")],
    // Before the second attempt it waits for a second.
    ["before a further attempt", json(400, "ThrottlingException")],
  ] as const) {
    it(`can be aborted ${when}, as the SDK's can, and keeps no listener`, async () => {
      const ends = [];
      for (const sdk of sdks.both) {
        const controller = new AbortController();
        const { signal } = controller;
        const abort = () => setImmediate(() => controller.abort(new Error("why")));
        sdks.received = [];
        sdks.respond = (response) => answer(response, abort);
        Math.random = () => 0.999;
        subscribe(ANSWERED, abort);
        const { name, cause } = await failureOf(sdks.send(sdk, getItem, { maxAttempts: 50 }, signal));
        unsubscribe(ANSWERED, abort);
        sdks.hangUp();
        await new Promise(setImmediate);
        ends.push({ name, cause, tries: sdks.received.length, left: getEventListeners(signal, "abort") });
      }
      assert.deepEqual(ends[0], ends[1]);
      assert.deepEqual(ends[0]?.left, []);
      assert.equal(ends[0]?.tries, 1);
    });
  }

  it("keeps no listener when it succeeds", async () => {
    const { signal } = new AbortController();
    sdks.respond = (response, index) => (index === 0 ? plain(500, "") : plain(200, "{}"))(response);
    await sdks.send(sdks.small, getItem, {}, signal);
    assert.equal(sdks.received.length, 2);
    await new Promise(setImmediate);
    assert.deepEqual(getEventListeners(signal, "abort"), []);
  });

  it("sends nothing once it is aborted", async () => {
    for (const sdk of sdks.both) {
      const { name } = await failureOf(sdks.send(sdk, getItem, {}, AbortSignal.abort()));
      assert.equal(name, "AbortError");
    }
    assert.deepEqual(sdks.received, []);
  });

  it("reads characters that are cut between two parts of an answer", async () => {
    const answer = Buffer.from(JSON.stringify({ Item: { a: { S: "💡" } } }));
    const middle = answer.indexOf("💡") + 2;
    sdks.respond = (response) => {
      response.write(answer.subarray(0, middle));
      const client = () => {
        unsubscribe(ANSWERED, client);
        setImmediate(() => response.end(answer.subarray(middle)));
      };
      subscribe(ANSWERED, client);
    };
    for (const sdk of sdks.both) {
      assert.deepEqual(withoutMetadata(await sdks.send(sdk, getItem)), { Item: { a: { S: "💡" } } });
    }
  });

  it("reads the answer that follows an informational one", async () => {
    sdks.respond = (response) => {
      response.writeEarlyHints({ link: "</>; rel=preload" });
      response.end("{}");
    };
    for (const sdk of sdks.both) assert.deepEqual(withoutMetadata(await sdks.send(sdk, getItem)), {});
  });

  for (const path of ["", "/", "/base", "/a b/c'(d)/"]) {
    it(`calls an endpoint with the path "${path}" where the SDK does`, async () => {
      process.env.AWS_ENDPOINT_URL = sdks.url + path;
      process.env.AWS_ENDPOINT_URL_DYNAMODB = "";
      try {
        for (const sdk of sdks.both) {
          await sdks.send(sdk, getItem, { endpoint: undefined });
          await sdks.send(sdk, getItem, { endpoint: sdks.url + path });
        }
      } finally {
        delete process.env.AWS_ENDPOINT_URL;
        delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
      }
      const [own, ownOfEnvironment, theirs] = sdks.received.map(({ url }) => url);
      assert.equal(own, theirs);
      assert.equal(ownOfEnvironment, theirs);
      for (const request of sdks.received)
        assert.equal(request.headers.authorization, await signatureOf(request, sample));
    });
  }

  it("calls AWS where the variable of another endpoint is empty", async () => {
    process.env.AWS_ENDPOINT_URL = "";
    try {
      const client = new sdks.small.DynamoDBClient({ region: "eu-west-1" });
      assert.match(inspect(client), /https:\/\/dynamodb\.eu-west-1\.amazonaws\.com/);
    } finally {
      delete process.env.AWS_ENDPOINT_URL;
    }
  });

  it("says that the region is missing, or which setting it does not have", () => {
    const { DynamoDBClient } = sdks.small;
    assert.throws(() => new DynamoDBClient(), /^Error: AWS_REGION is missing in the environment\.$/);
    assert.throws(
      () => new DynamoDBClient({ region: "eu-west-1", retryMode: "adaptive" }),
      /^Error: retryMode of a client's settings is not implemented: add it/,
    );
  });

  it("sends no empty session token, as the SDK does not", async () => {
    const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "s", sessionToken: "" };
    for (const sdk of sdks.both) await sdks.send(sdk, getItem, { credentials });
    for (const { headers } of sdks.received) assert.equal(headers["x-amz-security-token"], undefined);
  });

  it("takes its credentials from the environment at each call", async () => {
    const client = new sdks.small.DynamoDBClient({ region: "eu-west-1", endpoint: sdks.url });
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
    try {
      for (const number of [1, 2]) {
        process.env.AWS_ACCESS_KEY_ID = `AKID${number}`;
        process.env.AWS_SECRET_ACCESS_KEY = `secret${number}`;
        process.env.AWS_SESSION_TOKEN = `token${number}`;
        await client.send(new sdks.small.GetItemCommand({ TableName: "t", Key: key }));
        const request = sdks.received.at(-1);
        assert.ok(request);
        const credentials = { accessKeyId: `AKID${number}`, secretAccessKey: `secret${number}` };
        const expected = await signatureOf(request, sample, credentials);
        assert.equal(request.headers["x-amz-security-token"], `token${number}`);
        assert.equal(request.headers.authorization, expected);
      }
    } finally {
      restore({ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN });
    }
  });

  it("shows no secret when it is logged", async () => {
    const { DynamoDBClient, GetItemCommand } = sdks.small;
    const client = new DynamoDBClient({
      region: "eu-west-1",
      endpoint: sdks.url,
      credentials: CREDENTIALS,
    });
    await client.send(new GetItemCommand({ TableName: "t", Key: key }));
    const logged = inspect(client, { depth: 20, showHidden: true });
    assert.ok(!logged.includes(CREDENTIALS.secretAccessKey));
    assert.ok(!logged.includes(CREDENTIALS.sessionToken));
  });

  it("reads page after page with the SDK's paginator", async () => {
    const pages = [{ Items: [item], LastEvaluatedKey: key }, { Items: [] }];
    const read = [];
    for (const sdk of sdks.both) {
      sdks.respond = (response, index) => response.end(JSON.stringify(pages[index % 2]));
      const settings = { region: "eu-west-1", endpoint: sdks.url, credentials: CREDENTIALS };
      const client = new sdk.DynamoDBClient(settings);
      for await (const page of sdk.paginateQuery({ client, pageSize: 7 }, { TableName: "t" })) {
        read.push(withoutMetadata(page));
      }
    }
    assert.deepEqual(read, [...pages, ...pages]);
    const sent = sdks.received.map(({ body }) => JSON.parse(body));
    assert.deepEqual(sent.slice(0, 2), sent.slice(2));
  });
});

function withoutMetadata(output: object): object {
  const entries = Object.entries(output).filter(
    ([name, value]) => name !== "$metadata" && value !== undefined,
  );
  const plainOf = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString() : value);
  return Object.fromEntries(entries.map(([name, value]) => [name, plainOf(value)]));
}

/** Puts variables back into the environment. */
function restore(variables: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

/** The Authorization that the SDK's signer would give a request. */
async function signatureOf(
  { method = "", url = "", headers, body }: Received,
  { client }: Sample,
  credentials: typeof CREDENTIALS | Omit<typeof CREDENTIALS, "sessionToken"> = CREDENTIALS,
) {
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
    credentials,
    sha256: Sha256,
    applyChecksum: false,
  });
  const signed = Object.fromEntries(names.map((name) => [name, String(headers[name])]));
  const request = new HttpRequest({ method, path: url, headers: signed, body });
  const date = String(headers["x-amz-date"]);
  const signingDate = new Date(date.replace(/^(....)(..)(.....)(..)(..)Z$/, "$1-$2-$3:$4:$5Z"));
  return (await signer.sign(request, { signingDate })).headers.authorization;
}
