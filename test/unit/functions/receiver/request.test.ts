/** What is read out of a notification, and what is not. */
import assert from "node:assert/strict";
import { readRequest } from "../../../../functions/receiver/request.js";
import { EXTERNAL_ID, NOW, properties, REGION, RESOURCE, STACK, TOPIC } from "../../fixtures.js";

const REQUEST_ID = "c0ffee00-1111-4222-8333-444455556666";
const HOST = "cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com";
const PATH = `/${STACK}%7C${RESOURCE}%7C${REQUEST_ID}?X-Amz-Signature=00ff`;

/** As CloudFormation publishes it. */
const message = {
  RequestType: "Create",
  ServiceToken: TOPIC,
  ResponseURL: `https://${HOST}${PATH}`,
  StackId: STACK,
  RequestId: REQUEST_ID,
  LogicalResourceId: RESOURCE,
  ResourceType: "Custom::OnboardingConnection",
  ResourceProperties: { ...properties, ServiceTimeout: "600" },
};

const notification = (Message: unknown, sns: Record<string, unknown> = {}) => ({
  EventSource: "aws:sns",
  Sns: {
    Message: typeof Message === "string" ? Message : JSON.stringify(Message),
    TopicArn: TOPIC,
    Timestamp: "2026-03-01T11:59:59.000Z",
    ...sns,
  },
});

function read(changes: Record<string, unknown> = {}, sns?: Record<string, unknown>) {
  return readRequest(notification({ ...message, ...changes }, sns), REGION, NOW);
}

function accepted(...args: Parameters<typeof read>) {
  const request = read(...args);
  if ("dropped" in request) assert.fail(request.dropped);
  return request;
}

/** A key of JSON that JavaScript gives a meaning of its own. */
const prototypeKey = JSON.stringify(message).replace("{", '{"__proto__":{"RequestType":"Delete"},');

describe("a notification", () => {
  it("of CloudFormation becomes a request, everything that it says and nothing more", () => {
    assert.deepEqual(accepted(), {
      type: "Create",
      stackId: STACK,
      logicalResourceId: RESOURCE,
      requestId: REQUEST_ID,
      physicalResourceId: undefined,
      properties,
      flaw: undefined,
      oldExternalId: undefined,
      publishedAt: new Date("2026-03-01T11:59:59.000Z"),
      topicArn: TOPIC,
      target: { host: HOST, path: PATH },
    });
  });

  it("of an Update carries the physical ID and the external ID that was", () => {
    const update = accepted({
      RequestType: "Update",
      PhysicalResourceId: "onboarding-connection:x",
      OldResourceProperties: { ...properties, ExternalID: "old" },
    });
    assert.deepEqual(
      [update.type, update.physicalResourceId, update.oldExternalId],
      ["Update", "onboarding-connection:x", "old"],
    );
  });

  it("takes the ServiceToken of the request where the properties have none", () => {
    const { ServiceToken: _, ...others } = properties;
    assert.equal(accepted({ ResourceProperties: others }).properties?.ServiceToken, TOPIC);
  });

  for (const [what, version] of [
    ["escapes", "\u001b[2J"],
    ["an unpaired surrogate", "\ud800"],
    ["something else than a version", "v1.2.3"],
    ["too many digits", "0123456789abc"],
    ["capital letters", "0123456789AB"],
    ["a line break", "0123456789ab\n"],
  ] as const) {
    it(`keeps no template version with ${what}`, () => {
      const { properties: kept } = accepted({
        ResourceProperties: { ...properties, TemplateVersion: version },
      });
      assert.deepEqual(kept, { ...properties, TemplateVersion: "" });
    });
  }

  it("without time or topic counts as published now", () => {
    const request = accepted({}, { Timestamp: undefined, TopicArn: undefined });
    assert.deepEqual([request.publishedAt, request.topicArn], [NOW, undefined]);
  });

  for (const [what, changes, flaw] of [
    ["no properties", { ResourceProperties: undefined }, "RoleArn is missing"],
    ["a list of properties", { ResourceProperties: [properties] }, "RoleArn is missing"],
    [
      "a field missing",
      { ResourceProperties: { ...properties, GrantedTo: undefined } },
      "GrantedTo is missing",
    ],
    ["an empty field", { ResourceProperties: { ...properties, RoleArn: "" } }, "RoleArn is invalid"],
    [
      "a number for an account",
      { ResourceProperties: { ...properties, AccountID: 333344445555 } },
      "AccountID is invalid",
    ],
    [
      "an external ID that is too long",
      { ResourceProperties: { ...properties, ExternalID: "x".repeat(1225) } },
      "ExternalID is invalid",
    ],
    [
      "a role's ARN that is too long",
      { ResourceProperties: { ...properties, RoleArn: "x".repeat(2049) } },
      "RoleArn is invalid",
    ],
    [
      "an object for a name",
      { ResourceProperties: { ...properties, GrantedTo: { toString: "x" } } },
      "GrantedTo is invalid",
    ],
  ] as const) {
    it(`with ${what} gets a response, with its flaw named and no value shown`, () => {
      const request = accepted(changes);
      assert.equal(request.properties, undefined);
      assert.equal(request.flaw, flaw);
    });
  }

  it("with an external ID of 1224 characters, the most that AWS takes, has no flaw", () => {
    const ExternalID = "x".repeat(1224);
    assert.equal(
      accepted({ ResourceProperties: { ...properties, ExternalID } }).properties?.ExternalID,
      ExternalID,
    );
  });

  const refusals: readonly (readonly [what: string, record: unknown, because: RegExp])[] = [
    ["nothing", undefined, /not a notification/],
    ["no record of SNS", { Sqs: {} }, /not a notification/],
    [
      "a message that is no text",
      notification("", { Message: { RequestType: "Create" } }),
      /not a notification/,
    ],
    ["a message of more than 64 KB", notification({ ...message, Padding: "x".repeat(65_536) }), /too long/],
    ["a time that is not a time", notification(message, { Timestamp: "yesterday" }), /not a notification/],
    ["broken JSON", notification('{"RequestType":'), /not a request/],
    ["JSON that is a text", notification('"Create"'), /not a request/],
    ["JSON that is null", notification("null"), /not a request/],
    ["JSON that is a list", notification("[]"), /RequestType is missing/],
    ["very deep JSON", notification(`${"[".repeat(30_000)}${"]".repeat(30_000)}`), /not a request/],
    ["another type", notification({ ...message, RequestType: "create" }), /RequestType is invalid/],
    ["a stack ID that is not an ARN", notification({ ...message, StackId: "acme" }), /StackId is invalid/],
    [
      "a stack ID with a line break",
      notification({ ...message, StackId: `${STACK}\n` }),
      /StackId is invalid/,
    ],
    [
      "a stack ID with digits of another script",
      notification({ ...message, StackId: STACK.replace("333344445555", "３３３３４４４４５５５５") }),
      /StackId is invalid/,
    ],
    ["a request ID with a bar", notification({ ...message, RequestId: "a|b" }), /RequestId is invalid/],
    [
      "a request ID that is too long",
      notification({ ...message, RequestId: "a".repeat(65) }),
      /RequestId is invalid/,
    ],
    [
      "a resource's name with a slash",
      notification({ ...message, LogicalResourceId: "a/b" }),
      /LogicalResourceId is invalid/,
    ],
    ["no response URL", notification({ ...message, ResponseURL: undefined }), /ResponseURL is missing/],
    [
      "a response URL that is too long",
      notification({ ...message, ResponseURL: `https://${HOST}${PATH}${"0".repeat(8192)}` }),
      /ResponseURL is invalid/,
    ],
    [
      "a Delete without a physical ID",
      notification({ ...message, RequestType: "Delete" }),
      /without a PhysicalResourceId/,
    ],
    [
      "an empty physical ID",
      notification({ ...message, RequestType: "Delete", PhysicalResourceId: "" }),
      /PhysicalResourceId is invalid/,
    ],
    [
      "a physical ID of more than 1 KB",
      notification({ ...message, RequestType: "Delete", PhysicalResourceId: "x".repeat(1025) }),
      /PhysicalResourceId is invalid/,
    ],
    [
      "the response URL of another request",
      notification({ ...message, RequestId: "another" }),
      /response URL/,
    ],
    [
      "the response URL of another region",
      notification({
        ...message,
        ResponseURL: message.ResponseURL.replace("euwest1.s3.eu-west-1", "euwest2.s3.eu-west-2"),
      }),
      /response URL/,
    ],
  ];
  for (const [what, record, because] of refusals) {
    it(`with ${what} is dropped`, () => {
      const message = readRequest(record, REGION, NOW);
      assert.ok("dropped" in message, "it was accepted");
      assert.match(message.dropped, because);
      assert.doesNotMatch(JSON.stringify(message), /Signature|00ff/, "the reason shows the signature");
    });
  }

  it("that is dropped for its response URL names the host and nothing else of it", () => {
    const message = read({ ResponseURL: "https://example.com/collect?token=secret" });
    assert.ok("dropped" in message);
    assert.equal(message.host, "example.com");
    assert.doesNotMatch(JSON.stringify(message), /collect|secret/);
  });

  it("with a prototype key is what its own keys say", () => {
    const request = readRequest(notification(prototypeKey), REGION, NOW);
    assert.ok(!("dropped" in request));
    assert.deepEqual([request.type, request.properties?.ExternalID], ["Create", EXTERNAL_ID]);
  });
});
