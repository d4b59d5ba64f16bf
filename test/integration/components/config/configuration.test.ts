import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { defaults, readConfiguration } from "../../../../components/config/configuration.js";
import {
  allRegions,
  type Circumstances,
  ofType,
  runProgram,
  type StackConfig,
  smallStack,
} from "../run-program.js";

interface ConfigSchema {
  type?: string;
  items?: { type: string };
  default?: unknown;
  description?: string;
}

function readYaml(file: string) {
  return parse(readFileSync(new URL(`../../../../${file}`, import.meta.url), "utf8"));
}

const regions = (...names: unknown[]): StackConfig => ({ "onboarding:regions": names });
const grants = (value: unknown): StackConfig => ({ "onboarding:grants": value });
const actions = (...names: string[]): StackConfig => grants({ actions: names });

/** A configuration with tokens that would do, but for the changes. */
const jwt = (changes: Record<string, unknown>): StackConfig => ({
  "onboarding:auth": "jwt",
  "onboarding:jwt": {
    issuer: "https://login.example.com/",
    audience: ["app"],
    tenantClaim: "org_id",
    ...changes,
  },
});

/** What is wrong, and what the sentence must say about it: the value, the reason, what would work. */
type Refusal = [what: string, change: StackConfig, sentence: RegExp, circumstances?: Circumstances];

const refused: Refusal[] = [
  [
    "no home region",
    { "aws:region": undefined },
    /^aws:region is missing: set the home region, for example: pulumi config set aws:region us-east-1\.$/,
  ],
  [
    "an unknown home region",
    { "aws:region": "us-east-9" },
    /^aws:region is "us-east-9", which is not a region of AWS: use one such as us-east-1\.$/,
  ],
  [
    "a home region of another partition",
    { "aws:region": "us-iso-east-1" },
    /^aws:region is "us-iso-east-1" of partition aws-iso: this program serves aws, aws-us-gov, aws-cn\.$/,
  ],
  [
    "no regions",
    { "onboarding:regions": undefined },
    /^onboarding:regions is missing: list the regions to offer/,
  ],
  [
    "an empty list of regions",
    regions(),
    /^onboarding:regions must be a list of at least one region, not \[\]; for example/,
  ],
  [
    "regions as a text",
    { "onboarding:regions": "us-east-1,eu-west-1" },
    /^onboarding:regions must be a list of at least one region, not "us-east-1,eu-west-1"; for example/,
  ],
  [
    "regions that are no texts",
    regions("us-east-1", 2),
    /^onboarding:regions must be a list of at least one region, not \["us-east-1",2\]/,
  ],
  [
    "an unknown region",
    regions("us-east-1", "eu-west-9"),
    /^onboarding:regions has "eu-west-9", which is not a region of AWS: choose from af-south-1, .*eu-west-1.*us-west-2\.$/,
  ],
  [
    "a region twice",
    regions("us-east-1", "eu-west-1", "us-east-1"),
    /^onboarding:regions names "us-east-1" twice: name each region once\.$/,
  ],
  [
    "a region of China",
    regions("us-east-1", "cn-north-1"),
    /^onboarding:regions has "cn-north-1" of partition aws-cn, but the home region us-east-1 is in aws, and no role can be assumed across partitions: choose from .*, or serve cn-north-1 from a stack of its own with an aws:region in aws-cn\.$/,
  ],
  [
    "a region of GovCloud",
    regions("us-gov-west-1"),
    /"us-gov-west-1" of partition aws-us-gov, but the home region us-east-1 is in aws/,
  ],
  [
    "a region that nobody opted in to",
    regions("us-east-1", "af-south-1"),
    /^"af-south-1" is not enabled in account 111122223333: opt in \(aws account enable-region --region-name af-south-1; .*\) or take it out of onboarding:regions\.$/,
    { enabledRegions: allRegions("us-east-1").filter((region) => region !== "af-south-1") },
  ],
  [
    "a region that AWS does not offer to the account",
    regions("us-east-1", "us-west-1"),
    /^"us-west-1" is not enabled in account 111122223333: AWS does not offer it to this account, so take it out of onboarding:regions\.$/,
    { enabledRegions: ["us-east-1"] },
  ],
  [
    "an unknown auth",
    { "onboarding:auth": "basic" },
    /^onboarding:auth is "basic": use jwt \(tokens.*iam \(signed.*none \(everybody.*\)\.$/,
  ],
  [
    "jwt without its parts",
    { "onboarding:auth": "jwt" },
    /^onboarding:jwt\.issuer is missing: use the https address/,
  ],
  [
    "jwt as a text",
    { ...jwt({}), "onboarding:jwt": "https://a.example" },
    /^onboarding:jwt must have issuer, audience/,
  ],
  [
    "a part of jwt that does not exist",
    jwt({ scope: "a" }),
    /^onboarding:jwt has "scope": there are only issuer, audience and/,
  ],
  [
    "an issuer without TLS",
    jwt({ issuer: "http://a.example" }),
    /^onboarding:jwt\.issuer is "http:\/\/a\.example": use the https/,
  ],
  [
    "an issuer with a query",
    jwt({ issuer: "https://a.example/?b" }),
    /^onboarding:jwt\.issuer is "https:\/\/a\.example\/\?b"/,
  ],
  [
    "no audience",
    jwt({ audience: [] }),
    /^onboarding:jwt\.audience is \[\]: list at least one value .*any other application/,
  ],
  [
    "an audience as a text",
    jwt({ audience: "a" }),
    /^onboarding:jwt\.audience is "a": list at least one value/,
  ],
  [
    "no tenant claim",
    jwt({ tenantClaim: undefined }),
    /^onboarding:jwt\.tenantClaim is missing: name the claim/,
  ],
  [
    "a tenant claim with a space",
    jwt({ tenantClaim: "org id" }),
    /^onboarding:jwt\.tenantClaim is "org id": name the claim/,
  ],
  [
    "jwt with another auth",
    { ...jwt({}), "onboarding:auth": "iam" },
    /^onboarding:jwt is set, but onboarding:auth is iam: set auth to jwt, or take jwt out\.$/,
  ],
  [
    "a login address where nobody logs in",
    { "onboarding:auth": "none", "onboarding:loginUrl": "https://a.example" },
    /^onboarding:loginUrl is set, but onboarding:auth is none/,
  ],
  [
    "a login address that is a script",
    { ...jwt({}), "onboarding:loginUrl": "javascript:alert(1)" },
    /^onboarding:loginUrl is "javascript:alert\(1\)": use an https address/,
  ],
  ...[
    "https://a.example/",
    "http://a.example",
    "*",
    "https://*.example",
    "https://user@a.example",
    "null",
  ].map((origin): (typeof refused)[number] => [
    `the origin ${origin}`,
    { "onboarding:auth": "none", "onboarding:corsOrigins": [origin] },
    /^onboarding:corsOrigins has ".*": use https:\/\/ and a host, without a path/,
  ]),
  [
    "origins as a text",
    { "onboarding:auth": "none", "onboarding:corsOrigins": "https://a.example" },
    /^onboarding:corsOrigins must be a list/,
  ],
  [
    "origins for a back end",
    { "onboarding:corsOrigins": ["https://a.example"] },
    /^onboarding:corsOrigins is for pages .*onboarding:auth is iam.*take corsOrigins out/,
  ],
  [
    "no pending links",
    { "onboarding:pendingLinksPerAccount": 0 },
    /^onboarding:pendingLinksPerAccount is 0: use a whole number from 1 to 100\.$/,
  ],
  [
    "pending links without end",
    { "onboarding:pendingLinksPerTenant": 101 },
    /^onboarding:pendingLinksPerTenant is 101: use a whole/,
  ],
  [
    "another confirmation",
    { "onboarding:confirmation": "sms" },
    /^onboarding:confirmation is "sms": use code .* or none\.$/,
  ],
  [
    "a logo that is no image",
    { "onboarding:logo": "README.md" },
    /^onboarding:logo is "README\.md": use the path of an SVG or PNG file\.$/,
  ],
  [
    "a logo that is not there",
    { "onboarding:logo": "logo.svg" },
    /^onboarding:logo is "logo\.svg": there is no such file/,
  ],
  [
    "a logo of another folder",
    { "onboarding:logo": "../logo.svg" },
    /^onboarding:logo is "\.\.\/logo\.svg": use a path within the project's folder/,
  ],
  ["a logo from the root", { "onboarding:logo": "/etc/logo.png" }, /use a path within the project's folder/],
  [
    "a logo that is something else",
    { "onboarding:logo": "test/integration/components/fixtures/not-an-image.png" },
    /^onboarding:logo is ".*": its content is not what its name says\.$/,
  ],
  [
    "a logo that is too large",
    { "onboarding:logo": "test/integration/components/fixtures/large.svg" },
    /^onboarding:logo is ".*": the file has \d+ bytes, and the page takes 32768 at most\.$/,
  ],
  [
    "grants as a text",
    grants("ec2:*"),
    /^onboarding:grants must have actions, managedPolicies or both, not "ec2:\*"\.$/,
  ],
  [
    "unknown grants",
    grants({ action: [] }),
    /^onboarding:grants has "action": there are only actions and managedPolicies\.$/,
  ],
  [
    "empty grants",
    grants({}),
    /^onboarding:grants grants nothing: name at least one action or managed policy\.$/,
  ],
  [
    "actions as a text",
    grants({ actions: "ec2:Describe*" }),
    /^onboarding:grants\.actions must be a list of names, not "ec2:Describe\*"\.$/,
  ],
  [
    "the action *",
    actions("*"),
    /^onboarding:grants\.actions has "\*": that is every action there is; name a service and what it does, such as ec2:Describe\*\.$/,
  ],
  ["the action *:*", actions("*:*"), /has "\*:\*": that is every action there is/],
  [
    "all of IAM",
    actions("ec2:Describe*", "iam:*"),
    /has "iam:\*": that is every action of iam; name what is needed, such as iam:List\*\.$/,
  ],
  ["all of a service, spelled otherwise", actions("s3:**"), /has "s3:\*\*": that is every action of s3/],
  ["all of a service with question marks", actions("s3:?*"), /has "s3:\?\*": that is every action of s3/],
  [
    "actions of many services",
    actions("i*:Get*"),
    /has "i\*:Get\*": that covers services which nobody asked for/,
  ],
  [
    "changes to IAM",
    actions("iam:Put*"),
    /has "iam:Put\*": a role with that could give itself every right; use iam:Get\*, iam:List\* or single actions\.$/,
  ],
  [
    "changes to IAM in capitals",
    actions("IAM:*Policy"),
    /has "IAM:\*Policy": a role with that could give itself every right/,
  ],
  [
    "every way to assume a role",
    actions("sts:Assume*"),
    /has "sts:Assume\*": a role with that could give itself every right/,
  ],
  [
    "a word instead of an action",
    actions("describe"),
    /has "describe": name a service and what it does, such as ec2:Describe\*\.$/,
  ],
  [
    "too many actions",
    actions(...Array.from({ length: 500 }, (_, index) => `ec2:DescribeSomething${index}`)),
    /^onboarding:grants\.actions has 500 actions, too many for IAM's 10240 characters: shorten them/,
  ],
  [
    "the administrator's policy",
    grants({ managedPolicies: ["AdministratorAccess"] }),
    /^onboarding:grants\.managedPolicies has "AdministratorAccess": a role with that owns the account; use a narrower one, such as SecurityAudit\.$/,
  ],
  [
    "the administrator's policy by ARN",
    grants({ managedPolicies: ["arn:aws:iam::aws:policy/AdministratorAccess"] }),
    /a role with that owns the account/,
  ],
  [
    "a policy's ARN",
    grants({ managedPolicies: ["arn:aws:iam::aws:policy/SecurityAudit"] }),
    /use the name of a policy of AWS without its ARN, such as SecurityAudit/,
  ],
  [
    "eleven policies",
    grants({ managedPolicies: Array.from({ length: 11 }, (_, index) => `Policy${index}`) }),
    /has 11 policies: a role takes 10\.$/,
  ],
  [
    "tags as a list",
    { "onboarding:tags": ["a"] },
    /^onboarding:tags must be a map from key to value, not \["a"\]\.$/,
  ],
  [
    "a tag of AWS",
    { "onboarding:tags": { "aws:x": "1" } },
    /^onboarding:tags has the key "aws:x": use 1 to 128 letters/,
  ],
  [
    "the program's own tag",
    { "onboarding:tags": { "onboarding:stack": "x" } },
    /not beginning with aws: or onboarding:\.$/,
  ],
  [
    "a tag without a text",
    { "onboarding:tags": { cost: 7 } },
    /^onboarding:tags has 7 for "cost": use a text of at most 256/,
  ],
  [
    "ten tags",
    { "onboarding:tags": Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`t${index}`, ""])) },
    /^onboarding:tags has 10 tags: use at most 9, because an object in S3 takes ten/,
  ],
  [
    "a boundary that is no ARN",
    { "onboarding:permissionsBoundary": "boundary" },
    /^onboarding:permissionsBoundary is "boundary": use the ARN of a managed policy/,
  ],
  [
    "a path without its slash",
    { "onboarding:rolePath": "/vendor" },
    /^onboarding:rolePath is "\/vendor": begin and end it with a slash, such as \/vendor\/onboarding\//,
  ],
  [
    "days that CloudWatch does not offer",
    { "onboarding:logRetentionDays": 100 },
    /^onboarding:logRetentionDays is 100: CloudWatch Logs keeps logs for 1, 3, .*3653 days\.$/,
  ],
  ["logs for ever", { "onboarding:logRetentionDays": 0 }, /^onboarding:logRetentionDays is 0: /],
  [
    "days in words",
    { "onboarding:logRetentionDays": "a month" },
    /^onboarding:logRetentionDays is "a month": /,
  ],
  [
    "a link for ever",
    { "onboarding:linkLifetimeHours": 1000 },
    /^onboarding:linkLifetimeHours is 1000: use a whole number from 1 to 168 \(a week\)\.$/,
  ],
  ["a link for no time", { "onboarding:linkLifetimeHours": 0 }, /^onboarding:linkLifetimeHours is 0: /],
  [
    "a link for half an hour",
    { "onboarding:linkLifetimeHours": 0.5 },
    /^onboarding:linkLifetimeHours is 0\.5: /,
  ],
  [
    "trusted principals as a text",
    { "onboarding:trustedPrincipals": "arn:aws:iam::111122223333:role/backend" },
    /^onboarding:trustedPrincipals must be a list of ARN patterns, not "arn:aws:iam::111122223333:role\/backend"\.$/,
  ],
  [
    "a trusted principal that is none",
    { "onboarding:trustedPrincipals": ["arn:aws:sts::111122223333:assumed-role/backend/x"] },
    /^onboarding:trustedPrincipals has "arn:aws:sts::.*": use the ARN of a role or a user of your account/,
  ],
  [
    "a trusted principal of another account",
    { "onboarding:trustedPrincipals": ["arn:aws:iam::444455556666:role/backend"] },
    /^onboarding:trustedPrincipals has "arn:aws:iam::444455556666:role\/backend", which is not of account 111122223333: customers' roles trust that account only, so begin with arn:aws:iam::111122223333:\.$/,
  ],
  [
    "history for no time",
    { "onboarding:historyDays": 0 },
    /^onboarding:historyDays is 0: use a whole number from 1 to 3653 \(ten years\)\.$/,
  ],
  ["history for ever", { "onboarding:historyDays": 3654 }, /^onboarding:historyDays is 3654: /],
  [
    "an audit trail in other words",
    { "onboarding:auditTrail": "on" },
    /^onboarding:auditTrail is "on": use true or false\.$/,
  ],
  [
    "protect in other words",
    { "onboarding:protect": "yes" },
    /^onboarding:protect is "yes": use true or false\.$/,
  ],
  [
    "an empty vendor name",
    { "onboarding:vendorName": "" },
    /^onboarding:vendorName is "": use 1 to 128 printable characters/,
  ],
  [
    "a vendor name that turns the text around",
    { "onboarding:vendorName": "Acme\u202eproC" },
    /use 1 to 128 printable characters/,
  ],
  [
    "a retired region that is offered",
    { "onboarding:retiredRegions": ["eu-west-1"] },
    /^"eu-west-1" is in onboarding:regions and in onboarding:retiredRegions: take it out of one of them\./,
  ],
  [
    "a retired region that does not exist",
    { "onboarding:retiredRegions": ["eu-west-9"] },
    /^onboarding:retiredRegions has "eu-west-9", which is not a region of AWS: choose from /,
  ],
  [
    "a retired region named twice",
    { "onboarding:retiredRegions": ["eu-west-2", "eu-west-2"] },
    /^onboarding:retiredRegions names "eu-west-2" twice: name each region once\.$/,
  ],
  [
    "retired regions that are no list",
    { "onboarding:retiredRegions": "eu-west-2" },
    /^onboarding:retiredRegions must be a list of regions, not "eu-west-2"; leave it out for none\.$/,
  ],
  ...[0, 51, 1.5].map(
    (count): Refusal => [
      `${count} topics a region`,
      { "onboarding:topicsPerRegion": count },
      /^onboarding:topicsPerRegion is [0-9.]+: use a whole number from 1 to 50; each topic takes 99 connections\./,
    ],
  ),
  [
    "topics of a region that is not served",
    { "onboarding:topicsPerRegion": { "sa-east-1": 2 } },
    /^onboarding:topicsPerRegion names "sa-east-1", which is neither in onboarding:regions nor in onboarding:retiredRegions\.$/,
  ],
  [
    "a number of topics that is no number",
    { "onboarding:topicsPerRegion": { "eu-west-1": "many" } },
    /^onboarding:topicsPerRegion for "eu-west-1" is "many": use a whole number/,
  ],
  [
    "an alarm address that is none",
    { "onboarding:alarmEmail": "nobody" },
    /^onboarding:alarmEmail is "nobody": use an e-mail address, or leave it out for none\.$/,
  ],
  [
    "an alarm topic of another region",
    { "onboarding:alarmTopicArn": "arn:aws:sns:eu-west-1:111122223333:alarms" },
    /^onboarding:alarmTopicArn is "arn:.*": use the ARN of an SNS topic in the home region us-east-1, or leave it out\.$/,
  ],
  [
    "an alarm address and an alarm topic",
    {
      "onboarding:alarmEmail": "operators@example.com",
      "onboarding:alarmTopicArn": "arn:aws:sns:us-east-1:111122223333:alarms",
    },
    /^onboarding:alarmEmail and onboarding:alarmTopicArn are both set: use one of them/,
  ],
  [
    "a value that does not exist",
    { "onboarding:region": "us-east-1" },
    /^onboarding:region is not a configuration value of this program; there are onboarding:regions, onboarding:auth, /,
  ],
  [
    "a stack name in capitals",
    {},
    /^The stack's name "Prod" becomes part of names in AWS: use 1 to 20 lower-case letters, digits and hyphens, a letter first\.$/,
    { stack: "Prod" },
  ],
  [
    "a stack name that is too long for a role's",
    {},
    /^The stack's name "a23456789012345678901" becomes part/,
    { stack: "a23456789012345678901" },
  ],
];

describe("The configuration", () => {
  for (const [what, change, sentence, circumstances] of refused) {
    it(`refuse ${what} in one sentence`, async () => {
      await assert.rejects(runProgram({ ...smallStack, ...change }, circumstances), (error: Error) => {
        // Pulumi shows a RunError's message alone, any other error with its stack.
        assert.ok(pulumi.RunError.isInstance(error), String(error.stack));
        assert.match(error.message, sentence);
        return true;
      });
    });
  }

  it("are refused before anything is registered", async () => {
    const registered: string[] = [];
    await pulumi.runtime.setMocks({
      call: () => ({}),
      newResource: ({ name }) => {
        registered.push(name);
        return { id: name, state: {} };
      },
    });
    pulumi.runtime.setAllConfig({ "aws:region": "us-east-1" });
    await assert.rejects(import(`../../../../index.js?${"refused"}`), pulumi.RunError);
    assert.deepEqual(registered, []);
  });

  it("accept what a vendor may well want", async () => {
    const run = await runProgram({
      ...smallStack,
      "onboarding:grants": {
        actions: ["ec2:Describe*", "iam:Get*", "iam:List*", "iam:PassRole", "s3:ListAllMyBuckets"],
        managedPolicies: ["SecurityAudit", "job-function/ViewOnlyAccess"],
      },
      "onboarding:tags": { "cost center": "R&D".replace("&", "+") },
      "onboarding:vendorName": "Müller & Söhne GmbH",
      "onboarding:rolePath": "/a/b/",
    });
    assert.equal(ofType(run, "sns/topic:Topic").length, 3);
  });

  it("have the defaults that Pulumi.yaml shows", () => {
    const { config } = readYaml("Pulumi.yaml") as { config: Record<string, ConfigSchema> };
    const shown = Object.entries(config).filter(([, schema]) => "default" in schema);
    assert.deepEqual(Object.fromEntries(shown.map(([key, schema]) => [key, schema.default])), defaults);
  });

  it("are all described in Pulumi.yaml, each either with a default or required", () => {
    const { name, main, runtime, config } = readYaml("Pulumi.yaml");
    assert.equal(name, "onboarding");
    assert.equal(main, "index.ts");
    assert.deepEqual(runtime, { name: "nodejs", options: { typescript: false, nodeargs: "--import tsx" } });
    assert.deepEqual(Object.keys(config), ["regions", ...Object.keys(defaults)]);
    for (const [key, schema] of Object.entries<ConfigSchema>(config)) {
      assert.ok((schema.description ?? "").length > 30, key);
      // The command takes a value of no other type, and an object of none at all.
      const kind = Array.isArray(schema.default) || key === "regions" ? "array" : typeof schema.default;
      const types: Record<string, string> = {
        string: "string",
        number: "integer",
        boolean: "boolean",
        array: "array",
      };
      // A number or a map.
      assert.equal(schema.type, key === "topicsPerRegion" ? undefined : types[kind], key);
    }
  });

  it("of the stack dev deploy three regions as a trial", async () => {
    const { config } = readYaml("Pulumi.dev.yaml");
    const run = await runProgram(config);
    assert.deepEqual(Object.keys(run.outputs.topicArns), ["us-east-1", "eu-west-1", "ap-southeast-2"]);
    assert.equal(run.registrations.filter(({ protect }) => protect).length, 0);
    assert.equal(run.warnings.length, 1);
  });

  it("can be read alone, for a component that is tried by itself", async () => {
    await runProgram();
    const { prefix, accountId, customerRolePath } = await readConfiguration();
    assert.deepEqual(
      [prefix, accountId, customerRolePath],
      ["onboarding-dev", "111122223333", "/onboarding/dev/"],
    );
  });
});
