import { CreateQueueCommand, GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { Inputs, ResourceTypes } from "./resource-type.js";

const queueAttributes = (inputs: Inputs) =>
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

export const sqs: ResourceTypes = {
  "aws:sqs/queue:Queue": {
    create: async (inputs, cloud) => {
      const client = cloud.vendor.sqs(inputs.region);
      const { QueueUrl } = await client.send(
        new CreateQueueCommand({ QueueName: inputs.name, Attributes: queueAttributes(inputs) }),
      );
      const { Attributes } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
      );
      return { id: QueueUrl ?? "", state: { url: QueueUrl, arn: Attributes?.QueueArn } };
    },
  },
};
