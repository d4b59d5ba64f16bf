/**
 * Checks of what this program relies on and AWS does not document, with two real accounts. Each removes what it created, whatever
 * happens.
 */
import { randomBytes } from "node:crypto";
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  SetTopicAttributesCommand,
  type SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import {
  hostOf,
  type ResponseKey,
  type ResponseTarget,
  responseTarget,
} from "../../functions/receiver/response-url.js";

export interface Verdict {
  readonly check: string;
  readonly result: "confirmed" | "refuted" | "skipped";
  readonly detail: string;
}

/** A stack in the customer's account. */
export interface CreatedStack {
  /** Resolves with the stack's status when the operation in progress has ended. */
  settled(): Promise<string>;
  /** Resolves when the stack is deleted. */
  delete(): Promise<void>;
}

/** What the checks work with. */
export interface Dependencies {
  readonly region: string;
  readonly customerAccountId: string;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly createStack: (name: string, template: object) => Promise<CreatedStack>;
  /** Creates the stack of a quick-create link as the console does. */
  readonly openLink: (link: string) => Promise<CreatedStack>;
  /** Sends a SUCCESS response. */
  readonly respond: (target: ResponseTarget, key: ResponseKey) => Promise<void>;
}

interface CustomResourceRequest {
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly RequestId: string;
  readonly ResponseURL: string;
}

/** What became of a stack whose custom resource has a topic as its ServiceToken. */
interface Trial {
  readonly requests: readonly CustomResourceRequest[];
  readonly status: string;
}

/** Runs all checks, one after the other. @param link a quick-create link for the customer's account, for the end-to-end check */
export async function* verify(dependencies: Dependencies, link: string | undefined): AsyncGenerator<Verdict> {
  yield await endToEnd(dependencies, link);
  const control = await tryTopic(dependencies, undefined);
  yield responseUrl(dependencies, control);
  const conditional = await tryTopic(dependencies, { Bool: { "aws:ViaAWSService": "true" } });
  yield viaService(control, conditional);
  yield await accountRule(dependencies);
}

async function endToEnd({ openLink }: Dependencies, link: string | undefined): Promise<Verdict> {
  // The role of the receiver names the attributes that it may write: with one too few nothing would connect.
  const check = "A link connects an account: template, phone home, probes, rights on the table and response";
  if (link === undefined) {
    return {
      check,
      result: "skipped",
      detail: "Pass a link of your stack for the customer's account with --link.",
    };
  }
  const stack = await openLink(link);
  try {
    const status = await stack.settled();
    return {
      check,
      result: status === "CREATE_COMPLETE" ? "confirmed" : "refuted",
      detail: `The stack is ${status}.`,
    };
  } finally {
    await stack.delete();
  }
}

function responseUrl({ region }: Dependencies, { requests, status }: Trial): Verdict {
  const check = `The receiver responds to response URLs of the form that ${region} uses`;
  const [request] = requests;
  if (!request) return { check, result: "refuted", detail: `No request arrived; the stack is ${status}.` };
  const host = hostOf(request.ResponseURL);
  const target = responseTarget(request.ResponseURL, keyOf(request), region);
  return target
    ? { check, result: "confirmed", detail: `The host is ${host}; the stack is ${status}.` }
    : {
        check,
        result: "refuted",
        detail: `The receiver would drop a request with a URL of the host ${host}.`,
      };
}

function viaService(control: Trial, { requests, status }: Trial): Verdict {
  const check = "CloudFormation publishes for the customer with aws:ViaAWSService";
  if (control.requests.length === 0) {
    return {
      check,
      result: "skipped",
      detail: "No request arrived without the condition either, which proves nothing.",
    };
  }
  return requests.length > 0
    ? { check, result: "confirmed", detail: "With a policy that requires it, the request arrived." }
    : {
        check,
        result: "refuted",
        detail: `With a policy that requires it, no request arrived; the stack is ${status}.`,
      };
}

/** The template's rule "RightAccount": AWS documents parameters in rules, and AWS::AccountId nowhere. */
async function accountRule({ createStack, customerAccountId }: Dependencies): Promise<Verdict> {
  const check =
    "A rule that compares AWS::AccountId refuses a stack in another account before anything is made";
  const tryAccount = async (accountId: string) => {
    const name = `onboarding-verify-${randomBytes(4).toString("hex")}`;
    try {
      const stack = await createStack(name, templateForAccount(accountId));
      const status = await stack.settled();
      await stack.delete();
      return status;
    } catch (error) {
      return `refused: ${(error as Error).message}`;
    }
  };
  const own = await tryAccount(customerAccountId);
  const other = await tryAccount("000000000000");
  const isConfirmed =
    own === "CREATE_COMPLETE" && other.startsWith("refused") && other.includes(ACCOUNT_RULE);
  return {
    check,
    result: isConfirmed ? "confirmed" : "refuted",
    detail: `With the customer's account the stack is ${own}; with another one it is ${other}.`,
  };
}

const ACCOUNT_RULE = "This stack was made for another account.";

function templateForAccount(accountId: string): object {
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: "Checks a rule. Creates nothing and can be deleted at any time.",
    Parameters: { AccountId: { Type: "String", Default: accountId } },
    Rules: {
      RightAccount: {
        Assertions: [
          {
            Assert: { "Fn::Equals": [{ Ref: "AWS::AccountId" }, { Ref: "AccountId" }] },
            AssertDescription: ACCOUNT_RULE,
          },
        ],
      },
    },
    Resources: { Handle: { Type: "AWS::CloudFormation::WaitConditionHandle" } },
  };
}

/** Creates a topic to which the customer may publish under a condition, and a stack that does so. */
async function tryTopic(dependencies: Dependencies, condition: object | undefined): Promise<Trial> {
  const { sns, sqs, customerAccountId, createStack } = dependencies;
  const name = `onboarding-verify-${randomBytes(4).toString("hex")}`;
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: name }));
  try {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
    );
    const queueArn = Attributes?.QueueArn ?? "";
    const allow = (statement: object) =>
      JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
    const Policy = allow({
      Principal: { Service: "sns.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn,
      Condition: { ArnEquals: { "aws:SourceArn": TopicArn } },
    });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    await sns.send(
      new SetTopicAttributesCommand({
        TopicArn,
        AttributeName: "Policy",
        AttributeValue: allow({
          Principal: { AWS: customerAccountId },
          Action: "sns:Publish",
          Resource: TopicArn,
          ...(condition && { Condition: condition }),
        }),
      }),
    );
    await sns.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: "sqs",
        Endpoint: queueArn,
        Attributes: { RawMessageDelivery: "true" },
      }),
    );
    const stack = await createStack(name, templateFor(TopicArn));
    const requests: CustomResourceRequest[] = [];
    try {
      const status = await respondUntil(stack.settled(), dependencies, QueueUrl, requests);
      return { requests: [...requests], status };
    } finally {
      await respondUntil(stack.delete(), dependencies, QueueUrl, requests);
    }
  } finally {
    await sns.send(new DeleteTopicCommand({ TopicArn }));
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  }
}

/** Responds to every request with SUCCESS until some work has ended. @param requests gets every request that arrives */
async function respondUntil<Result>(
  work: Promise<Result>,
  { sqs, region, respond }: Dependencies,
  QueueUrl: string | undefined,
  requests: CustomResourceRequest[],
): Promise<Result> {
  let ended = false;
  const end = () => {
    ended = true;
  };
  work.then(end, end);
  while (!ended) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    for (const { Body = "", ReceiptHandle } of Messages) {
      const request = JSON.parse(Body) as CustomResourceRequest;
      requests.push(request);
      // This program would never write to any other URL; CloudFormation waits a minute and goes on.
      const target = responseTarget(request.ResponseURL, keyOf(request), region);
      if (target) await respond(target, keyOf(request));
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
  return work;
}

function keyOf({ StackId, LogicalResourceId, RequestId }: CustomResourceRequest): ResponseKey {
  return { stackId: StackId, logicalResourceId: LogicalResourceId, requestId: RequestId };
}

function templateFor(ServiceToken: string): object {
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: "Checks how CloudFormation phones home. Creates nothing and can be deleted at any time.",
    Resources: {
      Verification: {
        Type: "Custom::OnboardingVerification",
        Properties: { ServiceToken, ServiceTimeout: "60" },
      },
    },
  };
}
