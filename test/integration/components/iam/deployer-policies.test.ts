import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { deployerPolicies, deployerPoliciesFile } from "../../../../components/iam/deployer-policies.js";
import { RIGHTS } from "../../../../components/iam/deployer-rights.js";
import { ACCOUNT, type Inputs, type Run, runOnce, smallStack } from "../run-program.js";

const EVERYTHING = {
  ...smallStack,
  "onboarding:alarmEmail": "operators@example.com",
  "onboarding:auditTrail": true,
  "onboarding:auth": "jwt",
  "onboarding:jwt": {
    issuer: "https://issuer.example.com/",
    audience: ["onboarding"],
    tenantClaim: "tenant",
  },
  "onboarding:domain": {
    name: "connect.example.com",
    certificateArn: `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/0a1b2c3d`,
  },
  "onboarding:rolePath": "/vendor/",
};

const statements = Object.values(deployerPolicies(Object.keys(RIGHTS), "aws")).flatMap(
  ({ Statement }) => Statement,
);

/** With which action each type is made, and the ARN that it then has. */
const MADE: Readonly<Record<string, [action: string, arn: (inputs: Inputs) => string]>> = {
  "aws:cloudwatch/dashboard:Dashboard": [
    "cloudwatch:PutDashboard",
    ({ dashboardName }) => `arn:aws:cloudwatch::${ACCOUNT}:dashboard/${dashboardName}`,
  ],
  "aws:cloudwatch/eventRule:EventRule": ["events:PutRule", regional("events", "rule/")],
  "aws:cloudwatch/logGroup:LogGroup": ["logs:CreateLogGroup", regional("logs", "log-group:")],
  "aws:cloudwatch/metricAlarm:MetricAlarm": ["cloudwatch:PutMetricAlarm", regional("cloudwatch", "alarm:")],
  "aws:dynamodb/table:Table": ["dynamodb:CreateTable", regional("dynamodb", "table/")],
  "aws:iam/policy:Policy": ["iam:CreatePolicy", inIam("policy")],
  "aws:iam/role:Role": ["iam:CreateRole", inIam("role")],
  "aws:lambda/function:Function": ["lambda:CreateFunction", regional("lambda", "function:")],
  "aws:s3/bucket:Bucket": ["s3:CreateBucket", ({ bucket }) => `arn:aws:s3:::${bucket}`],
  "aws:s3/bucketObjectv2:BucketObjectv2": [
    "s3:PutObject",
    ({ bucket, key }) => `arn:aws:s3:::${bucket}/${key}`,
  ],
  "aws:sns/topic:Topic": ["sns:CreateTopic", regional("sns", "")],
  "aws:sqs/queue:Queue": ["sqs:CreateQueue", regional("sqs", "")],
  "awsx:cloudtrail:Trail": [
    "cloudtrail:CreateTrail",
    ({ name }) => `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/${name}`,
  ],
};

function regional(service: string, kind: string) {
  return ({ region, name }: Inputs) => `arn:aws:${service}:${region}:${ACCOUNT}:${kind}${name}`;
}

function inIam(kind: string) {
  return ({ path, name }: Inputs) => `arn:aws:iam::${ACCOUNT}:${kind}${path}${name}`;
}

function mayDo(action: string, arn: string): boolean {
  return statements.some(
    ({ Action, Resource = [] }) =>
      Action.includes(action) &&
      Resource.some((pattern) => new RegExp(`^${pattern.split("*").map(escaped).join(".*")}$`).test(arn)),
  );
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

describe("docs/deployer-policy.json", () => {
  let run: Run;

  before(async () => {
    run = await runOnce(EVERYTHING);
  });

  it("is what npm run deployer-policy writes", () => {
    const file = new URL("../../../../docs/deployer-policy.json", import.meta.url);
    assert.equal(readFileSync(file, "utf8"), deployerPoliciesFile());
  });

  it("is about every type of resource that the program registers, and no other", () => {
    const registered = run.registrations
      .map(({ type }) => type)
      .filter((type) => !/^(onboarding|pulumi):/.test(type));
    assert.deepEqual([...new Set(registered)].sort(), Object.keys(RIGHTS).sort());
  });

  it("refuses a type that nobody has looked up", () => {
    assert.throws(() => deployerPolicies(["aws:kms/key:Key"], "aws"), {
      message:
        "components/iam/deployer-rights.ts does not say what a deployer needs for the resource type aws:kms/key:Key: add it, and run npm run deployer-policy.",
    });
  });

  it("has documents that fit into managed policies, and few enough for one role", () => {
    const documents = Object.values(JSON.parse(deployerPoliciesFile()));
    assert.ok(documents.length <= 10);
    for (const document of documents) assert.ok(JSON.stringify(document).length <= 6144);
  });

  it("names each action, and reaches the resources of others only where AWS has no narrower form", () => {
    for (const { Action } of statements) {
      for (const action of Action) assert.match(action, /^[a-z0-9]+:[A-Za-z]+$/);
    }
    const everywhere = statements.filter(({ Resource, Condition }) => Resource?.includes("*") && !Condition);
    assert.deepEqual(everywhere.flatMap(({ Action }) => Action).sort(), [
      "cloudtrail:DescribeTrails",
      "ec2:DescribeRegions",
      "logs:CreateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:DescribeLogGroups",
      "logs:DescribeResourcePolicies",
      "logs:GetLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:UpdateLogDelivery",
      "sns:GetSubscriptionAttributes",
      "sns:SetSubscriptionAttributes",
      "sns:Unsubscribe",
      "sts:GetCallerIdentity",
    ]);
  });

  it("allows everything that the program gives a name, under that name", () => {
    let named = 0;
    for (const { type, name, inputs } of run.registrations) {
      const [action, arnOf] = MADE[type] ?? [];
      if (!action || !arnOf) continue;
      named += 1;
      assert.ok(mayDo(action, arnOf(inputs)), `${name}: ${action} on ${arnOf(inputs)}`);
    }
    assert.ok(named > 60, `${named} resources`);
    assert.ok(!mayDo("sns:CreateTopic", `arn:aws:sns:us-east-1:${ACCOUNT}:another`));
  });

  it("lets roles be passed to the services that assume them, and to no others", () => {
    const trusted = run.registrations
      .filter(({ type }) => type === "aws:iam/role:Role")
      .map(({ inputs }) => JSON.parse(inputs.assumeRolePolicy).Statement[0].Principal.Service);
    const passed = statements
      .filter(({ Action }) => Action.includes("iam:PassRole"))
      .flatMap(({ Condition }) => Condition?.StringEquals?.["iam:PassedToService"] ?? []);
    assert.deepEqual(passed.sort(), [...new Set(trusted)].sort());
  });

  it("is of the partition that it is made for", () => {
    const text = JSON.stringify(deployerPolicies(Object.keys(RIGHTS), "aws-cn"));
    assert.deepEqual([...new Set(text.match(/arn:[\w-]+(?=:\w)/g))], ["arn:aws-cn"]);
  });
});
