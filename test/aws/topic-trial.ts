/** A topic in the vendor's account, and a stack in the customer's whose custom resource phones home to it. Both are removed again. */
import { randomBytes } from "node:crypto";
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { type ResponseKey, responseTarget } from "../../functions/receiver/response-url.js";
import type { Dependencies } from "./dependencies.js";

export interface CustomResourceRequest {
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly RequestId: string;
  readonly ResponseURL: string;
}

/** What became of a stack whose custom resource has a topic as its ServiceToken. */
export interface Trial {
  readonly requests: readonly CustomResourceRequest[];
  readonly status: string;
}

/** Creates a topic to which the customer may publish under a condition, and a stack that does so. */
export async function tryTopic(dependencies: Dependencies, condition: object | undefined): Promise<Trial> {
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

export function keyOf({ StackId, LogicalResourceId, RequestId }: CustomResourceRequest): ResponseKey {
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
