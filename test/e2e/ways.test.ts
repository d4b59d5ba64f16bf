/** Every way to connect an account, and to leave: the examples, run with their tools where those can be had, on the embedded cloud. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { CreateStackCommand, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { OwnRoleScenario } from "../../emulator/customer/other-ways.js";
import { Stack, toParameters } from "../../emulator/customer/stack.js";
import { projectFolder } from "../../emulator/paths.js";
import {
  type ConnectionAnswer,
  copyOf,
  type DescribedStack,
  pulumiStack,
  terraformStack,
} from "../examples/programs.js";
import { ApiClient } from "./api-client.js";
import { signIn, signInAsAdministrator } from "./sign-in.js";
import { TestCloud } from "./test-cloud.js";

const REGION = "eu-west-1";
const SCRIPT = join(projectFolder, "examples/aws-cli.sh");

type Answer = ConnectionAnswer & { readonly externalId: string; readonly link: string };

/** How a customer leaves again. */
type Leave = () => Promise<unknown>;

describe("On the embedded cloud, a customer connects and leaves with", function () {
  this.timeout(120_000);
  let test: TestCloud;

  before(async () => {
    test = await TestCloud.start({ "onboarding:vendorName": 'Example "E" Corp\'s' });
  });

  after(() => test?.cloud.stop());

  const ask = async (): Promise<Answer> => {
    const api = new ApiClient(test.program.onboardingUrl);
    const { status, body } = await api.post("/connections", {
      accountId: test.newAccount(),
      region: REGION,
    });
    assert.equal(status, 201, body.detail);
    return body as unknown as Answer;
  };

  /** Asks for a link, connects, and leaves. */
  const passes = async (connect: (connection: Answer) => Promise<Leave>) => {
    const connection = await ask();
    const leave = await connect(connection);
    await test.untilStatus(connection.externalId, "connected");
    await leave();
    await test.untilStatus(connection.externalId, "disconnected");
  };

  /** Creates a stack as CloudFormation is asked to by a tool that cannot be had. */
  const create = async (accountId: string, { region, ...stack }: DescribedStack): Promise<Leave> => {
    const customer = test.cloud.customer(accountId);
    const { StackId = "" } = await customer.clients.cloudFormation(region).send(
      new CreateStackCommand({
        StackName: stack.name,
        TemplateURL: stack.templateUrl,
        Capabilities: stack.capabilities as ["CAPABILITY_IAM"],
        Parameters: toParameters(stack.parameters),
      }),
    );
    const created = new Stack(StackId, region, customer);
    assert.equal((await created.settled()).status, "CREATE_COMPLETE");
    return () => created.delete();
  };

  it("the AWS console", () =>
    passes(async ({ accountId, link }) => {
      const stack = await test.cloud.customer(accountId).createStack(link);
      assert.equal((await stack.settled()).status, "CREATE_COMPLETE");
      return () => stack.delete();
    }));

  it("examples/aws-cli.sh, which asks for the link itself", async () => {
    const accountId = test.newAccount();
    const run = await signIn(test, accountId);
    const { stdout } = await run(SCRIPT, ["connect", REGION]);
    const [, name = ""] =
      /^Connected\. To end the access: .* disconnect eu-west-1 (\S+)$/m.exec(stdout) ?? [];
    const { Stacks } = await test.cloud
      .customer(accountId)
      .clients.cloudFormation(REGION)
      .send(new DescribeStacksCommand({ StackName: name }));
    const output = Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === "ExternalId");
    const externalId = output?.OutputValue ?? "";
    await test.untilStatus(externalId, "connected");
    await run(SCRIPT, ["disconnect", REGION, name]);
    await test.untilStatus(externalId, "disconnected");
  });

  it("what examples/terraform describes", () =>
    passes(async (connection) => create(connection.accountId, await terraformStack(connection))));

  it("what examples/pulumi registers", () =>
    passes(async (connection) => create(connection.accountId, await pulumiStack(connection))));

  it("examples/cdk, deployed by the CDK itself", () =>
    passes(async (connection) => {
      const run = await signIn(test, connection.accountId, "examples/cdk/README.md");
      const app = copyOf("cdk", connection);
      const cdk = (...args: string[]) =>
        run(join(app, "node_modules/.bin/cdk"), [...args, "--no-notices"], app);
      await cdk("deploy", "--require-approval", "never");
      return async () => {
        await cdk("destroy", "--force");
        rmSync(app, { recursive: true });
      };
    }));

  it("examples/own-role/aws-cli.sh, which makes the role and names it", async () => {
    const accountId = test.newAccount();
    const run = signInAsAdministrator(test, accountId);
    const script = join(projectFolder, "examples/own-role/aws-cli.sh");
    const { stdout } = await run(script, ["connect", REGION]);
    const [, externalId = "", name = ""] = /disconnect eu-west-1 (\S+) (\S+)$/m.exec(stdout) ?? [];
    const { roleArn } = await test.untilStatus(externalId, "connected");
    assert.equal(roleArn, `arn:aws:iam::${accountId}:role/onboarding/dev/${name}`);
    await run(script, ["disconnect", REGION, externalId, name]);
    const { endedBy } = await test.untilStatus(externalId, "disconnected");
    assert.equal(endedBy, "tenant");
  });

  it("a role that the customer makes", async () => {
    const accountId = test.newAccount();
    const customer = new OwnRoleScenario(test.cloud, test.program, { accountId, region: REGION });
    await customer.connect();
    await customer.leave();
    assert.equal(customer.result.error, undefined);
    assert.deepEqual(
      customer.result.steps.map(({ step }) => step),
      ["link", "role", "connected", "left"],
    );
  });
});
