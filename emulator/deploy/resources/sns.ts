import { CreateTopicCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import type { ResourceTypes } from "./resource-type.js";

export const sns: ResourceTypes = {
  "aws:sns/topic:Topic": {
    create: async (inputs, cloud) => {
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
    create: async (inputs, cloud) => {
      const { protocol, topic, endpoint, region } = inputs;
      if (protocol === "email") {
        const { SubscriptionArn } = await cloud.vendor.sns(region).send(
          new SubscribeCommand({
            TopicArn: topic,
            Protocol: protocol,
            Endpoint: endpoint,
            ReturnSubscriptionArn: true,
          }),
        );
        return { id: SubscriptionArn ?? "", state: { arn: SubscriptionArn } };
      }
      if (protocol !== "lambda")
        throw new Error(`the embedded cloud cannot make a subscription with the protocol ${protocol}`);
      const redrive = inputs.redrivePolicy ? JSON.parse(inputs.redrivePolicy) : {};
      const arn = await cloud.notifications.subscribe({
        topicArn: topic,
        functionArn: endpoint,
        region,
        deadLetterQueueArn: redrive.deadLetterTargetArn,
      });
      return { id: arn, state: { arn } };
    },
  },
};
