/** Grants are configured once: one more action of one tier is in everything that customers create, read and are told. */
import assert from "node:assert/strict";
import { GetRolePolicyCommand } from "@aws-sdk/client-iam";
import { fetchTemplate } from "../../emulator/customer/customer.js";
import { pulumiStack, terraformStack } from "../examples/programs.js";
import { ApiClient } from "./api-client.js";
import { signIn } from "./sign-in.js";
import { TestCloud } from "./test-cloud.js";

const REGION = "eu-west-1";
const ACTION = "ec2:RebootInstances";
const IN_WORDS = "reboot instances";

const grantsWith = (...actions: readonly string[]) => ({
  "onboarding:grants": {
    actions: ["ec2:Describe*"],
    tiers: [{ name: "read" }, { name: "manage", actions: ["ec2:StopInstances", ...actions] }],
  },
});

describe("On the embedded cloud, one more action of one tier", function () {
  this.timeout(120_000);
  let test: TestCloud;
  let api: ApiClient;
  /** What customers of a tier get and see, before and after. */
  const seen: Record<"before" | "after", Record<string, string>> = { before: {}, after: {} };

  before(async () => {
    test = await TestCloud.start(grantsWith());
    api = new ApiClient(test.program.onboardingUrl);
    seen.before = await look();
    await test.deployment.up({ ...test.config, ...grantsWith(ACTION) });
    seen.after = await look();
  });

  after(() => test?.cloud.stop());

  const ask = async (tier: string, more: object = {}) => {
    const accountId = test.newAccount();
    const { status, body } = await api.post("/connections", { accountId, region: REGION, tier, ...more });
    assert.equal(status, 201, body.detail);
    return body;
  };
  const template = (url: string) => fetchTemplate(test.cloud.endpoint, url);

  const look = async (): Promise<Record<string, string>> => {
    const [read, manage] = [await ask("read"), await ask("manage")];
    return {
      "the template of the tier": await template(manage.stack.templateUrl),
      "the template of the other tier": await template(read.stack.templateUrl),
      "the policy of a customer's own role": JSON.stringify((await ask("manage", { method: "role" })).role),
      "the policy of the other tier's own role": JSON.stringify((await ask("read", { method: "role" })).role),
      "what examples/terraform creates": await template((await terraformStack(manage)).templateUrl),
      "what examples/pulumi creates": await template((await pulumiStack(manage)).templateUrl),
      "the role that examples/aws-cli.sh makes": await roleByScript(),
      "the page": (await api.get("/")).body,
      "GET /grants": JSON.stringify((await api.get("/grants")).body),
      "the OpenAPI document": JSON.stringify((await api.get("/openapi.json")).body),
    };
  };

  /** The policy of the role that the AWS CLI's example creates. */
  const roleByScript = async () => {
    const accountId = test.newAccount();
    const run = await signIn(test, accountId);
    const { stdout } = await run("env", ["ONBOARDING_TIER=manage", "examples/aws-cli.sh", "connect", REGION]);
    const [, RoleName = ""] = /:role\/onboarding\/dev\/(\S+)/.exec(stdout) ?? [];
    const { PolicyDocument = "" } = await test.cloud
      .customer(accountId)
      .clients.iam(REGION)
      .send(new GetRolePolicyCommand({ RoleName, PolicyName: "permissions" }));
    return decodeURIComponent(PolicyDocument);
  };

  for (const where of [
    "the template of the tier",
    "the policy of a customer's own role",
    "what examples/terraform creates",
    "what examples/pulumi creates",
    "the role that examples/aws-cli.sh makes",
    "the page",
    "GET /grants",
    "the OpenAPI document",
  ]) {
    it(`is in ${where}`, () => {
      assert.ok(seen.before[where]?.includes("ec2:StopInstances"));
      assert.ok(!seen.before[where]?.includes(ACTION));
      assert.ok(seen.after[where]?.includes(ACTION));
    });
  }

  for (const where of ["the page", "GET /grants", "the OpenAPI document"]) {
    it(`is in plain words in ${where}`, () => {
      assert.ok(!seen.before[where]?.includes(IN_WORDS));
      assert.ok(seen.after[where]?.includes(IN_WORDS));
    });
  }

  for (const where of ["the template of the other tier", "the policy of the other tier's own role"]) {
    it(`is not in ${where}`, () => {
      assert.ok(seen.after[where]?.includes("ec2:Describe*"));
      assert.ok(!seen.after[where]?.includes(ACTION));
    });
  }
});
