/**
 * What AWS does not document and this program relies on, each tried with two real accounts. A check cleans up what it made, whatever
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

/** A stack that was made in the customer's account. */
export interface CreatedStack {
  /** Resolves with the stack's status when the operation under way has ended. */
  settled(): Promise<string>;
  /** Deletes it, and resolves when it is gone. */
  delete(): Promise<void>;
}

/** Everything that the checks reach. */
export interface Dependencies {
  readonly region: string;
  readonly customerAccountId: string;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly createStack: (name: string, template: object) => Promise<CreatedStack>;
  /** Creates the stack of a quick-create link as the console does. */
  readonly openLink: (link: string) => Promise<CreatedStack>;
  readonly answer: (target: ResponseTarget, key: ResponseKey) => Promise<void>;
}

interface CustomResourceRequest {
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly RequestId: string;
  readonly ResponseURL: string;
}

/** What came of one stack whose custom resource reports to a topic. */
interface Trial {
  readonly requests: readonly CustomResourceRequest[];
  readonly status: string;
}

/** All checks, one after the other. @param link a quick-create link of the stack, for the check of the whole way */
export async function* verify(dependencies: Dependencies, link: string | undefined): AsyncGenerator<Verdict> {
  yield await wholeWay(dependencies, link);
  const control = await tryTopic(dependencies, undefined);
  yield responseUrl(dependencies, control);
  const conditional = await tryTopic(dependencies, { Bool: { "aws:ViaAWSService": "true" } });
  yield viaService(control, conditional);
}

async function wholeWay({ openLink }: Dependencies, link: string | undefined): Promise<Verdict> {
  const check = "A link connects an account: template, phone home, probes and answer";
  if (link === undefined) {
    return {
      check,
      result: "skipped",
      detail: "Give a link of your stack for the customer's account with --link.",
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
  const check = `Response URLs of ${region} are of a form that the receiver answers to`;
  const [request] = requests;
  if (!request)
    return { check, result: "refuted", detail: `No request arrived at all; the stack is ${status}.` };
  const host = hostOf(request.ResponseURL);
  const target = responseTarget(request.ResponseURL, keyOf(request), region);
  return target
    ? { check, result: "confirmed", detail: `The host is ${host}; the stack is ${status}.` }
    : { check, result: "refuted", detail: `The receiver would refuse a URL of the host ${host}.` };
}

function viaService(control: Trial, { requests, status }: Trial): Verdict {
  const check = "CloudFormation publishes for the customer with aws:ViaAWSService";
  if (control.requests.length === 0) {
    return {
      check,
      result: "skipped",
      detail: "Without the condition nothing arrived either, which proves nothing.",
    };
  }
  return requests.length > 0
    ? { check, result: "confirmed", detail: "With a policy that demands it, the request arrived." }
    : {
        check,
        result: "refuted",
        detail: `With a policy that demands it, no request arrived; the stack is ${status}.`,
      };
}

/** Makes a topic that the customer may publish to under a condition, and a stack that does. */
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
      const status = await answering(dependencies, QueueUrl, requests, stack.settled());
      return { requests: [...requests], status };
    } finally {
      await answering(dependencies, QueueUrl, requests, stack.delete());
    }
  } finally {
    await sns.send(new DeleteTopicCommand({ TopicArn }));
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  }
}

/** Answers every request with SUCCESS until something has ended. */
async function answering<Result>(
  { sqs, region, answer }: Dependencies,
  QueueUrl: string | undefined,
  requests: CustomResourceRequest[],
  until: Promise<Result>,
): Promise<Result> {
  let ended = false;
  const end = () => {
    ended = true;
  };
  until.then(end, end);
  while (!ended) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    for (const { Body = "", ReceiptHandle } of Messages) {
      const request = JSON.parse(Body) as CustomResourceRequest;
      requests.push(request);
      // Any other URL is none that this program would ever write to; CloudFormation waits a minute and goes on.
      const target = responseTarget(request.ResponseURL, keyOf(request), region);
      if (target) await answer(target, keyOf(request));
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
  return until;
}

function keyOf({ StackId, LogicalResourceId, RequestId }: CustomResourceRequest): ResponseKey {
  return { stackId: StackId, logicalResourceId: LogicalResourceId, requestId: RequestId };
}

function templateFor(ServiceToken: string): object {
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: "Tries how CloudFormation phones home. Makes nothing; can be deleted at any time.",
    Resources: {
      Verification: {
        Type: "Custom::OnboardingVerification",
        Properties: { ServiceToken, ServiceTimeout: "60" },
      },
    },
  };
}
