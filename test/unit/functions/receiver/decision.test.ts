/** The decision table of the receiver, a line for each rule. */
import assert from "node:assert/strict";
import { type Connection, MAX_STACKS } from "../../../../functions/domain/connection.js";
import { type Decision, decide, mayBeRolledBack } from "../../../../functions/receiver/decision.js";
import type { Request } from "../../../../functions/receiver/request.js";
import {
  ACCOUNT,
  connected,
  EXTERNAL_ID,
  HERE,
  NOW,
  pending,
  properties,
  REGION,
  ROLE,
  request,
  STACK,
  stackId,
  TOPIC,
  unproven,
} from "../../fixtures.js";

type Row = readonly [
  when: string,
  request: Request,
  connection: Connection | undefined,
  /** The action, or for a failure what its reason has to name. */
  expected: Exclude<Decision["action"], "fail"> | readonly string[],
];

const withProperties = (type: Request["type"], changes: Partial<typeof properties>) =>
  request(type, { properties: { ...properties, ...changes } });
const otherStack = { stackId: stackId("other") };
const otherRole = `arn:aws:iam::${ACCOUNT}:role/onboarding/stack-Role-OTHER`;
const elsewhere = "us-east-1:0b1f5a0e-1111-4222-8333-444455556666";
const flawed = { properties: undefined, flaw: "RoleArn is missing" };
const deletedStacks = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [stackId(`gone-${index}`), NOW.toISOString()]),
  );
const openStackIds = Array.from({ length: MAX_STACKS }, (_, index) => stackId(`open-${index}`));
const later = new Date(NOW.getTime() + 1000).toISOString();
const before = new Date(NOW.getTime() - 1).toISOString();
const failedAt = (time: Date | string) => ({ [STACK]: new Date(time).toISOString() });
const newLink = "Ask for a new link";

const create: readonly Row[] = [
  ["of a pending connection", request("Create"), pending, "connect"],
  [
    "of a pending connection, by SNS without a topic",
    request("Create", { topicArn: undefined }),
    pending,
    "connect",
  ],
  [
    "after another stack of the link failed",
    request("Create"),
    { ...pending, deletedStacks: deletedStacks(1) },
    "connect",
  ],
  [
    "an hour after it was published, when CloudFormation has given it up",
    request("Create", { publishedAt: new Date(NOW.getTime() - 60 * 60_000 - 1) }),
    pending,
    ["fault on our side"],
  ],
  ["delivered twice", request("Create"), connected, "succeed"],
  [
    "delivered twice, before a response was accepted",
    request("Create", { requestId: "create-1" }),
    unproven,
    "succeed",
  ],
  [
    "of a stack that another request connected, which may turn out to be forged",
    request("Create"),
    unproven,
    "connect",
  ],
  [
    "of a stack that another request connected, which may be forged, after the Create had failed",
    request("Create"),
    {
      ...unproven,
      failedStacks: failedAt(NOW),
      beforeConnect: { reason: "No role." },
    },
    ["No role."],
  ],
  [
    "of a stack that another request connected, which may be forged, with another name",
    withProperties("Create", { GrantedTo: "Mallory" }),
    unproven,
    ["Mallory"],
  ],
  [
    "delivered twice, unreachable since",
    request("Create"),
    { ...connected, status: "unreachable" },
    "succeed",
  ],
  ["delivered twice, unsafe since", request("Create"), { ...connected, status: "unsafe" }, "succeed"],
  [
    "delivered twice, past expiresAt",
    request("Create"),
    { ...connected, expiresAt: "2026-03-01T11:45:00.000Z" },
    "succeed",
  ],
  ["by another stack", request("Create", otherStack), connected, [STACK, newLink]],
  [
    "delivered twice at once",
    request("Create", { requestId: "create-1" }),
    { ...connected, connectedAt: NOW.toISOString() },
    "succeed",
  ],
  [
    "by another resource of the stack",
    request("Create", { logicalResourceId: "Second" }),
    connected,
    [STACK, newLink],
  ],
  ["of an unknown external ID", request("Create"), undefined, [EXTERNAL_ID, newLink]],
  [
    "of an external ID of another region",
    withProperties("Create", { ExternalID: elsewhere }),
    undefined,
    ["us-east-1", REGION],
  ],
  [
    "of something that is no external ID",
    withProperties("Create", { ExternalID: "guess" }),
    undefined,
    ["guess", newLink],
  ],
  [
    "past expiresAt",
    request("Create"),
    { ...pending, expiresAt: NOW.toISOString() },
    [NOW.toISOString(), newLink],
  ],
  ["of a cancelled link", request("Create"), { ...pending, status: "cancelled" }, ["cancelled", newLink]],
  [
    "of a connection that ended",
    request("Create"),
    { ...connected, status: "disconnected" },
    ["ended", newLink],
  ],
  [
    "of a stack that is gone already",
    request("Create"),
    { ...pending, deletedStacks: { [STACK]: NOW.toISOString() } },
    ["already deleted", newLink],
  ],
  [
    "tried again after the clean-up of the last try",
    request("Create"),
    { ...pending, deletedStacks: { [STACK]: before } },
    "connect",
  ],
  [
    "that failed, delivered once more",
    request("Create"),
    { ...pending, failedStacks: failedAt(NOW), reason: "The role is missing." },
    ["The role is missing."],
  ],
  [
    "that failed through our fault, delivered once more",
    request("Create"),
    { ...pending, failedStacks: failedAt(NOW) },
    ["fault on our side"],
  ],
  [
    "that failed, delivered once more after a later one of the stack that failed, too",
    request("Create"),
    { ...pending, failedStacks: failedAt(later), reason: "The role is missing." },
    ["The role is missing."],
  ],
  [
    "published before another stack's that failed",
    request("Create"),
    { ...pending, failedStacks: { [stackId("other")]: later } },
    "connect",
  ],
  [
    "after another one of the stack failed",
    request("Create"),
    { ...pending, failedStacks: failedAt(before), reason: "The role is missing." },
    "connect",
  ],
  [
    "that failed, delivered once more after one of another stack that failed, too",
    request("Create"),
    { ...pending, failedStacks: { ...failedAt(NOW), [stackId("other")]: later }, reason: "Of the other." },
    ["Of the other."],
  ],
  [
    "of a link of which as many stacks failed",
    request("Create"),
    { ...pending, failedStacks: deletedStacks(MAX_STACKS) },
    ["20 stacks"],
  ],
  [
    "of a link that was tried with too many stacks",
    request("Create"),
    { ...pending, deletedStacks: deletedStacks(MAX_STACKS) },
    [String(MAX_STACKS), newLink],
  ],
  [
    "of a link with too many stacks open",
    request("Create"),
    { ...pending, openStackIds },
    [String(MAX_STACKS), newLink],
  ],
  [
    "of one of the stacks that are open",
    request("Create", { stackId: openStackIds[3] ?? "" }),
    { ...pending, openStackIds },
    "connect",
  ],
  ["with a field missing", request("Create", flawed), pending, ["RoleArn is missing"]],
];

const mismatches: readonly Row[] = [
  [
    "stack of another account",
    request("Create", { stackId: stackId("acme", "999988887777") }),
    pending,
    [ACCOUNT, "999988887777"],
  ],
  [
    "AccountID of another account",
    withProperties("Create", { AccountID: "999988887777" }),
    pending,
    [ACCOUNT, "999988887777"],
  ],
  [
    "role of another account",
    withProperties("Create", { RoleArn: "arn:aws:iam::999988887777:role/onboarding/r" }),
    pending,
    ["999988887777", ACCOUNT],
  ],
  [
    "role of another partition",
    withProperties("Create", { RoleArn: `arn:aws-cn:iam::${ACCOUNT}:role/onboarding/r` }),
    pending,
    [`arn:aws-cn:iam::${ACCOUNT}:role/onboarding/r`, "partition aws"],
  ],
  [
    "a user and no role",
    withProperties("Create", { RoleArn: `arn:aws:iam::${ACCOUNT}:user/onboarding/r` }),
    pending,
    [`arn:aws:iam::${ACCOUNT}:user/onboarding/r`, "partition aws"],
  ],
  [
    "role under another path",
    withProperties("Create", { RoleArn: `arn:aws:iam::${ACCOUNT}:role/other/r` }),
    pending,
    ["/other/", "/onboarding/"],
  ],
  [
    "role under a path below",
    withProperties("Create", { RoleArn: `arn:aws:iam::${ACCOUNT}:role/onboarding/below/r` }),
    pending,
    ["/onboarding/below/", "/onboarding/"],
  ],
  [
    "stack of another region",
    request("Create", { stackId: stackId("acme", ACCOUNT, "eu-west-2") }),
    pending,
    [REGION, "eu-west-2"],
  ],
  [
    "connection of another region",
    request("Create"),
    { ...pending, region: "eu-west-2" },
    ["eu-west-2", REGION],
  ],
  [
    "another ServiceToken",
    withProperties("Create", { ServiceToken: `${TOPIC}0` }),
    pending,
    [`${TOPIC}0`, `says ${TOPIC}.`],
  ],
  [
    "another topic of SNS's own word",
    request("Create", { topicArn: `${TOPIC}0` }),
    pending,
    [`${TOPIC}0`, `says ${TOPIC}.`],
  ],
  ["another GrantedTo", withProperties("Create", { GrantedTo: "Mallory" }), pending, ['"Mallory"', '"Acme"']],
];

const update: readonly Row[] = [
  ["to a new template", withProperties("Update", { TemplateVersion: "bbbbbbbbbbbb" }), connected, "update"],
  ["back, after one that failed", request("Update", { oldExternalId: elsewhere }), connected, "update"],
  ["of an unreachable connection", request("Update"), { ...connected, status: "unreachable" }, "update"],
  ["past expiresAt", request("Update"), { ...connected, expiresAt: "2026-03-01T11:45:00.000Z" }, "update"],
  [
    "with another GrantedTo and the same role",
    withProperties("Update", { GrantedTo: "Mallory" }),
    connected,
    "update",
  ],
  ["to another role", withProperties("Update", { RoleArn: otherRole }), connected, "changeRole"],
  [
    "to a role of another account",
    withProperties("Update", { RoleArn: "arn:aws:iam::999988887777:role/onboarding/r" }),
    connected,
    ["999988887777", ACCOUNT],
  ],
  [
    "published before the last one that was applied",
    withProperties("Update", { RoleArn: otherRole }),
    { ...connected, requestedAt: later },
    "succeed",
  ],
  ["to a new link", request("Update", { oldExternalId: elsewhere }), pending, "connect"],
  [
    "of a Create that failed",
    request("Update", { physicalResourceId: "onboarding-connection-failed" }),
    { ...pending, openStackIds: [STACK] },
    "connect",
  ],
  [
    "to a link that expired",
    request("Update"),
    { ...pending, expiresAt: NOW.toISOString() },
    [NOW.toISOString(), newLink],
  ],
  [
    "of a connection that ended",
    withProperties("Update", { TemplateVersion: "bbbbbbbbbbbb" }),
    { ...connected, status: "disconnected", templateVersion: "aaaaaaaaaaaa" },
    ["ended", newLink],
  ],
  [
    "back to what the stack was when its connection ended",
    request("Update"),
    { ...connected, status: "disconnected", templateVersion: "aaaaaaaaaaaa" },
    "succeed",
  ],
  [
    "of a stack that had moved to another link, to the first one again",
    request("Update", { physicalResourceId: `onboarding-connection:${elsewhere}` }),
    { ...connected, status: "disconnected", templateVersion: "aaaaaaaaaaaa" },
    ["ended", newLink],
  ],
  [
    "of another stack of a connection that ended",
    request("Update", otherStack),
    { ...connected, status: "disconnected", templateVersion: "aaaaaaaaaaaa" },
    ["ended", newLink],
  ],
  ["to an unknown external ID", request("Update"), undefined, [EXTERNAL_ID, newLink]],
  ["to the link of another stack", request("Update", otherStack), connected, [STACK, newLink]],
  ["with a field missing", request("Update", flawed), connected, ["RoleArn is missing"]],
];

const remove: readonly Row[] = [
  ["of the connected stack", request("Delete"), connected, "delete"],
  [
    "of a stack of another account",
    request("Delete", { stackId: stackId("acme", "999988887777") }),
    connected,
    "delete",
  ],
  ["with a field missing", request("Delete", flawed), connected, "delete"],
  ["of an unknown external ID", request("Delete"), undefined, "delete"],
];

describe("the receiver's decision on", () => {
  for (const [group, rows] of [
    ["a Create", create],
    ["a Create that differs from the link:", mismatches],
    ["an Update", update],
    ["a Delete", remove],
  ] as const) {
    describe(group, () => {
      for (const [when, asked, connection, expected] of rows) {
        const isAction = typeof expected === "string";
        it(`${when}: ${isAction ? expected : `fail, naming ${expected.join(" and ")}`}`, () => {
          const decision = decide(asked, connection, NOW, HERE);
          if (isAction) {
            assert.equal(decision.action, expected);
            return;
          }
          assert.equal(decision.action, "fail");
          const { reason } = decision as { readonly reason: string };
          for (const value of expected) assert.ok(reason.includes(value), `${reason} does not name ${value}`);
        });
      }
    });
  }

  it("another request waits for what becomes of one that connected a moment ago, which may have been forged", () => {
    const just = { ...unproven, connectedAt: NOW.toISOString() };
    const later = (milliseconds: number) => new Date(NOW.getTime() + milliseconds);
    for (const [waits, asked, connection, now] of [
      [true, request("Create", otherStack), just, later(0)],
      [true, request("Create", otherStack), just, later(4999)],
      [false, request("Create", otherStack), just, later(5000)],
      [false, request("Create", { requestId: "create-1" }), just, later(0)],
      [false, request("Create", otherStack), { ...just, acceptedAt: NOW.toISOString() }, later(0)],
      [false, request("Create"), { ...just, status: "pending" }, later(0)],
    ] as const) {
      assert.equal(mayBeRolledBack(asked, connection, now), waits);
    }
  });

  it("a Create names the first difference only, so that a reason is one thing to do", () => {
    const decision = decide(
      withProperties("Create", { GrantedTo: "Mallory", RoleArn: otherRole.replace(ACCOUNT, "999988887777") }),
      pending,
      NOW,
      HERE,
    );
    assert.ok(decision.action === "fail" && !decision.reason.includes("Mallory"));
  });

  it("a role in GovCloud and in China, in the partition of the receiver", () => {
    for (const [region, partition] of [
      ["us-gov-west-1", "aws-us-gov"],
      ["cn-north-1", "aws-cn"],
    ] as const) {
      const there = (text: string) =>
        text.replace("arn:aws:", `arn:${partition}:`).replaceAll(REGION, region);
      const asked = request("Create", {
        stackId: there(STACK),
        topicArn: there(TOPIC),
        properties: { ...properties, RoleArn: there(ROLE), ServiceToken: there(TOPIC) },
      });
      const connection = { ...pending, region, topicArn: there(TOPIC) };
      assert.equal(decide(asked, connection, NOW, { ...HERE, region }).action, "connect");
      const standard = request("Create", {
        ...asked,
        properties: { ...properties, ServiceToken: there(TOPIC) },
      });
      const failed = decide(standard, connection, NOW, { ...HERE, region });
      assert.ok(failed.action === "fail" && failed.reason.includes(`partition ${partition}`));
    }
  });
});
