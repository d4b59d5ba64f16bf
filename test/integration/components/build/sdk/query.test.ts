/** The services that answer in XML: whatever they may write, a client in a bundle reads what the SDK reads. */
import assert from "node:assert/strict";
import { BothSdks, type Call, failureOf } from "../../fixtures/both-sdks.js";

const assumeRole: Call = {
  client: "STSClient",
  command: "AssumeRoleCommand",
  input: { RoleArn: "r", RoleSessionName: "s" },
};
const listInstances: Call = {
  client: "CloudFormationClient",
  command: "ListStackInstancesCommand",
  input: { StackSetName: "s" },
};
const getAttributes: Call = {
  client: "SNSClient",
  command: "GetTopicAttributesCommand",
  input: { TopicArn: "t" },
};

const role = (id: string) =>
  `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser>${id}</AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>`;
const instances = (members: string) =>
  `<R><ListStackInstancesResult>${members}</ListStackInstancesResult></R>`;
const attributes = (entries: string) =>
  `<R><GetTopicAttributesResult>${entries}</GetTopicAttributesResult></R>`;

describe("A service that answers in XML", () => {
  const sdks = new BothSdks();

  for (const [what, call, body] of [
    ["no result", assumeRole, "<AssumeRoleResponse/>"],
    ["an empty structure", assumeRole, role("")],
    ["an attribute", assumeRole, role(`<AssumedRoleId type="string">AROA:s</AssumedRoleId>`)],
    ["a text in parts", assumeRole, role("<Arn><![CDATA[a<&]]>b<!-- c -->d</Arn>")],
    ["entities", assumeRole, role("<Arn>&lt;&#x41;&#66;&amp;lt;&quot;&apos;</Arn>")],
    [
      "a declaration, a document type and comments",
      assumeRole,
      `<?xml version="1.0"?><!DOCTYPE x><!-- c -->${role("<Arn>a</Arn>")}`,
    ],
    [
      "a number between spaces",
      assumeRole,
      role("").replace("</AssumeRoleR", "<PackedPolicySize> 6 </PackedPolicySize></AssumeRoleR"),
    ],
    ["a prefix of a namespace", assumeRole, `<s:AssumeRoleResponse xmlns:s="u"/>`],
    ["a list that is empty", listInstances, instances("<Summaries></Summaries><NextToken/>")],
    ["a list of white space", listInstances, instances("<Summaries>\n  </Summaries>")],
    ["a list of one empty member", listInstances, instances("<Summaries><member/></Summaries>")],
    [
      "members that nobody knows",
      listInstances,
      instances(
        "<Summaries><member><ParameterOverrides><member><UsePreviousValue>true</UsePreviousValue></member></ParameterOverrides><StackInstanceStatus/></member></Summaries>",
      ),
    ],
    ["a map that is empty", getAttributes, attributes("<Attributes/>")],
    [
      "a key without a value",
      getAttributes,
      attributes("<Attributes><entry><key>a</key></entry></Attributes>"),
    ],
    [
      "the keys of an object's own",
      getAttributes,
      attributes(
        "<Attributes><entry><key>__proto__</key><value>a</value></entry><entry><key>constructor</key><value>b</value></entry></Attributes>",
      ),
    ],
  ] as const) {
    it(`answers with ${what}`, async () => {
      sdks.respond = (response) => response.end(body);
      const [own, theirs] = await Promise.all(
        sdks.both.map((sdk) =>
          sdks.send(sdk, call).then(
            (output) => ({ ...output, $metadata: undefined }),
            ({ name }: Error) => name,
          ),
        ),
      );
      assert.deepEqual(own, theirs);
    });
  }

  for (const [what, error] of [
    ["a namespace", `<Error xmlns="u"><Code>C</Code><Message>m</Message></Error>`],
    ["attributes", `<Error><Code a="1">C</Code><Message a="1">m</Message></Error>`],
    ["a text in parts", "<Error><Code>C</Code><Message><![CDATA[a<b]]>&amp;c</Message></Error>"],
    ["the name of an object's own", "<Error><Code>constructor</Code><Message>m</Message></Error>"],
    ["the name of an object's prototype", "<Error><Code>__proto__</Code><Message>m</Message></Error>"],
  ] as const) {
    it(`tells of an error with ${what}`, async () => {
      sdks.respond = (response) => response.writeHead(400).end(`<ErrorResponse>${error}</ErrorResponse>`);
      const [own, theirs] = await Promise.all(
        sdks.both.map(async (sdk) => {
          const { name, message, $fault } = await failureOf(sdks.send(sdk, assumeRole));
          return { name, message, $fault };
        }),
      );
      assert.deepEqual(own, theirs);
    });
  }

  it("says its status where it has nothing else to say", async () => {
    for (const body of ["", "<Error/>", "<E><Error><Code>C</Code><Message/></Error></E>"]) {
      sdks.respond = (response) => response.writeHead(404).end(body);
      const { message } = await failureOf(sdks.send(sdks.small, assumeRole));
      assert.equal(message, "The service answered with status 404.");
    }
  });

  it("does not answer with an empty body: nobody may take it for a session", async () => {
    sdks.respond = (response) => response.end();
    const { message } = await failureOf(sdks.send(sdks.small, assumeRole));
    assert.match(message, /no root element/);
  });
});
