import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import {
  allRegions,
  type Circumstances,
  ofType,
  runProgram,
  type StackConfig,
  smallStack,
} from "../run-program.js";
import { readConfiguration } from "./read-configuration.js";

/** What is wrong, and what the sentence must say about it. */
const refused: [what: string, change: StackConfig, sentence: RegExp, circumstances?: Circumstances][] = [
  [
    "no home region",
    { "aws:region": undefined },
    /^aws:region is missing: set the home region, for example: pulumi config set aws:region us-east-1\.$/,
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
    "regions as a text",
    { "onboarding:regions": "us-east-1,eu-west-1" },
    /^onboarding:regions must be a list of at least one region, not "us-east-1,eu-west-1"; for example/,
  ],
  [
    "a region that nobody opted in to",
    { "onboarding:regions": ["us-east-1", "af-south-1"] },
    /^onboarding:regions has "af-south-1", which is not enabled in account 111122223333: opt in /,
    { enabledRegions: allRegions("us-east-1").filter((region) => region !== "af-south-1") },
  ],
  [
    "a trusted principal of another account",
    { "onboarding:trustedPrincipals": ["arn:aws:iam::444455556666:role/backend"] },
    /^onboarding:trustedPrincipals has "arn:aws:iam::444455556666:role\/backend", which is not in account 111122223333/,
  ],
  [
    "a logo that is not there",
    { "onboarding:logo": "a.svg" },
    /^onboarding:logo is "a\.svg": there is no such/,
  ],
  [
    "a value that does not exist",
    { "onboarding:colour": "#000000" },
    /^onboarding:colour is not a configuration value of this program; there are onboarding:regions, .*onboarding:auth, /,
  ],
  [
    "a misspelled value",
    { "onboarding:linklifetimeHour": "24" },
    /^onboarding:linklifetimeHour is not a configuration value of this program; did you mean onboarding:linkLifetimeHours\?$/,
  ],
  [
    "a value that the stack has anyway",
    { "onboarding:homeRegion": "us-east-1" },
    /^onboarding:homeRegion is not a configuration value of this program; there are onboarding:regions, /,
  ],
  [
    "a stack name in capitals",
    {},
    /^The stack's name "Prod" becomes part of names in AWS: /,
    { stack: "Prod" },
  ],
];

describe("The configuration of a stack", () => {
  for (const [what, change, sentence, circumstances] of refused) {
    it(`is refused with ${what}, in one sentence`, async () => {
      await assert.rejects(readConfiguration(change, circumstances), (error: Error) => {
        // Pulumi shows a RunError's message alone, any other error with its stack.
        assert.ok(pulumi.RunError.isInstance(error), String(error.stack));
        assert.match(error.message, sentence);
        return true;
      });
    });
  }

  it("is refused before anything is registered", async () => {
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

  it("has numbers and flags as `pulumi config set` stores them, and texts that look like them", async () => {
    const configuration = await readConfiguration({
      "onboarding:topicsPerRegion": "3",
      "onboarding:topicsByRegion": { "eu-west-1": "4" },
      "onboarding:linkLifetimeHours": "72",
      "onboarding:auditTrail": "true",
      "onboarding:protect": "false",
      "onboarding:vendorName": "42",
    });
    assert.deepEqual(configuration.topicsByRegion, { "us-east-1": 3, "eu-west-1": 4 });
    const { linkLifetimeHours, auditTrail, protect, vendorName } = configuration;
    assert.deepEqual([linkLifetimeHours, auditTrail, protect, vendorName], [72, true, false, "42"]);
  });

  it("has lists and maps as text, too", async () => {
    const { regions, tags } = await readConfiguration({
      "onboarding:regions": '["eu-west-1"]',
      "onboarding:tags": '{"a": "b"}',
    });
    assert.deepEqual(regions, ["eu-west-1"]);
    assert.deepEqual(tags, { "onboarding:stack": "dev", a: "b" });
  });

  it("is completed with what follows from it", async () => {
    const configuration = await readConfiguration({ "onboarding:retiredRegions": ["eu-west-2"] });
    const { prefix, homeRegion, servedRegions, topicsByRegion, accountId, customerRolePath } = configuration;
    assert.deepEqual(
      { prefix, homeRegion, servedRegions, topicsByRegion, accountId, customerRolePath },
      {
        prefix: "onboarding-dev",
        homeRegion: "us-east-1",
        servedRegions: ["us-east-1", "eu-west-1", "eu-west-2"],
        topicsByRegion: { "us-east-1": 1, "eu-west-1": 1, "eu-west-2": 1 },
        accountId: "111122223333",
        customerRolePath: "/onboarding/dev/",
      },
    );
    const { jwt, permissionsBoundary, alarmEmail, alarmTopicArn, logo } = configuration;
    assert.deepEqual(
      { jwt, permissionsBoundary, alarmEmail, alarmTopicArn, logo },
      {
        jwt: undefined,
        permissionsBoundary: undefined,
        alarmEmail: undefined,
        alarmTopicArn: undefined,
        logo: "",
      },
    );
  });

  it("can be what a vendor may well want", async () => {
    const run = await runProgram({
      ...smallStack,
      "onboarding:grants": {
        actions: ["ec2:Describe*", "iam:Get*", "iam:List*", "iam:PassRole", "s3:ListAllMyBuckets"],
        managedPolicies: ["SecurityAudit", "job-function/ViewOnlyAccess"],
      },
      "onboarding:tags": { "cost center": "R+D" },
      "onboarding:vendorName": "Mueller & Sons Ltd.",
      "onboarding:rolePath": "/a/b/",
    });
    assert.equal(ofType(run, "sns/topic:Topic").length, 3);
  });

  it("is refused with a managed policy that AWS does not have, in every partition by its own ARN", async () => {
    const misspelt = { "onboarding:grants": { managedPolicies: ["SecurityAudit", "ViewOnlyAccess"] } };
    for (const [region, partition] of [
      ["us-east-1", "aws"],
      ["cn-north-1", "aws-cn"],
    ]) {
      const config = { "aws:region": region, "onboarding:regions": [region], ...misspelt };
      await assert.rejects(runProgram(config), (error: Error) => {
        assert.ok(pulumi.RunError.isInstance(error), String(error.stack));
        assert.equal(
          error.message,
          `onboarding:grants.managedPolicies has "ViewOnlyAccess", but AWS has no managed policy arn:${partition}:iam::aws:policy/ViewOnlyAccess: check its spelling and its path, as in SecurityAudit or job-function/ViewOnlyAccess.`,
        );
        return true;
      });
    }
  });

  it("is deployed with a warning if the managed policies may not be read", async () => {
    const run = await runProgram({
      ...smallStack,
      "onboarding:grants": { managedPolicies: ["Denied"] },
    });
    assert.equal(run.warnings.length, 1);
    assert.match(
      String(run.warnings[0]),
      /onboarding:grants\.managedPolicies could not be checked: arn:aws:iam::aws:policy\/Denied could not be read\. .*AccessDenied/,
    );
  });

  it("of the stack dev deploys three regions as a trial", async () => {
    const text = readFileSync(new URL("../../../../Pulumi.dev.yaml", import.meta.url), "utf8");
    const run = await runProgram(parse(text).config);
    assert.deepEqual(Object.keys(run.outputs.topicArns), ["us-east-1", "eu-west-1", "ap-southeast-2"]);
    assert.equal(run.registrations.filter(({ protect }) => protect).length, 0);
    assert.equal(run.warnings.length, 1);
  });
});
