/** Every member of an input is written, and every member of an output read, as the SDK's schemas say; not only those that functions have today. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { NormalizedSchema } from "@smithy/core/schema";
import {
  BothSdks,
  type Call,
  type CommandName,
  comparable,
  foundInFunctions,
} from "../../fixtures/both-sdks.js";

type ClientName = Call["client"];

const COMMANDS: Readonly<Partial<Record<CommandName, ClientName>>> = {
  AddPermissionCommand: "SNSClient",
  AssumeRoleCommand: "STSClient",
  BatchGetItemCommand: "DynamoDBClient",
  DeleteItemCommand: "DynamoDBClient",
  DescribeOrganizationCommand: "OrganizationsClient",
  DescribeOrganizationsAccessCommand: "CloudFormationClient",
  GetItemCommand: "DynamoDBClient",
  GetTopicAttributesCommand: "SNSClient",
  ListAccountsCommand: "OrganizationsClient",
  ListRootsCommand: "OrganizationsClient",
  ListStackInstancesCommand: "CloudFormationClient",
  PutEventsCommand: "EventBridgeClient",
  PutItemCommand: "DynamoDBClient",
  QueryCommand: "DynamoDBClient",
  RemovePermissionCommand: "SNSClient",
  SendMessageCommand: "SQSClient",
  TransactWriteItemsCommand: "DynamoDBClient",
  UpdateItemCommand: "DynamoDBClient",
};

const TEXT = `é "<&>' 💡`;
const TIME = new Date(1_700_000_000_000);

describe("A protocol of a service", () => {
  const sdks = new BothSdks();

  it("is tested with each command that a function sends, but Invoke, which is refused what it does not send", () => {
    const sent = foundInFunctions(/new (\w+Command)\(/g).filter((name) => name !== "InvokeCommand");
    assert.deepEqual(sent, Object.keys(COMMANDS));
  });

  for (const [command, client] of Object.entries(COMMANDS) as [CommandName, ClientName][]) {
    it(`sends every member of ${command}'s input, and reads every member of its output`, async () => {
      const { schema } = new (sdks.whole[command] as new (input: object) => { schema: unknown[] })({});
      const [input, output] = schema.slice(4).map((one) => NormalizedSchema.of(one as never));
      assert.ok(input && output);
      const isXml = ["CloudFormationClient", "SNSClient", "STSClient"].includes(client);
      const time = isXml ? TIME.toISOString().replace(".000", "") : TIME.getTime() / 1000;
      const answered = sampleOf(output, time) as object;
      const result = `${String(schema[2])}Result`;
      const answer = isXml ? `<R><${result}>${xmlOf(answered)}</${result}></R>` : JSON.stringify(answered);
      sdks.respond = (response) => response.end(answer);
      const outputs = [];
      for (const sdk of sdks.both) {
        const call = { client, command, input: sampleOf(input, TIME) as object };
        const { $metadata: _, ...members } = (await sdks.send(sdk, call)) as { $metadata: object };
        outputs.push(members);
      }
      const [own, theirs] = sdks.received.map(comparable);
      assert.deepEqual(own, theirs);
      // Times are dates for the whole SDK only.
      assert.deepEqual(
        outputs[0],
        JSON.parse(JSON.stringify(outputs[1], (_, value) => (value === TIME.toISOString() ? time : value))),
      );
    });
  }
});

/** A value with all members that a schema knows, but bytes. */
function sampleOf(schema: NormalizedSchema, time: unknown, name = ""): unknown {
  if (schema.isListSchema()) {
    const one = sampleOf(schema.getValueSchema(), time);
    return one === undefined ? undefined : [one, one];
  }
  if (schema.isMapSchema()) {
    const one = sampleOf(schema.getValueSchema(), time);
    return { a: one, "b c": one };
  }
  if (schema.isStructSchema()) {
    const members = [...schema.structIterator()].map(([key, member]) => [key, member] as const);
    // Of a union, such as an attribute's value, only one may be there.
    const wanted = schema.isUnionSchema() ? members.slice(0, 1) : members;
    const values = wanted.map(([key, member]) => [key, sampleOf(member, time, key)] as const);
    return Object.fromEntries(values.filter(([, value]) => value !== undefined));
  }
  if (schema.isUnitSchema()) return {};
  if (schema.isTimestampSchema()) return time;
  if (schema.isBooleanSchema()) return true;
  if (schema.isNumericSchema()) return 7;
  // An endpoint of EventBridge that is in several regions is called elsewhere.
  if (schema.isBlobSchema() || name === "EndpointId") return undefined;
  return name === "MD5OfMessageBody" ? createHash("md5").update(TEXT).digest("hex") : TEXT;
}

function xmlOf(value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => `<member>${xmlOf(one)}</member>`).join("");
  if (typeof value === "object" && value !== null) {
    return Object.entries(value)
      .map(([name, member]) =>
        name === "a" || name === "b c"
          ? `<entry><key>${name}</key><value>${xmlOf(member)}</value></entry>`
          : `<${name}>${xmlOf(member)}</${name}>`,
      )
      .join("");
  }
  return String(value).replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
