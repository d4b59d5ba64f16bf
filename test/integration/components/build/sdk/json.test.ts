/** The services that speak JSON: whatever they may write, a client in a bundle reads what the SDK reads. */
import assert from "node:assert/strict";
import { BothSdks, type Call, CREDENTIALS, failureOf } from "../../fixtures/both-sdks.js";

const getItem: Call = {
  client: "DynamoDBClient",
  command: "GetItemCommand",
  input: { TableName: "t", Key: { k: { S: "k" } } },
};
const putEvents: Call = { client: "EventBridgeClient", command: "PutEventsCommand", input: { Entries: [] } };
const listAccounts: Call = { client: "OrganizationsClient", command: "ListAccountsCommand", input: {} };
const invoke: Call = {
  client: "LambdaClient",
  command: "InvokeCommand",
  input: { FunctionName: "f(1)*'!", Payload: Buffer.from("{}") },
};

describe("A service that speaks JSON", () => {
  const sdks = new BothSdks();

  for (const [what, call, body] of [
    ["an empty body", getItem, ""],
    ["nothing but null", getItem, "null"],
    ["a member that is null", getItem, `{"Item":null}`],
    ["a member of a list's member that is null", putEvents, `{"Entries":[{"EventId":"e","ErrorCode":null}]}`],
    ["a last page with null for the next", listAccounts, `{"Accounts":[{"Id":"1"}],"NextToken":null}`],
    ["attributes with the names of an object's own", getItem, `{"Item":{"constructor":{"S":"a"}}}`],
  ] as const) {
    it(`answers with ${what}`, async () => {
      sdks.respond = (response) => response.end(body);
      const [own, theirs] = await Promise.all(sdks.both.map((sdk) => sdks.send(sdk, call)));
      // Requests have no IDs here.
      assert.deepEqual({ ...own, $metadata: undefined }, { ...theirs, $metadata: undefined });
    });
  }

  it("cannot change what all objects have in common", async () => {
    const polluting = `{"__proto__":{"polluted":true},"Item":{"__proto__":{"polluted":true}}}`;
    for (const [status, body] of [
      [200, polluting],
      [400, polluting.replace("{", `{"__type":"ConditionalCheckFailedException",`)],
    ] as const) {
      sdks.respond = (response) => response.writeHead(status).end(body);
      const result = await sdks.send(sdks.small, getItem).catch((error: Error) => error);
      assert.equal(Reflect.get(result, "polluted"), undefined);
      assert.equal(Reflect.get({}, "polluted"), undefined);
    }
  });

  const address = ":http://internal.amazon.com/coral/com.amazon.coral.service/";
  for (const [what, call, body, type] of [
    ["a type with a namespace", getItem, { __type: "com.amazonaws.x#TheError", message: "m" }],
    ["a type with an address", getItem, { __type: `TheError${address}`, message: "m" }],
    ["a type and another code", getItem, { __type: "a#TheError", code: "Other", message: "m" }],
    ["a code", getItem, { code: "a#TheError", message: "m" }],
    ["a header", invoke, { Message: "m", Type: "User" }, "TheError"],
    ["a header with an address", invoke, { message: "m", Type: "User" }, `TheError${address}`],
    ["a header and two messages", invoke, { message: "m", Message: "M" }, "TheError"],
    ["a message that is null", getItem, { __type: "TheError", message: null, Message: "M" }],
    ["no name", getItem, { message: "m" }],
    ["the name of an object's own", getItem, { __type: "constructor", message: "m" }],
    ["the name of an object's prototype", getItem, { __type: "__proto__", message: "m" }],
  ] as const) {
    it(`tells of an error with ${what}`, async () => {
      sdks.respond = (response) =>
        response.writeHead(400, type && { "X-Amzn-ErrorType": type }).end(JSON.stringify(body));
      const [own, theirs] = await Promise.all(
        sdks.both.map(async (sdk) => {
          const { name, message, $fault } = await failureOf(sdks.send(sdk, call));
          return { name, message, $fault };
        }),
      );
      assert.deepEqual(own, theirs);
    });
  }

  it("says why a conditional write and a transaction failed", async () => {
    const item = { k: { S: "k" }, n: { N: "1" } };
    const reasons = [{ Code: "None" }, { Code: "ConditionalCheckFailed", Item: item, Message: "So" }];
    for (const [type, name, sent, read] of [
      ["ConditionalCheckFailedException", "Item", item, item],
      ["TransactionCanceledException", "CancellationReasons", reasons, reasons],
      [
        "TransactionCanceledException",
        "CancellationReasons",
        [{ Code: "None", Item: null, Message: null }],
        [{ Code: "None" }],
      ],
    ] as const) {
      const body = { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: "So", [name]: sent };
      sdks.respond = (response) => response.writeHead(400).end(JSON.stringify(body));
      for (const sdk of sdks.both) {
        assert.deepEqual(Reflect.get(await failureOf(sdks.send(sdk, getItem)), name), read);
      }
    }
  });

  it("is called without any input", async () => {
    for (const { OrganizationsClient, ListRootsCommand } of sdks.both) {
      const settings = { region: "us-east-1", endpoint: sdks.url, credentials: CREDENTIALS };
      await new OrganizationsClient(settings).send(Reflect.construct(ListRootsCommand, []));
    }
    assert.deepEqual(
      sdks.received.map(({ body }) => body),
      ["{}", "{}"],
    );
  });

  it("is called at a path in which everything is escaped", async () => {
    for (const sdk of sdks.both) await sdks.send(sdk, invoke);
    assert.equal(sdks.received[0]?.url, sdks.received[1]?.url);
  });

  it("is not sent less of an Invoke than was asked for", async () => {
    const input = { ...invoke.input, InvocationType: "Event" };
    const { message } = await failureOf(sdks.send(sdks.small, { ...invoke, input }));
    assert.match(message, /^InvocationType of Invoke's input is not implemented: add it/);
  });
});
