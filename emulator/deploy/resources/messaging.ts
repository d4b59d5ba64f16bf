import { CreateTopicCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import type { Inputs, ResourceContext, ResourceType } from "./types.js";

const queueAttributes = (inputs: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries({
      MessageRetentionPeriod: inputs.messageRetentionSeconds,
      VisibilityTimeout: inputs.visibilityTimeoutSeconds,
      SqsManagedSseEnabled: inputs.sqsManagedSseEnabled,
      Policy: inputs.policy,
    })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  );

async function setQueuePolicy(inputs: Inputs, { cloud }: ResourceContext) {
  await cloud.vendor.sqs(inputs.region).send(
    new SetQueueAttributesCommand({
      QueueUrl: inputs.queueUrl,
      Attributes: { Policy: inputs.policy },
    }),
  );
  return { id: inputs.queueUrl };
}

export const messagingTypes: Readonly<Record<string, ResourceType>> = {
  "aws:sns/topic:Topic": {
    create: async (inputs, { cloud }) => {
      const { TopicArn } = await cloud.vendor.sns(inputs.region).send(
        new CreateTopicCommand({
          Name: inputs.name,
          ...(inputs.policy && { Attributes: { Policy: inputs.policy } }),
        }),
      );
      return { id: TopicArn ?? "", state: { arn: TopicArn } };
    },
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    create: async (inputs, { cloud }) => {
      if (inputs.protocol === "email") {
        const { SubscriptionArn } = await cloud.vendor.sns(inputs.region).send(
          new SubscribeCommand({
            TopicArn: inputs.topic,
            Protocol: inputs.protocol,
            Endpoint: inputs.endpoint,
            ReturnSubscriptionArn: true,
          }),
        );
        return { id: SubscriptionArn ?? "", state: { arn: SubscriptionArn } };
      }
      if (inputs.protocol !== "lambda") throw new Error(`no subscription by ${inputs.protocol} here`);
      const redrive = inputs.redrivePolicy ? JSON.parse(inputs.redrivePolicy) : {};
      const arn = await cloud.notifications.subscribe({
        topicArn: inputs.topic,
        functionArn: inputs.endpoint,
        region: inputs.region,
        redriveQueueArn: redrive.deadLetterTargetArn,
      });
      return { id: arn, state: { arn } };
    },
  },
  "aws:sqs/queue:Queue": {
    create: async (inputs, { cloud }) => {
      const sqs = cloud.vendor.sqs(inputs.region);
      const { QueueUrl } = await sqs.send(
        new CreateQueueCommand({ QueueName: inputs.name, Attributes: queueAttributes(inputs) }),
      );
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
      );
      return { id: QueueUrl ?? "", state: { url: QueueUrl, arn: Attributes?.QueueArn } };
    },
  },
  "aws:sqs/queuePolicy:QueuePolicy": {
    create: setQueuePolicy,
    update: (inputs, _existing, context) => setQueuePolicy(inputs, context),
  },
};
