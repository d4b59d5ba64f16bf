/** `npm run verify-on-aws`: tries with two AWS accounts what AWS does not document. Says what it would do, unless it is told to do it. */
import { parseArgs } from "node:util";
import {
  CloudFormationClient,
  CreateStackCommand,
  type CreateStackCommandInput,
  DeleteStackCommand,
  DescribeStacksCommand,
} from "@aws-sdk/client-cloudformation";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromIni } from "@aws-sdk/credential-providers";
import { deliver } from "../../functions/receiver/delivery.js";
import { serialize } from "../../functions/receiver/response.js";
import { Deadline } from "../../functions/runtime/deadline.js";
import { readQuickCreateLink } from "../../functions/url-generator/link.js";
import { type CreatedStack, type Verdict, verify } from "./checks.js";

const HELP = `Tries with two AWS accounts of yours what AWS does not document and this program relies on.

  npm run verify-on-aws -- --vendor <profile> --customer <profile> --region <region>
      says what it would do
  npm run verify-on-aws -- … --yes
      does it, cleans up, and prints a table; exit code 1 if something is not as this program expects
  --link <link>
      a quick-create link of your stack, made for the customer's account: the whole way is tried with it, too

It creates, for some minutes: in the vendor's account two SNS topics and two SQS queues, one after the other, named onboarding-verify-…;
in the customer's account two stacks of that name with nothing in them, and with --link one stack with its role. All of it is deleted again.
It costs less than 0.01 USD: a few dozen requests to SNS and SQS, and three custom resource operations of CloudFormation's.

By hand: open a link that "npm run onboarding -- outdated" prints; the console's form has to show the new template's address.
With an account in China, run it with --region cn-north-1: nobody has confirmed the response URLs' host there.
`;

function readOptions() {
  const { values } = parseArgs({
    options: {
      vendor: { type: "string" },
      customer: { type: "string" },
      region: { type: "string" },
      link: { type: "string" },
      yes: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  return values;
}

/** Stacks of the customer's account. */
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
          throw new Error(`The stack ${StackId} is ${status}: delete it by hand.`);
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
function createStackInput(link: string): CreateStackCommandInput {
  const { stackName, templateUrl, parameters } = readQuickCreateLink(link);
  return {
    StackName: stackName,
    TemplateURL: templateUrl,
    Capabilities: ["CAPABILITY_IAM"],
    Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    })),
  };
}

async function main(): Promise<number> {
  const { vendor, customer, region, link, yes, help } = readOptions();
  if (help || !vendor || !customer || !region) {
    process.stdout.write(HELP);
    return help ? 0 : 1;
  }
  if (!yes) {
    process.stdout.write(`${HELP}\nNothing was done. Add --yes to do it in ${region}.\n`);
    return 0;
  }
  const [ofVendor, ofCustomer] = [vendor, customer].map((profile) => ({
    region,
    credentials: fromIni({ profile }),
  }));
  const accountOf = async (options: typeof ofVendor) =>
    (await new STSClient(options ?? {}).send(new GetCallerIdentityCommand({}))).Account ?? "";
  const customerAccountId = await accountOf(ofCustomer);
  if ((await accountOf(ofVendor)) === customerAccountId) {
    throw new Error(
      `${vendor} and ${customer} are profiles of one account, ${customerAccountId}: use two accounts.`,
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
      openLink: (text) => stacks.create(createStackInput(text)),
      answer: async (target, key) => {
        const answer = { status: "SUCCESS" as const, physicalResourceId: "onboarding-verification" };
        await deliver(target, serialize(key, answer), Deadline.in(30_000));
      },
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

function toLine({ check, result, detail }: Verdict): string {
  return `${result.padEnd(9)}  ${check}\n           ${detail}`;
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
