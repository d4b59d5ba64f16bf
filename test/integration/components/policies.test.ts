import assert from "node:assert/strict";
import { READABLE_ATTRIBUTES } from "../../../functions/domain/readable-attributes.js";
import {
  HEALTH_ATTRIBUTES,
  LISTER_ATTRIBUTES,
  NEW_MEMBER_ATTRIBUTES,
  RECEIVER_ATTRIBUTES,
} from "../../../functions/domain/written-attributes.js";
import { allRegions, type Inputs, ofType, only, type Run, runOnce, smallStack } from "./run-program.js";

/** Every policy that the program writes, by the name of the resource that carries it. */
function policies(run: Run): Map<string, Inputs[]> {
  const found = new Map<string, Inputs[]>();
  for (const { name, inputs } of run.registrations) {
    for (const text of [inputs.policy, inputs.assumeRolePolicy]) {
      if (text !== undefined) {
        found.set(name, JSON.parse(text).Statement);
      }
    }
  }
  return found;
}

function list(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : [value].flat();
}

const lambdaTrust = {
  Sid: "Lambda",
  Effect: "Allow",
  Principal: { Service: "lambda.amazonaws.com" },
  Action: ["sts:AssumeRole"],
};

/** For whoever must not read the codes that confirm connections. */
const withoutCode = {
  "ForAllValues:StringEquals": { "dynamodb:Attributes": READABLE_ATTRIBUTES },
  StringEqualsIfExists: { "dynamodb:Select": ["SPECIFIC_ATTRIBUTES"] },
};

function receiverStatements(region: string, attributes: readonly string[] = RECEIVER_ATTRIBUTES): Inputs[] {
  return [
    {
      Sid: "OwnConnections",
      Effect: "Allow",
      Action: ["dynamodb:GetItem"],
      Resource: [`arn:aws:dynamodb:${region}:111122223333:table/onboarding-dev-connections`],
      Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [`${region}:*`] } },
    },
    {
      Sid: "OwnAttributes",
      Effect: "Allow",
      Action: ["dynamodb:UpdateItem"],
      Resource: [`arn:aws:dynamodb:${region}:111122223333:table/onboarding-dev-connections`],
      Condition: {
        "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [`${region}:*`] },
        "ForAllValues:StringEquals": { "dynamodb:Attributes": attributes },
      },
    },
    {
      Sid: "CustomerRoles",
      Effect: "Allow",
      Action: ["sts:AssumeRole"],
      Resource: ["arn:aws:iam::*:role/onboarding/dev/*"],
    },
    {
      Sid: "FailedEvents",
      Effect: "Allow",
      Action: ["sqs:SendMessage"],
      Resource: [`arn:aws:sqs:${region}:111122223333:onboarding-dev-receiver-failed`],
    },
    {
      Sid: "OwnLog",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: [`arn:aws:logs:${region}:111122223333:log-group:/aws/lambda/onboarding-dev-receiver:*`],
    },
  ];
}

function undeliveredStatements(region: string): Inputs[] {
  return [
    {
      Sid: "Topics",
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: ["sqs:SendMessage"],
      Resource: [`arn:aws:sqs:${region}:111122223333:onboarding-dev-undelivered`],
      Condition: { ArnLike: { "aws:SourceArn": [`arn:aws:sns:${region}:111122223333:onboarding-dev-*`] } },
    },
  ];
}

/** Topics 1 to 999, and not the topic for alarms. */
const topicPatterns = ["onboarding-dev-?", "onboarding-dev-??", "onboarding-dev-???"];

function topicPoliciesStatements(region: string): Inputs[] {
  const table = `arn:aws:dynamodb:${region}:111122223333:table/onboarding-dev-connections`;
  return [
    {
      Sid: "OwnConnections",
      Effect: "Allow",
      Action: ["dynamodb:GetItem"],
      Resource: [table],
      Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [`${region}:*`] }, ...withoutCode },
    },
    {
      Sid: "CapacityHint",
      Effect: "Allow",
      Action: ["dynamodb:PutItem"],
      Resource: [table],
      Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": [`${region}:capacity`] } },
    },
    {
      Sid: "ConnectionsOfTopics",
      Effect: "Allow",
      Action: ["dynamodb:Query"],
      Resource: [`${table}/index/byTopic`],
      Condition: {
        ...withoutCode,
        "ForAllValues:StringLike": {
          "dynamodb:LeadingKeys": topicPatterns.map((name) => `arn:aws:sns:${region}:111122223333:${name}`),
        },
      },
    },
    {
      Sid: "OwnTopics",
      Effect: "Allow",
      Action: ["sns:AddPermission", "sns:GetTopicAttributes", "sns:RemovePermission"],
      Resource: topicPatterns.map((name) => `arn:aws:sns:${region}:111122223333:${name}`),
    },
    {
      Sid: "OwnLog",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: [`arn:aws:logs:${region}:111122223333:log-group:/aws/lambda/onboarding-dev-topic-policies:*`],
    },
  ];
}

const inBothRegions = { StringEquals: { "aws:RequestedRegion": ["us-east-1", "eu-west-1"] } };

const tableIn = (region: string) =>
  `arn:aws:dynamodb:${region}:111122223333:table/onboarding-dev-connections`;

function ownLog(region: string, name: string): Inputs {
  return {
    Sid: "OwnLog",
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: [`arn:aws:logs:${region}:111122223333:log-group:/aws/lambda/${name}:*`],
  };
}

function healthStatements(region: string): Inputs[] {
  const [ownConnections, ownAttributes, customerRoles] = receiverStatements(region, HEALTH_ATTRIBUTES);
  return [
    { ...ownConnections, Condition: { ...ownConnections?.Condition, ...withoutCode } },
    ownAttributes ?? {},
    {
      Sid: "DueConnections",
      Effect: "Allow",
      Action: ["dynamodb:Query"],
      Resource: [`${tableIn(region)}/index/byNextProbe`],
      Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": [region] } },
    },
    customerRoles ?? {},
    ownLog(region, "onboarding-dev-health"),
  ];
}

function organizationsStatements(region: string): Inputs[] {
  const [ownConnections, ownAttributes] = receiverStatements(region, LISTER_ATTRIBUTES);
  const ofRegion = { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [`${region}:*`] } };
  return [
    { ...ownConnections, Condition: { ...ofRegion, ...withoutCode } },
    ownAttributes ?? {},
    {
      Sid: "NewMembers",
      Effect: "Allow",
      Action: ["dynamodb:PutItem"],
      Resource: [tableIn(region)],
      Condition: {
        ...ofRegion,
        "ForAllValues:StringEquals": { "dynamodb:Attributes": NEW_MEMBER_ATTRIBUTES },
      },
    },
    {
      Sid: "DueOrganizations",
      Effect: "Allow",
      Action: ["dynamodb:Query"],
      Resource: [`${tableIn(region)}/index/byNextListing`],
      Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": [region] } },
    },
    {
      Sid: "Members",
      Effect: "Allow",
      Action: ["dynamodb:Query"],
      Resource: [`${tableIn(region)}/index/byOrganization`],
      Condition: { ...ofRegion, ...withoutCode },
    },
    {
      Sid: "OrganizationRoles",
      Effect: "Allow",
      Action: ["sts:AssumeRole"],
      Resource: ["arn:aws:iam::*:role/onboarding/dev/organization-*"],
    },
    ownLog(region, "onboarding-dev-organizations"),
  ];
}

function changesStatements(region: string): Inputs[] {
  return [
    {
      Sid: "OwnConnections",
      Effect: "Allow",
      Action: ["dynamodb:GetItem"],
      Resource: [tableIn(region)],
      Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [`${region}:*`] }, ...withoutCode },
    },
    {
      Sid: "OwnHistory",
      Effect: "Allow",
      Action: ["dynamodb:PutItem"],
      Resource: [tableIn(region)],
      Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [`${region}:*`] } },
    },
    {
      Sid: "TellOfChanges",
      Effect: "Allow",
      Action: ["events:PutEvents"],
      Resource: ["arn:aws:events:us-east-1:111122223333:event-bus/default"],
      Condition: { "ForAllValues:StringEquals": { "events:source": ["onboarding-dev"] } },
    },
    {
      Sid: "OwnTopics",
      Effect: "Allow",
      Action: ["sns:GetTopicAttributes", "sns:RemovePermission"],
      Resource: topicPatterns.map((name) => `arn:aws:sns:${region}:111122223333:${name}`),
    },
    {
      Sid: "OwnStream",
      Effect: "Allow",
      Action: [
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
      ],
      Resource: [`${tableIn(region)}/stream/*`],
    },
    ownLog(region, "onboarding-dev-changes"),
  ];
}

const templates = "arn:aws:s3:::onboarding-dev-111122223333-us-east-1-an/templates/*";

const expected: Record<string, Inputs[]> = {
  "onboarding-us-east-1-receiver-handler-role": [lambdaTrust],
  "onboarding-us-east-1-receiver-handler-policy": receiverStatements("us-east-1"),
  "onboarding-us-east-1-receiver-undelivered": undeliveredStatements("us-east-1"),
  "onboarding-eu-west-1-receiver-handler-role": [lambdaTrust],
  "onboarding-eu-west-1-receiver-handler-policy": receiverStatements("eu-west-1"),
  "onboarding-eu-west-1-receiver-undelivered": undeliveredStatements("eu-west-1"),
  "onboarding-us-east-1-organizations-handler-role": [lambdaTrust],
  "onboarding-us-east-1-organizations-handler-policy": organizationsStatements("us-east-1"),
  "onboarding-eu-west-1-organizations-handler-role": [lambdaTrust],
  "onboarding-eu-west-1-organizations-handler-policy": organizationsStatements("eu-west-1"),
  "onboarding-us-east-1-topic-policies-handler-role": [lambdaTrust],
  "onboarding-us-east-1-topic-policies-handler-policy": topicPoliciesStatements("us-east-1"),
  "onboarding-eu-west-1-topic-policies-handler-role": [lambdaTrust],
  "onboarding-eu-west-1-topic-policies-handler-policy": topicPoliciesStatements("eu-west-1"),
  "onboarding-alarms-role": [
    {
      Sid: "EventBridge",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: ["sts:AssumeRole"],
      Condition: { StringEquals: { "aws:SourceAccount": ["111122223333"] } },
    },
  ],
  "onboarding-alarms-role-policy": [
    {
      Sid: "HomeBus",
      Effect: "Allow",
      Action: ["events:PutEvents"],
      Resource: ["arn:aws:events:us-east-1:111122223333:event-bus/default"],
    },
  ],
  "onboarding-alarms-topic": [
    {
      Sid: "EventBridge",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: ["sns:Publish"],
      Resource: ["arn:aws:sns:us-east-1:111122223333:onboarding-dev-alarms"],
    },
  ],
  ...Object.fromEntries(
    ["us-east-1", "eu-west-1"].flatMap((region) => [
      [`onboarding-${region}-health-handler-role`, [lambdaTrust]],
      [`onboarding-${region}-health-handler-policy`, healthStatements(region)],
      [`onboarding-${region}-changes-handler-role`, [lambdaTrust]],
      [`onboarding-${region}-changes-handler-policy`, changesStatements(region)],
    ]),
  ),
  "onboarding-client-policy": [
    {
      Sid: "ReadConnections",
      Effect: "Allow",
      Action: ["dynamodb:GetItem"],
      Resource: [tableIn("*")],
      Condition: { ...inBothRegions, ...withoutCode },
    },
    {
      Sid: "FindConnections",
      Effect: "Allow",
      Action: ["dynamodb:Query"],
      Resource: ["byAccount", "byNextListing", "byOrganization", "byRegion", "byTenant"].map(
        (index) => `${tableIn("*")}/index/${index}`,
      ),
      Condition: { ...inBothRegions, ...withoutCode },
    },
    {
      Sid: "CustomerRoles",
      Effect: "Allow",
      Action: ["sts:AssumeRole"],
      Resource: ["arn:aws:iam::*:role/onboarding/dev/*"],
    },
  ],
  "onboarding-url-generator-handler-role": [lambdaTrust],
  "onboarding-url-generator-handler-policy": [
    {
      Sid: "Connections",
      Effect: "Allow",
      Action: [
        "dynamodb:GetItem",
        "dynamodb:BatchGetItem",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "dynamodb:DeleteItem",
      ],
      Resource: [tableIn("*")],
      Condition: inBothRegions,
    },
    {
      Sid: "FindConnections",
      Effect: "Allow",
      Action: ["dynamodb:Query"],
      Resource: [
        "arn:aws:dynamodb:us-east-1:111122223333:table/onboarding-dev-connections/index/byAccount",
        "arn:aws:dynamodb:us-east-1:111122223333:table/onboarding-dev-connections/index/byOrganization",
        "arn:aws:dynamodb:us-east-1:111122223333:table/onboarding-dev-connections/index/byRegion",
        "arn:aws:dynamodb:us-east-1:111122223333:table/onboarding-dev-connections/index/byTenant",
      ],
    },
    {
      Sid: "LetCustomersPublish",
      Effect: "Allow",
      Action: ["sns:AddPermission", "sns:GetTopicAttributes"],
      Resource: topicPatterns.map((name) => `arn:aws:sns:*:111122223333:${name}`),
      Condition: { StringEquals: { "aws:RequestedRegion": ["us-east-1", "eu-west-1"] } },
    },
    {
      Sid: "VerifyRoles",
      Effect: "Allow",
      Action: ["lambda:InvokeFunction"],
      Resource: ["arn:aws:lambda:*:111122223333:function:onboarding-dev-health"],
      Condition: { StringEquals: { "aws:RequestedRegion": ["us-east-1", "eu-west-1"] } },
    },
    {
      Sid: "OwnLog",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: ["arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/onboarding-dev-url-generator:*"],
    },
  ],
  "onboarding-template-policy": [
    {
      Sid: "PublicTemplates",
      Effect: "Allow",
      Principal: "*",
      Action: ["s3:GetObject"],
      Resource: [templates],
    },
    {
      Sid: "EncryptedOnly",
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:GetObject"],
      Resource: [templates],
      Condition: { Bool: { "aws:SecureTransport": ["false"] } },
    },
  ],
};

describe("The policies", () => {
  let small: Run;
  let everywhere: Run;

  before(async function () {
    this.timeout(60_000);
    small = await runOnce();
    everywhere = await runOnce({ ...smallStack, "onboarding:regions": allRegions("us-east-1") });
  });

  for (const [name, statements] of Object.entries(expected)) {
    it(`grant through ${name} what it needs and nothing else`, () => {
      assert.deepEqual(policies(small).get(name), statements);
    });
  }

  it("are all in this table", () => {
    assert.deepEqual([...policies(small).keys()].sort(), Object.keys(expected).sort());
  });

  it("allow no action with everything of a service, and no resource with everything", () => {
    let statements = 0;
    for (const [name, policy] of policies(everywhere)) {
      for (const { Action, NotAction, Resource, NotResource } of policy) {
        assert.ok(!NotAction && !NotResource, name);
        assert.deepEqual(
          list(Action).filter((action) => /[*?]/.test(action)),
          [],
          name,
        );
        assert.ok(!list(Resource).includes("*"), name);
        statements += 1;
      }
    }
    // Half of the regions are on by default: organizations are listed there.
    assert.equal(statements, 34 * (14 + 5 + 7) + 17 * (1 + 7) + 6 + 2 + 3 + 3);
  });

  it("open nothing to the public but the templates", () => {
    const open = [...policies(everywhere)].flatMap(([name, policy]) =>
      policy
        .filter(
          ({ Effect, Principal }) => Effect === "Allow" && JSON.stringify(Principal ?? "").includes("*"),
        )
        .map(({ Resource }) => [name, Resource]),
    );
    assert.deepEqual(open, [["onboarding-template-policy", [templates]]]);
    const { region, bucket, ...block } = only(
      small,
      "s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    ).inputs;
    assert.deepEqual(block, {
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: false,
      restrictPublicBuckets: false,
    });
    assert.deepEqual(only(small, "s3/bucketOwnershipControls:BucketOwnershipControls").inputs.rule, {
      objectOwnership: "BucketOwnerEnforced",
    });
    const objects = ofType(small, "s3/bucketObjectv2:BucketObjectv2");
    assert.deepEqual(
      objects.map(({ inputs }) => inputs.acl),
      [undefined, undefined],
    );
  });

  it("let a function be invoked by its own topic or API only", () => {
    const permissions = ofType(small, "lambda/permission:Permission").map(({ inputs }) => [
      inputs.region,
      inputs.function,
      inputs.principal,
      inputs.action,
      inputs.sourceArn,
    ]);
    const receiver = (region: string) => [
      region,
      "onboarding-dev-receiver",
      "sns.amazonaws.com",
      "lambda:InvokeFunction",
      `arn:aws:sns:${region}:111122223333:onboarding-dev-*`,
    ];
    const sweep = (region: string) => [
      region,
      "onboarding-dev-topic-policies",
      "events.amazonaws.com",
      "lambda:InvokeFunction",
      `arn:aws:events:${region}:111122223333:rule/onboarding-dev-topic-policies-hourly`,
    ];
    const schedule = (region: string, name = "onboarding-dev-health") => [
      region,
      name,
      "events.amazonaws.com",
      "lambda:InvokeFunction",
      `arn:aws:events:${region}:111122223333:rule/${name}`,
    ];
    assert.deepEqual(permissions.sort(), [
      schedule("eu-west-1"),
      schedule("eu-west-1", "onboarding-dev-organizations"),
      receiver("eu-west-1"),
      sweep("eu-west-1"),
      schedule("us-east-1"),
      schedule("us-east-1", "onboarding-dev-organizations"),
      receiver("us-east-1"),
      sweep("us-east-1"),
      [
        "us-east-1",
        "onboarding-dev-url-generator",
        "apigateway.amazonaws.com",
        "lambda:InvokeFunction",
        "arn:aws:execute-api:us-east-1:111122223333:onboarding-url-generator-http-api-id/*/*",
      ],
    ]);
  });

  it("open the bucket to its public policy only after the block on such policies is off", () => {
    const [policy] = ofType(small, "s3/bucketPolicy:BucketPolicy");
    assert.ok(policy?.dependencies.some((urn) => urn.includes("BucketPublicAccessBlock")));
  });
});
