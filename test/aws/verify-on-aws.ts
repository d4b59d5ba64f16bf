/** `npm run verify-on-aws`: checks with two AWS accounts what AWS does not document. Without --yes it only says what it would do. */
import { parseArgs } from "node:util";
import {
  CloudFormationClient,
  CreateStackCommand,
  type CreateStackCommandInput,
  DeleteStackCommand,
  DescribeStacksCommand,
} from "@aws-sdk/client-cloudformation";
import { IAMClient } from "@aws-sdk/client-iam";
import { OrganizationsClient, type OrganizationsClientConfig } from "@aws-sdk/client-organizations";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromIni } from "@aws-sdk/credential-providers";
import { deliver } from "../../functions/receiver/delivery.js";
import { serialize } from "../../functions/receiver/response.js";
import { Deadline } from "../../functions/runtime/deadline.js";
import { readQuickCreateLink } from "../../functions/url-generator/link.js";
import { verify } from "./checks.js";
import { createRole } from "./customer-role.js";
import {
  CHECKS,
  type CreatedStack,
  MANUAL_CHECKS,
  type OrganizationDependencies,
  type Verdict,
} from "./dependencies.js";

// As in client/cli/index.ts.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const HELP = `Checks with two AWS accounts of yours what this program relies on and AWS does not document.

  npm run verify-on-aws -- --vendor <profile> --customer <profile> --region <region>
      say what it would do
  npm run verify-on-aws -- … --yes
      do it, clean up, and print a table; exit code 1 if something is not as this program expects
  --link <link>
      a quick-create link of your stack for the customer's account, to check an onboarding end to end as well
  --organization <profile>
      the management account of an organization that the customer's account is a plain member of, to check what organizations rely on
  --organization-link <link>
      a link of your stack for that whole organization: its stack is created in the management account and deleted again

For up to twenty minutes it creates three SNS topics and two SQS queues in the vendor's account, named onboarding-verify-…, and
in the customer's account four empty stacks, a role that allows nothing and, with --link, one stack with its role. It deletes all of them again.
It costs less than 0.01 USD: some hundred requests to SNS, SQS and STS, and some custom resource operations in CloudFormation.

It checks:
${list(CHECKS)}

You have to check:
${list(MANUAL_CHECKS)}
`;

function list(checks: Readonly<Record<string, string>>): string {
  return Object.entries(checks)
    .map(([name, sentence]) => `  ${name.padEnd(23)} ${sentence}`)
    .join("\n");
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      vendor: { type: "string" },
      customer: { type: "string" },
      region: { type: "string" },
      link: { type: "string" },
      organization: { type: "string" },
      "organization-link": { type: "string" },
      yes: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  return values;
}

/** The stacks in the customer's account. */
class Stacks {
  constructor(private readonly client: CloudFormationClient) {}

  async create(input: CreateStackCommandInput): Promise<CreatedStack> {
    const { StackId = "" } = await this.client.send(new CreateStackCommand(input));
    return {
      settled: () => this.settled(StackId),
      delete: async () => {
        await this.client.send(new DeleteStackCommand({ StackName: StackId }));
        const status = await this.settled(StackId);
        if (status !== "DELETE_COMPLETE")
          throw new Error(`The stack ${StackId} is ${status}: delete it manually.`);
      },
    };
  }

  private async settled(StackName: string): Promise<string> {
    for (;;) {
      const { Stacks = [] } = await this.client.send(new DescribeStacksCommand({ StackName }));
      const status: string = Stacks[0]?.StackStatus ?? "";
      if (!status.endsWith("_IN_PROGRESS")) return status;
      await new Promise((resolve) => setTimeout(resolve, 3000));
    }
  }
}

/** What the console asks CloudFormation for when "Create stack" is pressed. */
function createStackInput(
  link: string,
  capability: "CAPABILITY_IAM" | "CAPABILITY_NAMED_IAM" = "CAPABILITY_IAM",
): CreateStackCommandInput {
  const { stackName, templateUrl, parameters } = readQuickCreateLink(link);
  return {
    StackName: stackName,
    TemplateURL: templateUrl,
    Capabilities: [capability],
    Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    })),
  };
}

async function main(): Promise<number> {
  const { vendor, customer, region, link, yes, help, ...others } = readOptions();
  if (help || !(vendor || customer || region)) {
    process.stdout.write(HELP);
    return help ? 0 : 1;
  }
  if (!vendor || !customer || !region) {
    const missing = Object.entries({ vendor, customer, region }).filter(([, value]) => !value);
    const names = missing.map(([name]) => `--${name}`).join(" and ");
    throw new Error(`Nothing was done: it needs ${names}, too. See npm run verify-on-aws -- --help.`);
  }
  if (!yes) {
    process.stdout.write(`${HELP}\nNothing was done. Add --yes to run the checks in ${region}.\n`);
    return 0;
  }
  const [ofVendor, ofCustomer] = [vendor, customer].map((profile) => ({
    region,
    credentials: fromIni({ profile }),
  }));
  const accountOf = async (options: typeof ofVendor) =>
    (await new STSClient(options ?? {}).send(new GetCallerIdentityCommand({}))).Account ?? "";
  const [vendorAccountId, customerAccountId] = [await accountOf(ofVendor), await accountOf(ofCustomer)];
  if (vendorAccountId === customerAccountId) {
    throw new Error(
      `The profiles ${vendor} and ${customer} are of the same account, ${customerAccountId}: use two accounts.`,
    );
  }
  const stacks = new Stacks(new CloudFormationClient(ofCustomer ?? {}));
  const verdicts = verify(
    {
      region,
      customerAccountId,
      sns: new SNSClient(ofVendor ?? {}),
      sqs: new SQSClient(ofVendor ?? {}),
      createStack: (StackName, template) =>
        stacks.create({ StackName, TemplateBody: JSON.stringify(template) }),
      createRole: (name, externalId) =>
        createRole(new IAMClient(ofCustomer ?? {}), vendorAccountId, name, externalId),
      assumeRole: async (RoleArn, ExternalId) => {
        // A new client for each call: on a kept connection STS may know of nothing new.
        const sts = new STSClient(ofVendor ?? {});
        const { AssumedRoleUser } = await sts
          .send(new AssumeRoleCommand({ RoleArn, ExternalId, RoleSessionName: "onboarding-verify" }))
          .finally(() => sts.destroy());
        return AssumedRoleUser?.AssumedRoleId?.split(":")[0] ?? "";
      },
      openLink: (text) => stacks.create(createStackInput(text)),
      respond: async (target, key) => {
        const response = { status: "SUCCESS" as const, physicalResourceId: "onboarding-verification" };
        await deliver(target, serialize(key, response), Deadline.in(30_000));
      },
      organization: organizationOf(others, { region, member: ofCustomer ?? {} }),
    },
    link,
  );
  let refuted = false;
  for await (const verdict of verdicts) {
    process.stdout.write(`${toLine(verdict)}\n`);
    refuted ||= verdict.result === "refuted";
  }
  return refuted ? 1 : 0;
}

/** What there is to try an organization with. */
function organizationOf(
  {
    organization,
    "organization-link": link,
  }: Pick<ReturnType<typeof readOptions>, "organization" | "organization-link">,
  { region, member }: { readonly region: string; readonly member: OrganizationsClientConfig },
): OrganizationDependencies | undefined {
  if (!organization) return undefined;
  const management = { region, credentials: fromIni({ profile: organization }) };
  const cloudFormation = new CloudFormationClient(management);
  const open = (text: string) =>
    new Stacks(cloudFormation).create(createStackInput(text, "CAPABILITY_NAMED_IAM"));
  return {
    management: { organizations: new OrganizationsClient(management), cloudFormation },
    member: new OrganizationsClient(member),
    openLink: link ? () => open(link) : undefined,
  };
}

function toLine({ check, result, detail }: Verdict): string {
  return `${result.padEnd(9)}  ${check}: ${CHECKS[check]}\n           ${detail}`;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);
