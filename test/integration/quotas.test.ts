/**
 * Every quota of AWS that the program's own output can reach, measured on the largest deployment that the configuration allows: each
 * region of the partition, the longest names, the most topics, and the most tags. Prints the table; above 90 % of a limit it fails.
 *
 * The limits are documented: docs/aws-facts.md names the pages.
 */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { renderOrganizationTemplate } from "../../components/template/render-organization-template.js";
import { renderTemplate, type TemplateValues } from "../../components/template/render-template.js";
import { allRegions, type Inputs, ofType, type Run, runOnce } from "./components/run-program.js";

const MAX_TOPICS = 300;
const MAX_SHARE = 0.9;

const letters = (count: number) => "x".repeat(count);

const LARGEST = {
  "aws:region": "ap-southeast-1",
  "onboarding:regions": allRegions("ap-southeast-1"),
  // In one region only: ten thousand topics take minutes to register. The template is measured with as many in each.
  "onboarding:topicsByRegion": { "ap-southeast-1": MAX_TOPICS },
  "onboarding:rolePath": `/${letters(60)}/`,
  "onboarding:vendorName": letters(40),
  "onboarding:tags": Object.fromEntries(
    Array.from({ length: 9 }, (_, index) => [`${index}${letters(127)}`, letters(256)]),
  ),
  "onboarding:trustedPrincipals": Array.from(
    { length: 8 },
    (_, index) => `arn:aws:iam::111122223333:role/vendor/${letters(40)}-${index}`,
  ),
  "onboarding:alarmEmail": "operators@example.com",
  "onboarding:auth": "jwt",
  "onboarding:jwt": {
    issuer: "https://issuer.example.com/",
    audience: ["onboarding"],
    tenantClaim: "tenant",
  },
};

/** IAM does not count white space in a policy. */
const policyCharacters = (policy: string) => policy.replace(/\s/g, "").length;
const bytes = (value: unknown) =>
  Buffer.byteLength(typeof value === "string" ? value : JSON.stringify(value));
const longest = (values: readonly number[]) => Math.max(0, ...values);
const inputsOf = (run: Run, type: string) => ofType(run, type).map(({ inputs }) => inputs);
const longestInput = (run: Run, type: string, name: string, measure: (value: string) => number = bytes) =>
  longest(inputsOf(run, type).map((inputs) => (inputs[name] === undefined ? 0 : measure(inputs[name]))));

/** What Lambda makes of one permission in the function's policy. */
const lambdaStatement = (inputs: Inputs) => ({
  Sid: inputs.statementId,
  Effect: "Allow",
  Principal: { Service: inputs.principal },
  Action: inputs.action,
  Resource: `arn:aws:lambda:${inputs.region}:111122223333:function:${inputs.function}`,
  Condition: { ArnLike: { "AWS:SourceArn": inputs.sourceArn } },
});

function lambdaPolicies(run: Run): number[] {
  const statements = new Map<string, unknown[]>();
  for (const permission of inputsOf(run, "lambda/permission:Permission")) {
    const key = `${permission.region} ${permission.function}`;
    statements.set(key, [...(statements.get(key) ?? []), lambdaStatement(permission)]);
  }
  return [...statements.values()].map((Statement) =>
    bytes({ Version: "2012-10-17", Id: "default", Statement }),
  );
}

/** The template with the values of a link in it, as IAM counts the trust policy. */
function trustPolicyCharacters(template: Inputs): number {
  const text = JSON.stringify(template.Resources.Role.Properties.AssumeRolePolicyDocument)
    .replace(/\{"Fn::Sub":"[^"]*:root"\}/, JSON.stringify("arn:aws-us-gov:iam::111122223333:root"))
    .replace(/\{"Ref":"ExternalId"\}/, JSON.stringify(`ap-southeast-1:${letters(36)}`))
    .replace(/\{"Fn::Sub":"\$\{ExternalId\}[^"]*"\}/, JSON.stringify(`ap-southeast-1:${letters(49)}`));
  return policyCharacters(text);
}

/** The rows of an organization's template. */
function organizationQuotas(body: string): Quota[] {
  const template = JSON.parse(body);
  const { OrganizationRole, Members } = template.Resources;
  const { TemplateBody } = Members.Properties;
  const member = JSON.parse(TemplateBody);
  return [
    { what: "Template of an organization, bytes", limit: 1_048_576, measured: bytes(body) },
    { what: "Template of its members, bytes", limit: 51_200, measured: bytes(TemplateBody) },
    {
      what: "Trust policy of an organization's role, characters",
      limit: 2048,
      measured: trustPolicyCharacters({ Resources: { Role: OrganizationRole } }),
    },
    {
      what: "Trust policy of a member's role, characters",
      limit: 2048,
      measured: trustPolicyCharacters(member),
    },
    { what: "Description of a member's template, bytes", limit: 1024, measured: bytes(member.Description) },
  ];
}

function dashboardMetrics(run: Run): number {
  const bodies = inputsOf(run, "cloudwatch/dashboard:Dashboard").map(({ dashboardBody }) =>
    JSON.parse(dashboardBody),
  );
  return longest(
    bodies.map(({ widgets }) =>
      widgets.reduce((sum: number, { properties }: Inputs) => sum + properties.metrics.length, 0),
    ),
  );
}

/** What this program chooses of a name in the account's own namespace: S3 asks for `-<account>-<region>-an` behind it. */
function bucketNamePrefix(run: Run): number {
  const names = inputsOf(run, "s3/bucket:Bucket").map(({ bucket, region }) => {
    const suffix = `-111122223333-${region}-an`;
    assert.ok(bucket.endsWith(suffix) && bucket.length <= 63, bucket);
    return bucket.length - suffix.length;
  });
  return longest(names);
}

interface Quota {
  readonly what: string;
  readonly limit: number;
  readonly measured: number;
}

function quotas(run: Run, template: Inputs, templateBody: string): Quota[] {
  const measure = (what: string, limit: number, measured: number): Quota => ({ what, limit, measured });
  const conditionValues = longest(
    inputsOf(run, "sqs/queue:Queue").map(({ policy }) =>
      policy ? JSON.parse(policy).Statement[0].Condition.ArnLike["aws:SourceArn"].length : 0,
    ),
  );
  const { Parameters, Resources, Outputs } = template;
  return [
    measure(
      "Managed policy, characters",
      6144,
      longestInput(run, "iam/policy:Policy", "policy", policyCharacters),
    ),
    measure(
      "Inline policies of a role, characters",
      10_240,
      longestInput(run, "iam/rolePolicy:RolePolicy", "policy", policyCharacters),
    ),
    measure(
      "Trust policy of a role, characters",
      2048,
      longestInput(run, "iam/role:Role", "assumeRolePolicy", policyCharacters),
    ),
    measure("Trust policy of a customer's role, characters", 2048, trustPolicyCharacters(template)),
    measure("Path of a role, characters", 512, longestInput(run, "iam/role:Role", "path")),
    measure("Name of a role, characters", 64, longestInput(run, "iam/role:Role", "name")),
    measure("Description of a role, characters", 1000, longestInput(run, "iam/role:Role", "description")),
    measure("Name of a function, characters", 64, longestInput(run, "lambda/function:Function", "name")),
    measure(
      "Description of a function, characters",
      256,
      longestInput(run, "lambda/function:Function", "description"),
    ),
    measure("Policy of a function, bytes", 20_480, longest(lambdaPolicies(run))),
    measure(
      "Variables of a function, bytes",
      4096,
      longest(
        inputsOf(run, "lambda/function:Function").map(({ environment }) => bytes(environment.variables)),
      ),
    ),
    measure(
      "Filter pattern of a stream's reader, characters",
      4096,
      longest(
        inputsOf(run, "lambda/eventSourceMapping:EventSourceMapping").flatMap(({ filterCriteria }) =>
          filterCriteria.filters.map(({ pattern }: Inputs) => pattern.length),
        ),
      ),
    ),
    measure("Policy of a queue, bytes", 8192, longestInput(run, "sqs/queue:Queue", "policy")),
    measure("Condition values in a queue's policy", 10, conditionValues),
    measure("Name of a queue, characters", 80, longestInput(run, "sqs/queue:Queue", "name")),
    measure("Name of a topic, characters", 256, longestInput(run, "sns/topic:Topic", "name")),
    measure(
      "Event pattern, characters",
      2048,
      longestInput(run, "cloudwatch/eventRule:EventRule", "eventPattern"),
    ),
    measure("Name of a rule, characters", 64, longestInput(run, "cloudwatch/eventRule:EventRule", "name")),
    measure(
      "Name of an alarm, characters",
      255,
      longestInput(run, "cloudwatch/metricAlarm:MetricAlarm", "name"),
    ),
    measure(
      "Description of an alarm, characters",
      1024,
      longestInput(run, "cloudwatch/metricAlarm:MetricAlarm", "alarmDescription"),
    ),
    measure("Metrics of the dashboard", 2500, dashboardMetrics(run)),
    // The rest of the 63 are S3's: account, region and -an.
    measure("Name of a bucket before its suffix, characters", 32, bucketNamePrefix(run)),
    measure(
      "Policy of the bucket, bytes",
      20_480,
      longestInput(run, "s3/bucketPolicy:BucketPolicy", "policy"),
    ),
    measure("Template, bytes", 1_048_576, bytes(templateBody)),
    measure("Parameters of the template", 200, Object.keys(Parameters).length),
    measure("Resources of the template", 500, Object.keys(Resources).length),
    measure("Outputs of the template", 200, Object.keys(Outputs).length),
    measure("Description of the template, bytes", 1024, bytes(template.Description)),
    measure(
      "Code of a function, zipped MB",
      50,
      longest(
        inputsOf(run, "lambda/function:Function").map(
          ({ code }) => gzipSync(JSON.stringify(code)).length / 1e6,
        ),
      ),
    ),
  ];
}

/** The template with the most topics in every region. */
function largestTemplate(): TemplateValues {
  const regions = allRegions("ap-southeast-1");
  return {
    accountId: "111122223333",
    confirmation: "code",
    customerRolePath: `/onboarding/s${letters(15)}/`,
    grants: { actions: ["ec2:Describe*"], managedPolicies: ["SecurityAudit"], statements: [], tiers: [] },
    homeRegion: "ap-southeast-1",
    prefix: `onboarding-s${letters(15)}`,
    regions,
    rolePath: LARGEST["onboarding:rolePath"],
    servedRegions: regions,
    topicsByRegion: Object.fromEntries(regions.map((region) => [region, MAX_TOPICS])),
    tier: "",
    trustedPrincipals: LARGEST["onboarding:trustedPrincipals"],
  };
}

describe("At 34 regions, with the longest names, the most topics and the most tags, the program's output", function () {
  this.timeout(120_000);

  it("stays below 90 % of every quota of AWS", async () => {
    const run = await runOnce(LARGEST, { stack: `s${letters(15)}` });
    const { body } = renderTemplate(largestTemplate());
    const table = [
      ...quotas(run, JSON.parse(body), body),
      ...organizationQuotas(renderOrganizationTemplate(largestTemplate()).body),
    ];
    const rows = table.map(({ what, limit, measured }) => {
      const share = `${((100 * measured) / limit).toFixed(1)} %`;
      return `      ${what.padEnd(50)} ${String(Math.ceil(measured)).padStart(9)} of ${String(limit).padStart(9)} ${share.padStart(8)}`;
    });
    console.log(rows.join("\n"));
    const reached = table.filter(({ measured, limit }) => measured > MAX_SHARE * limit);
    assert.deepEqual(reached, []);
    assert.ok(
      table.every(({ measured }) => measured > 0),
      "every row measures something",
    );
  });

  it("has at most 45 resources and 10 alarms a region, and 54 and 11 where organizations are listed", async () => {
    const added = async (organizations: boolean) => {
      const small = { "aws:region": "us-east-1", "onboarding:organizations": organizations };
      // One after the other: Pulumi's mocks know one program at a time.
      const one = await runOnce({ ...small, "onboarding:regions": ["us-east-1"] });
      const two = await runOnce({ ...small, "onboarding:regions": ["us-east-1", "eu-west-1"] });
      return [resources(two) - resources(one), alarms(two) - alarms(one)];
    };
    // Everything that Pulumi keeps in its state for one more region: what is in AWS, and the components that it belongs to.
    const resources = ({ registrations }: Run) => registrations.length;
    const alarms = (run: Run) => ofType(run, "cloudwatch/metricAlarm:MetricAlarm").length;
    for (const [organizations, maxResources, maxAlarms] of [
      [false, 45, 10],
      [true, 54, 11],
    ] as const) {
      const [regionResources = 0, regionAlarms = 0] = await added(organizations);
      assert.ok(regionResources <= maxResources, `${regionResources} resources`);
      assert.ok(regionAlarms <= maxAlarms, `${regionAlarms} alarms`);
    }
  });

  it("gives an object in S3 at most ten tags", async () => {
    const run = await runOnce(LARGEST, { stack: `s${letters(15)}` });
    for (const { tags } of inputsOf(run, "s3/bucketObjectv2:BucketObjectv2")) {
      assert.ok(Object.keys(tags ?? {}).length <= 10);
    }
  });
});
