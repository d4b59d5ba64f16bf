/** Every way to connect an account, and to leave: the examples, run with their tools where those can be had, on the embedded cloud. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { CreateStackCommand, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { pythonProgram } from "../../emulator/aws/python.js";
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
import { TestCloud } from "./test-cloud.js";

const REGION = "eu-west-1";
const SCRIPT = join(projectFolder, "examples/aws-cli.sh");

type Answer = ConnectionAnswer & { readonly externalId: string; readonly link: string };

/** How a customer leaves again. */
type Leave = () => Promise<unknown>;

describe("On the embedded cloud, a customer connects and leaves with", function () {
  this.timeout(120_000);
  let test: TestCloud;
  let home: string;

  before(async () => {
    home = mkdtempSync(join(tmpdir(), "onboarding-ways-"));
    test = await TestCloud.start({ "onboarding:vendorName": 'Example "E" Corp\'s' });
  });

  after(async () => {
    await test?.cloud.stop();
    rmSync(home, { recursive: true, force: true });
  });

  /**
   * Signs in to an account as somebody who has the rights that the documents ask for, and no others.
   * @param readme of the example, which names the rights that its tool needs besides
   * @returns what runs a program then
   */
  const signIn = async (accountId: string, readme?: string) => {
    const iam = test.cloud.customer(accountId).clients.iam(REGION);
    const UserName = "developer";
    await iam.send(new CreateUserCommand({ UserName }));
    const PolicyDocument = JSON.stringify(rightsOf(readme));
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "rights", PolicyDocument }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const env = {
      PATH: [dirname(pythonProgram("aws")), process.env.PATH].join(delimiter),
      HOME: home,
      AWS_ENDPOINT_URL: test.cloud.endpoint,
      AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      CDK_DISABLE_CLI_TELEMETRY: "true",
      npm_config_update_notifier: "false",
      ONBOARDING_URL: test.program.onboardingUrl,
    };
    return (file: string, args: readonly string[], cwd = home) =>
      promisify(execFile)(file, args, { cwd, env });
  };

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
    const run = await signIn(accountId);
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
      const run = await signIn(connection.accountId, "examples/cdk/README.md");
      const app = copyOf("cdk", connection);
      const cdk = (...args: string[]) =>
        run(join(app, "node_modules/.bin/cdk"), [...args, "--no-notices"], app);
      await cdk("deploy", "--require-approval", "never");
      return async () => {
        await cdk("destroy", "--force");
        rmSync(app, { recursive: true });
      };
    }));
});

/** docs/customer-rights.md, for the deployment here, and the actions that an example's document names. */
function rightsOf(readme?: string): { readonly Statement: readonly unknown[] } {
  const read = (path: string) => readFileSync(join(projectFolder, path), "utf8");
  const [, policy = ""] = /```json\n([\s\S]*?)```/.exec(read("docs/customer-rights.md")) ?? [];
  const { Version, Statement } = JSON.parse(
    policy.replaceAll("/prod/", "/dev/").replaceAll("-prod-", "-dev-"),
  );
  const Action = [...(readme ? read(readme) : "").matchAll(/`(cloudformation:\w+)`/g)].map(
    ([, action]) => action,
  );
  const besides = { Effect: "Allow", Action, Resource: "*" };
  return { Version, Statement: Action.length > 0 ? [...Statement, besides] : Statement } as never;
}
