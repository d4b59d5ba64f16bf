import assert from "node:assert/strict";
import { Provider } from "@pulumi/aws/provider.js";
import * as pulumi from "@pulumi/pulumi";
import type { CrossAccountOnboardingArgs } from "../../../components/config/arguments.js";
import { CrossAccountOnboarding } from "../../../components/cross-account-onboarding.js";
import { ACCOUNT, ofType, only, type Run, runOnce, runUnderMocks, smallStack } from "./run-program.js";

const regions = ["us-east-1", "eu-west-1"];

type Arguments = Partial<CrossAccountOnboardingArgs>;

/** A program that has one onboarding with these arguments. */
function onboarding(args: Arguments): Promise<Run> {
  return runUnderMocks(() => {
    const { onboardingUrl, domainTarget, apiArn, topicArns, alarmTopicArn, ...others } =
      new CrossAccountOnboarding("onboarding", { regions, ...args });
    const { tableName, clientPolicyArn, templateUrl } = others;
    return {
      onboardingUrl,
      domainTarget,
      apiArn,
      topicArns,
      alarmTopicArn,
      tableName,
      clientPolicyArn,
      templateUrl,
    };
  });
}

/** What comes from a resource of the same program. */
const later = <TValue>(value: TValue) => pulumi.output(Promise.resolve(value));

describe("CrossAccountOnboarding", () => {
  it("in somebody's program registers what this program does", async () => {
    const inventory = ({ registrations }: Run) =>
      registrations
        .filter(({ type }) => type !== "onboarding:index:CrossAccountOnboarding")
        .sort((a, b) => a.urn.localeCompare(b.urn));
    const own = await onboarding({});
    const ours = await runOnce(smallStack);
    assert.deepEqual(inventory(own), inventory(ours));
    assert.deepEqual(own.outputs, ours.outputs);
  });

  it("takes the home region from the provider and the deployment from the stack, unless told otherwise", async () => {
    const byDefault = only(await onboarding({}), "dynamodb/table:Table").inputs;
    assert.deepEqual([byDefault.region, byDefault.name], ["us-east-1", "onboarding-dev-connections"]);
    const told = only(
      await onboarding({ homeRegion: "eu-west-1", deployment: "prod" }),
      "dynamodb/table:Table",
    ).inputs;
    assert.deepEqual([told.region, told.name], ["eu-west-1", "onboarding-prod-connections"]);
  });

  it("can be in a program twice, and take the other's output", async () => {
    const run = await runUnderMocks(() => {
      const first = new CrossAccountOnboarding("first", { regions, deployment: "first" });
      const { alarmTopicArn } = first;
      const second = new CrossAccountOnboarding("second", { regions, deployment: "second", alarmTopicArn });
      return { first: first.alarmTopicArn, second: second.alarmTopicArn, table: second.tableName };
    });
    const urns = run.registrations.map(({ urn }) => urn);
    assert.equal(new Set(urns).size, urns.length);
    const physicalNames = (deployment: string) =>
      run.registrations
        .filter(({ custom, name }) => custom && name.startsWith(`${deployment}-`))
        .flatMap(({ inputs }) => [inputs.name, inputs.bucket, inputs.dashboardName])
        .filter((name) => name !== undefined && !["$default"].includes(name));
    for (const deployment of ["first", "second"]) {
      const names = physicalNames(deployment);
      assert.ok(names.length > 50);
      for (const name of names) assert.match(name, new RegExp(`onboarding-${deployment}(-|$)`));
    }
    const topic = `arn:aws:sns:us-east-1:${ACCOUNT}:onboarding-first-alarms`;
    assert.deepEqual(run.outputs, { first: topic, second: topic, table: "onboarding-second-connections" });
    const target = only(run, "cloudwatch/eventTarget:EventTarget", "second-alarms-home-target");
    assert.equal(target.inputs.arn, topic);
  });

  it("cannot be in a program twice with the same deployment", async () => {
    await assert.rejects(
      runUnderMocks(() => {
        const first = new CrossAccountOnboarding("first", { regions });
        const second = new CrossAccountOnboarding("second", { regions });
        return { first: first.tableName, second: second.tableName };
      }),
      (error: Error) => {
        assert.ok(pulumi.RunError.isInstance(error), String(error.stack));
        assert.equal(
          error.message,
          `deployment is "dev", which "first" is already in account ${ACCOUNT}: give each onboarding of a program a deployment of its own.`,
        );
        return true;
      },
    );
  });

  it("hands a provider to every resource", async () => {
    const run = await runUnderMocks(() => {
      const provider = new Provider("somewhere", { region: "us-east-1" });
      new CrossAccountOnboarding(
        "onboarding",
        { regions, auditTrail: true },
        { providers: { aws: provider } },
      );
      return {};
    });
    const resources = run.registrations.filter(({ type }) => /^aws:/.test(type));
    assert.ok(resources.length > 100);
    for (const { name, provider } of resources) assert.match(provider, /::somewhere::/, name);
  });

  it("takes arguments that are known only while it runs", async () => {
    const run = await onboarding({
      auth: "jwt",
      jwt: {
        issuer: later("https://login.example.com/"),
        audience: [later("app")],
        tenantClaim: "org_id",
      },
      permissionsBoundary: later(`arn:aws:iam::${ACCOUNT}:policy/boundary`),
      trustedPrincipals: [later(`arn:aws:iam::${ACCOUNT}:role/backend`)],
      alarmTopicArn: later(`arn:aws:sns:us-east-1:${ACCOUNT}:operators`),
    });
    assert.deepEqual(only(run, "apigatewayv2/authorizer:Authorizer").inputs.jwtConfiguration, {
      issuer: "https://login.example.com/",
      audiences: ["app"],
    });
    for (const { inputs } of ofType(run, "iam/role:Role")) {
      assert.equal(inputs.permissionsBoundary, `arn:aws:iam::${ACCOUNT}:policy/boundary`);
    }
    const { Role } = JSON.parse(
      only(run, "s3/bucketObjectv2:BucketObjectv2", "onboarding-template-template").inputs.content,
    ).Resources;
    const [{ Condition }] = Role.Properties.AssumeRolePolicyDocument.Statement;
    assert.ok(Condition.ArnLike["aws:PrincipalArn"].includes(`arn:aws:iam::${ACCOUNT}:role/backend`));
    assert.equal(run.outputs.alarmTopicArn, `arn:aws:sns:us-east-1:${ACCOUNT}:operators`);
  });

  const invalid: [what: string, args: Arguments, property: string, sentence: RegExp][] = [
    [
      "an argument",
      { historyDays: 0 },
      "historyDays",
      /^historyDays is 0: use a whole number from 1 to 3653 \(ten years\)\.$/,
    ],
    [
      "a combination of arguments",
      { alarmEmail: "a@example.com", alarmTopicArn: later("arn:aws:sns:us-east-1:111122223333:a") },
      "alarmEmail",
      /^alarmEmail and alarmTopicArn are both set: /,
    ],
    [
      "an output where only a plain value will do",
      { deployment: later("prod") as unknown as string },
      "deployment",
      /^deployment is or contains an output or a secret: use a plain value/,
    ],
    [
      "an output in a list of plain values",
      { regions: [later("us-east-1") as unknown as string] },
      "regions",
      /^regions is or contains an output or a secret: use a plain value/,
    ],
  ];
  for (const [what, args, property, sentence] of invalid) {
    it(`is refused with ${what} that is not valid, before anything is registered`, async () => {
      let registered = 0;
      await pulumi.runtime.setMocks({
        call: () => ({}),
        newResource: ({ name }) => {
          registered += 1;
          return { id: name, state: {} };
        },
      });
      assert.throws(
        () => new CrossAccountOnboarding("onboarding", { regions, ...args }),
        (error: Error) => {
          // Pulumi shows a RunError's message alone, any other error with its stack.
          assert.ok(pulumi.RunError.isInstance(error), String(error.stack));
          assert.match(error.message, sentence);
          assert.equal((error as Error & { property?: string }).property, property);
          return true;
        },
      );
      assert.equal(registered, 0);
    });
  }

  const invalidLater: [what: string, args: Arguments, sentence: RegExp][] = [
    [
      "a home region that has other regions in another partition",
      { regions: ["us-gov-west-1"] },
      /^regions has "us-gov-west-1" .* but the home region us-east-1 is in aws/,
    ],
    [
      "a principal of another account, known late",
      { trustedPrincipals: later(["arn:aws:iam::444455556666:role/backend"]) },
      /^trustedPrincipals has "arn:aws:iam::444455556666:role\/backend", which is not in account 111122223333/,
    ],
    [
      "an alarm topic of another region, known late",
      { alarmTopicArn: later("arn:aws:sns:eu-west-1:111122223333:alarms") },
      /^alarmTopicArn is "arn:aws:sns:eu-west-1:111122223333:alarms": use the ARN of an SNS topic in the home region us-east-1/,
    ],
    [
      "an issuer without TLS, known late",
      {
        auth: "jwt",
        jwt: { issuer: later("http://login.example.com/"), audience: ["app"], tenantClaim: "org_id" },
      },
      /^jwt\.issuer is "http:\/\/login\.example\.com\/": use /,
    ],
  ];
  for (const [what, args, sentence] of invalidLater) {
    it(`is refused with ${what}, in the same words`, async () => {
      await assert.rejects(onboarding(args), (error: Error) => {
        assert.ok(pulumi.RunError.isInstance(error), String(error.stack));
        assert.match(error.message, sentence);
        return true;
      });
    });
  }

  it("registers nothing but itself where a region is not enabled", async () => {
    const names: string[] = [];
    await assert.rejects(
      runUnderMocks(
        () => {
          const { onboardingUrl } = new CrossAccountOnboarding(
            "onboarding",
            { regions },
            {
              transformations: [({ name }) => void names.push(name)],
            },
          );
          return { onboardingUrl };
        },
        { enabledRegions: ["us-east-1"] },
      ),
      /regions has "eu-west-1", which is not enabled in account 111122223333/,
    );
    assert.deepEqual(names, ["onboarding"]);
  });
});
