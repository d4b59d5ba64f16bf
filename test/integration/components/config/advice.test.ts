/** Each sentence that `pulumi up` stops with says what to do. Here somebody does it, and the configuration is taken. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { allRegions, type Circumstances } from "../run-program.js";
import { readConfiguration } from "./read-configuration.js";

/** Names of configuration values here lack their `onboarding:`. */
type Values = Readonly<Record<string, unknown>>;

/** What is refused, the words of the sentence that say what to do, and what somebody who reads them then has. */
type Advice = readonly [what: string, wrong: Values, advice: string, followed: Values, Circumstances?];

const jwt = { issuer: "https://login.example.com/", audience: ["onboarding"], tenantClaim: "sub" };
const topic = "arn:aws:sns:us-east-1:111122223333:alarms";
const live = { "us-east-1": true, "eu-west-1": true, "eu-west-2": true };
const withoutCapeTown = allRegions("us-east-1").filter((region) => region !== "af-south-1");

const regions: Advice[] = [
  ["no home region", { "aws:region": undefined }, "pulumi config set aws:region us-east-1", {}],
  ["an unknown home region", { "aws:region": "us-east-9" }, "use one such as us-east-1", {}],
  [
    "a home region of another partition",
    { "aws:region": "us-iso-east-1", regions: ["us-iso-east-1"] },
    "serves aws, aws-us-gov, aws-cn",
    { "aws:region": "us-gov-west-1", regions: ["us-gov-west-1"] },
  ],
  [
    "a home region where the bucket's name cannot be reserved",
    { "aws:region": "me-south-1", regions: ["me-south-1"] },
    "use another home region; customers can still choose me-south-1",
    { regions: ["us-east-1", "me-south-1"] },
  ],
  [
    "a home region that is off",
    { "aws:region": "af-south-1" },
    "aws account enable-region --region-name af-south-1",
    { "aws:region": "af-south-1" },
    { enabledRegions: withoutCapeTown },
  ],
  ["no regions", { regions: undefined }, "'onboarding:regions[0]' us-east-1", { regions: ["us-east-1"] }],
  ["an unknown region", { regions: ["eu-west-9"] }, "eu-west-1, eu-west-2", { regions: ["eu-west-1"] }],
  ["a region twice", { regions: ["eu-west-1", "eu-west-1"] }, "each region once", { regions: ["eu-west-1"] }],
  [
    "a region of China",
    { regions: ["us-east-1", "cn-north-1"] },
    "serve cn-north-1 from a separate stack with its home region in aws-cn",
    { "aws:region": "cn-north-1", regions: ["cn-north-1"] },
  ],
  [
    "a region that is off",
    { regions: ["us-east-1", "af-south-1"] },
    "or take it out",
    { regions: ["us-east-1"] },
    { enabledRegions: withoutCapeTown },
  ],
  [
    "a region that is offered and retired",
    { retiredRegions: ["eu-west-1"] },
    "take it out of one of them",
    { regions: ["us-east-1"], retiredRegions: ["eu-west-1"] },
  ],
  [
    "a region that is retired and released",
    { retiredRegions: ["eu-west-2"], releasedRegions: ["eu-west-2"] },
    "take it out of one of them",
    { releasedRegions: ["eu-west-2"] },
  ],
  [
    "a region that was forgotten",
    {},
    "add it to onboarding:retiredRegions",
    { retiredRegions: ["eu-west-2"] },
    { replicas: live },
  ],
  [
    "topics of a region that is not served",
    { topicsByRegion: { "sa-east-1": 2 } },
    "add it there, or take it out",
    { retiredRegions: ["sa-east-1"], topicsByRegion: { "sa-east-1": 2 } },
  ],
  ["too many topics", { topicsPerRegion: 301 }, "a whole number from 1 to 300", { topicsPerRegion: 300 }],
];

const access: Advice[] = [
  ["an unknown auth", { auth: "basic" }, "iam (signed requests", { auth: "iam" }],
  ["jwt without its parts", { auth: "jwt" }, "use the https address", { auth: "jwt", jwt }],
  ["jwt with another auth", { auth: "iam", jwt }, "set auth to jwt, or take jwt out", { auth: "jwt", jwt }],
  [
    "origins for a back end",
    { corsOrigins: ["https://app.example.com"] },
    "take corsOrigins out, or set auth to jwt",
    { auth: "jwt", jwt, corsOrigins: ["https://app.example.com"] },
  ],
  [
    "an origin with a path",
    { auth: "jwt", jwt, corsOrigins: ["https://app.example.com/start"] },
    "use https:// and a host, without a path",
    { auth: "jwt", jwt, corsOrigins: ["https://app.example.com"] },
  ],
  [
    "a login address where nobody logs in",
    { auth: "none", loginUrl: "https://app.example.com" },
    "or take loginUrl out",
    { auth: "none" },
  ],
  ["a link for ever", { linkLifetimeHours: 1000 }, "from 1 to 168", { linkLifetimeHours: 168 }],
];

const grants: Advice[] = [
  ["nothing granted", { grants: {} }, "name at least one action", { grants: { actions: ["ec2:Describe*"] } }],
  [
    "all of a service",
    { grants: { actions: ["s3:*"] } },
    "such as s3:List*",
    { grants: { actions: ["s3:List*"] } },
  ],
  [
    "changes to IAM",
    { grants: { actions: ["iam:Put*"] } },
    "use iam:Get*, iam:List* or single actions",
    { grants: { actions: ["iam:Get*", "iam:List*"] } },
  ],
  [
    "the administrator's policy",
    { grants: { managedPolicies: ["AdministratorAccess"] } },
    "such as SecurityAudit",
    { grants: { managedPolicies: ["SecurityAudit"] } },
  ],
  [
    "a managed policy without its path",
    { grants: { managedPolicies: ["ViewOnlyAccess"] } },
    "job-function/ViewOnlyAccess",
    { grants: { managedPolicies: ["job-function/ViewOnlyAccess"] } },
  ],
  [
    "a principal of another account",
    { trustedPrincipals: ["arn:aws:iam::444455556666:role/backend"] },
    "begin with arn:aws:iam::111122223333:",
    { trustedPrincipals: ["arn:aws:iam::111122223333:role/backend"] },
  ],
  [
    "principals that outgrow the trust policy",
    {
      trustedPrincipals: Array.from(
        { length: 30 },
        (_, index) => `arn:aws:iam::111122223333:role/backend-service-with-a-long-name-${index}`,
      ),
    },
    "a pattern that stands for several, such as arn:aws:iam::111122223333:role/backend-*",
    { trustedPrincipals: ["arn:aws:iam::111122223333:role/backend-*"] },
  ],
];

const account: Advice[] = [
  ["a vendor outside ASCII", { vendorName: "Søn" }, 'use "Son", for example', { vendorName: "Son" }],
  ["a logo that is not there", { logo: "a.svg" }, "no such", {}],
  ["ten tags", { tags: tags(10) }, "use at most 9", { tags: tags(9) }],
  ["the program's own tag", { tags: { "onboarding:a": "b" } }, "not beginning with", { tags: { a: "b" } }],
  ["a path without its slash", { rolePath: "/vendor" }, "/vendor/", { rolePath: "/vendor/" }],
  [
    "a boundary that is no ARN",
    { permissionsBoundary: "boundary" },
    "use the ARN of a managed policy",
    { permissionsBoundary: "arn:aws:iam::111122223333:policy/boundary" },
  ],
  [
    "an alarm address and an alarm topic",
    { alarmEmail: "operators@example.com", alarmTopicArn: topic },
    "use one of them",
    { alarmTopicArn: topic },
  ],
  [
    "an alarm topic of another region",
    { alarmTopicArn: topic.replace("us-east-1", "eu-west-1") },
    "in the home region us-east-1",
    { alarmTopicArn: topic },
  ],
  ["days that CloudWatch does not offer", { logRetentionDays: 100 }, ", 90, ", { logRetentionDays: 90 }],
  ["a value that does not exist", { colour: "#000000" }, "there are onboarding:regions", {}],
  [
    "a misspelled value",
    { vendorname: "Acme" },
    "did you mean onboarding:vendorName?",
    { vendorName: "Acme" },
  ],
];

function tags(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, ""]));
}

/** @param values with `onboarding:` left out of the names */
function read(values: Values, circumstances?: Circumstances) {
  const entries = Object.entries(values).map(([name, value]) => [
    name.includes(":") ? name : `onboarding:${name}`,
    value,
  ]);
  return readConfiguration(Object.fromEntries(entries), circumstances);
}

describe("Whoever does what pulumi up says, after it refused", () => {
  for (const [what, wrong, advice, followed, circumstances = {}] of [
    ...regions,
    ...access,
    ...grants,
    ...account,
  ]) {
    it(`${what}, is not refused again`, async () => {
      await assert.rejects(read(wrong, circumstances), (error: Error) => {
        assert.ok(pulumi.RunError.isInstance(error), String(error.stack));
        assert.ok(error.message.includes(advice), error.message);
        return true;
      });
      // Who enables a region has it enabled.
      const { enabledRegions: _, ...others } = circumstances;
      await read(followed, others);
    });
  }

  it("a stack's name in capitals, is not refused again", async () => {
    await assert.rejects(read({}, { stack: "Prod" }), /use 1 to 16 lower-case letters, digits and hyphens/);
    await read({}, { stack: "prod" });
  });
});
