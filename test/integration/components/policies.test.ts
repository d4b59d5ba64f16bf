import assert from "node:assert/strict";
import {
  allRegions,
  type Inputs,
  ofType,
  only,
  type Run,
  runOnce,
  runProgram,
  smallStack,
} from "./run-program.js";

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

function receiverStatements(region: string): Inputs[] {
  return [
    {
      Sid: "OwnConnections",
      Effect: "Allow",
      Action: ["dynamodb:GetItem", "dynamodb:UpdateItem"],
      Resource: [`arn:aws:dynamodb:${region}:111122223333:table/onboarding-dev-connections`],
      Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [`${region}:*`] } },
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
      Condition: { ArnEquals: { "aws:SourceArn": [`arn:aws:sns:${region}:111122223333:onboarding-dev-1`] } },
    },
  ];
}

function topicPoliciesStatements(region: string): Inputs[] {
  const table = `arn:aws:dynamodb:${region}:111122223333:table/onboarding-dev-connections`;
  return [
    {
      Sid: "OwnConnections",
      Effect: "Allow",
      Action: ["dynamodb:GetItem"],
      Resource: [table],
      Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [`${region}:*`] } },
    },
    {
      Sid: "ConnectionsOfTheRegion",
      Effect: "Allow",
      Action: ["dynamodb:Query"],
      Resource: [`${table}/index/byRegion`],
      Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": [region] } },
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
      Resource: [`${table}/stream/*`],
    },
    {
      Sid: "OwnTopics",
      Effect: "Allow",
      Action: ["sns:AddPermission", "sns:GetTopicAttributes", "sns:RemovePermission"],
      Resource: [`arn:aws:sns:${region}:111122223333:onboarding-dev-1`],
    },
    {
      Sid: "OwnLog",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: [`arn:aws:logs:${region}:111122223333:log-group:/aws/lambda/onboarding-dev-topic-policies:*`],
    },
  ];
}

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
  const [ownConnections, customerRoles] = receiverStatements(region);
  return [
    ownConnections ?? {},
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

function changesStatements(region: string): Inputs[] {
  return [
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
    ownLog(region, "onboarding-dev-events"),
  ];
}

const templates = "arn:aws:s3:::onboarding-dev-111122223333-us-east-1/templates/*";

const expected: Record<string, Inputs[]> = {
  "receiver-us-east-1-receiver-role": [lambdaTrust],
  "receiver-us-east-1-receiver-policy": receiverStatements("us-east-1"),
  "receiver-us-east-1-undelivered-policy": undeliveredStatements("us-east-1"),
  "receiver-eu-west-1-receiver-role": [lambdaTrust],
  "receiver-eu-west-1-receiver-policy": receiverStatements("eu-west-1"),
  "receiver-eu-west-1-undelivered-policy": undeliveredStatements("eu-west-1"),
  "topic-policies-us-east-1-topic-policies-role": [lambdaTrust],
  "topic-policies-us-east-1-topic-policies-policy": topicPoliciesStatements("us-east-1"),
  "topic-policies-eu-west-1-topic-policies-role": [lambdaTrust],
  "topic-policies-eu-west-1-topic-policies-policy": topicPoliciesStatements("eu-west-1"),
  "alarms-role": [
    {
      Sid: "EventBridge",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: ["sts:AssumeRole"],
      Condition: { StringEquals: { "aws:SourceAccount": ["111122223333"] } },
    },
  ],
  "alarms-role-policy": [
    {
      Sid: "HomeBus",
      Effect: "Allow",
      Action: ["events:PutEvents"],
      Resource: ["arn:aws:events:us-east-1:111122223333:event-bus/default"],
    },
  ],
  "alarms-topic": [
    {
      Sid: "EventBridge",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: ["sns:Publish"],
      Resource: ["arn:aws:sns:us-east-1:111122223333:onboarding-dev-alarms"],
      Condition: {
        ArnEquals: {
          "aws:SourceArn": ["arn:aws:events:us-east-1:111122223333:rule/onboarding-dev-all-alarms"],
        },
      },
    },
  ],
  ...Object.fromEntries(
    ["us-east-1", "eu-west-1"].flatMap((region) => [
      [`health-${region}-health-role`, [lambdaTrust]],
      [`health-${region}-health-policy`, healthStatements(region)],
      [`changes-${region}-events-role`, [lambdaTrust]],
      [`changes-${region}-events-policy`, changesStatements(region)],
    ]),
  ),
  "client-policy": [
    {
      Sid: "ReadConnections",
      Effect: "Allow",
      Action: ["dynamodb:GetItem"],
      Resource: [tableIn("us-east-1"), tableIn("eu-west-1")],
    },
    {
      Sid: "FindConnections",
      Effect: "Allow",
      Action: ["dynamodb:Query"],
      Resource: ["us-east-1", "eu-west-1"].flatMap((region) =>
        ["byAccount", "byRegion", "byTenant"].map((index) => `${tableIn(region)}/index/${index}`),
      ),
    },
    {
      Sid: "CustomerRoles",
      Effect: "Allow",
      Action: ["sts:AssumeRole"],
      Resource: ["arn:aws:iam::*:role/onboarding/dev/*"],
    },
  ],
  "url-generator-generator-role": [lambdaTrust],
  "url-generator-generator-policy": [
    {
      Sid: "Connections",
      Effect: "Allow",
      Action: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
      Resource: [
        "arn:aws:dynamodb:us-east-1:111122223333:table/onboarding-dev-connections",
        "arn:aws:dynamodb:eu-west-1:111122223333:table/onboarding-dev-connections",
      ],
    },
    {
      Sid: "PendingLinks",
      Effect: "Allow",
      Action: ["dynamodb:Query"],
      Resource: [
        "arn:aws:dynamodb:us-east-1:111122223333:table/onboarding-dev-connections/index/byAccount",
        "arn:aws:dynamodb:us-east-1:111122223333:table/onboarding-dev-connections/index/byTenant",
      ],
    },
    {
      Sid: "OpenStacks",
      Effect: "Allow",
      Action: ["dynamodb:Query"],
      Resource: ["arn:aws:dynamodb:*:111122223333:table/onboarding-dev-connections/index/byAccount"],
      Condition: { StringEquals: { "aws:RequestedRegion": ["us-east-1", "eu-west-1"] } },
    },
    {
      Sid: "LetCustomersPublish",
      Effect: "Allow",
      Action: ["sns:AddPermission", "sns:GetTopicAttributes"],
      Resource: ["arn:aws:sns:*:111122223333:onboarding-dev-1"],
      Condition: { StringEquals: { "aws:RequestedRegion": ["us-east-1", "eu-west-1"] } },
    },
    {
      Sid: "OwnLog",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: ["arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/onboarding-dev-url-generator:*"],
    },
  ],
  "role-template-policy": [
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
    small = await runProgram();
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
    assert.equal(statements, 34 * (12 + 5 + 5) + 6 + 2 + 3 + 3);
  });

  it("open nothing to the public but the templates", () => {
    const open = [...policies(everywhere)].flatMap(([name, policy]) =>
      policy
        .filter(
          ({ Effect, Principal }) => Effect === "Allow" && JSON.stringify(Principal ?? "").includes("*"),
        )
        .map(({ Resource }) => [name, Resource]),
    );
    assert.deepEqual(open, [["role-template-policy", [templates]]]);
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
    assert.equal(only(small, "s3/bucketObjectv2:BucketObjectv2").inputs.acl, undefined);
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
      `arn:aws:sns:${region}:111122223333:onboarding-dev-1`,
    ];
    const sweep = (region: string) => [
      region,
      "onboarding-dev-topic-policies",
      "events.amazonaws.com",
      "lambda:InvokeFunction",
      `arn:aws:events:${region}:111122223333:rule/onboarding-dev-topic-policies-hourly`,
    ];
    const schedule = (region: string) => [
      region,
      "onboarding-dev-health",
      "events.amazonaws.com",
      "lambda:InvokeFunction",
      `arn:aws:events:${region}:111122223333:rule/onboarding-dev-health`,
    ];
    assert.deepEqual(permissions.sort(), [
      schedule("eu-west-1"),
      receiver("eu-west-1"),
      sweep("eu-west-1"),
      schedule("us-east-1"),
      receiver("us-east-1"),
      sweep("us-east-1"),
      [
        "us-east-1",
        "onboarding-dev-url-generator",
        "apigateway.amazonaws.com",
        "lambda:InvokeFunction",
        "arn:aws:execute-api:us-east-1:111122223333:url-generator-api-id/*/*",
      ],
    ]);
  });

  it("open the bucket to its public policy only after the block on such policies is off", () => {
    const [policy] = ofType(small, "s3/bucketPolicy:BucketPolicy");
    assert.ok(policy?.dependencies.some((urn) => urn.includes("BucketPublicAccessBlock")));
  });
});

/** Whether IAM would let a request with these leading keys through the statement (ministack does not evaluate them). */
function allows(
  statements: Inputs[],
  request: { action: string; resource: string; leadingKeys: string[] },
): boolean {
  return statements.some(({ Effect, Action, Resource, Condition }) => {
    const patterns: string[] = list(Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"]);
    return (
      Effect === "Allow" &&
      list(Action).includes(request.action) &&
      list(Resource).includes(request.resource) &&
      (Condition === undefined ||
        request.leadingKeys.every((key) => patterns.some((pattern) => matches(pattern, key))))
    );
  });
}

/** StringLike: `*` stands for any text, `?` for any one character. */
function matches(pattern: string, text: string): boolean {
  const literal = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literal.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s").test(text);
}

describe("The receiver of us-east-1", () => {
  const table = (region: string) =>
    `arn:aws:dynamodb:${region}:111122223333:table/onboarding-dev-connections`;
  const key = (region: string) => `${region}:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f`;
  const cases: [action: string, tableRegion: string, keys: string[], allowed: boolean][] = [
    ["dynamodb:UpdateItem", "us-east-1", [key("us-east-1")], true],
    ["dynamodb:PutItem", "us-east-1", [key("us-east-1")], false],
    ["dynamodb:GetItem", "us-east-1", [key("us-east-1")], true],
    ["dynamodb:UpdateItem", "us-east-1", [key("eu-west-1")], false],
    ["dynamodb:PutItem", "us-east-1", [key("eu-west-1")], false],
    ["dynamodb:UpdateItem", "us-east-1", [key("us-east-1"), key("eu-west-1")], false],
    ["dynamodb:UpdateItem", "us-east-1", [key("us-east-10")], false],
    ["dynamodb:UpdateItem", "eu-west-1", [key("us-east-1")], false],
    ["dynamodb:UpdateItem", "eu-west-1", [key("eu-west-1")], false],
    ["dynamodb:DeleteItem", "us-east-1", [key("us-east-1")], false],
    // Requests without leading keys, to which a condition with ForAllValues says yes.
    ["dynamodb:Scan", "us-east-1", [], false],
    ["dynamodb:PartiQLSelect", "us-east-1", [], false],
    ["dynamodb:PartiQLUpdate", "us-east-1", [], false],
    ["dynamodb:Query", "us-east-1", [], false],
  ];
  let statements: Inputs[];

  before(async () => {
    statements = policies(await runProgram()).get("receiver-us-east-1-receiver-policy") ?? [];
  });

  for (const [action, tableRegion, leadingKeys, allowed] of cases) {
    const keys = leadingKeys.map((leadingKey) => leadingKey.split(":")[0]).join(" and ") || "no";
    it(`${allowed ? "may" : "may not"} ${action} with ${keys} key in ${tableRegion}'s replica`, () => {
      assert.equal(allows(statements, { action, resource: table(tableRegion), leadingKeys }), allowed);
    });
  }
});
