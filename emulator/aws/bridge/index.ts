/**
 * The function that stands in, in a customer's account, for the part of CloudFormation that ministack lacks: a custom
 * resource whose ServiceToken is an SNS topic. It publishes the request to the topic with the customer's own rights
 * (its role's), so the topic's policy decides as it does on AWS, and hands out a response URL of the genuine kind.
 */
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";

/** Property under which the template, as it is given to ministack, carries the topic that it named itself. */
export const SERVICE_TOKEN_PROPERTY = "SnsServiceToken";

export interface BridgeEnvironment {
  /** Where custom-resources.ts listens. */
  readonly CUSTOM_RESOURCES_URL: string;
}

export interface CustomResourceEvent {
  readonly RequestType: "Create" | "Update" | "Delete";
  readonly RequestId: string;
  readonly StackId: string;
  /** Where ministack waits for the answer; empty for a request that ministack did not make. */
  readonly ResponseURL: string;
  readonly ResourceType: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: Readonly<Record<string, unknown>>;
  readonly OldResourceProperties?: Readonly<Record<string, unknown>>;
}

const sns = new SNSClient({});

/** The properties as the template named them: with the topic as the ServiceToken. */
function original(properties: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { [SERVICE_TOKEN_PROPERTY]: topic, ...rest } = properties;
  return { ...rest, ServiceToken: topic };
}

export async function handler(event: CustomResourceEvent): Promise<void> {
  const registered = await fetch(`${process.env.CUSTOM_RESOURCES_URL}/requests`, {
    method: "POST",
    body: JSON.stringify(event),
  });
  const { responseUrl } = (await registered.json()) as { responseUrl: string };
  const properties = original(event.ResourceProperties);
  const topic = String(properties.ServiceToken);
  const message = {
    ...event,
    ServiceToken: topic,
    ResponseURL: responseUrl,
    ResourceProperties: properties,
    ...(event.OldResourceProperties && { OldResourceProperties: original(event.OldResourceProperties) }),
  };
  try {
    await sns.send(
      new PublishCommand({
        TopicArn: topic,
        Subject: "AWS CloudFormation custom resource request",
        Message: JSON.stringify(message),
      }),
    );
  } catch (error) {
    // As on AWS, a topic that refuses the publish fails the resource at once, with the refusal as the reason.
    await fetch(`${process.env.CUSTOM_RESOURCES_URL}/refusals`, {
      method: "POST",
      body: JSON.stringify({ event, reason: (error as Error).message }),
    });
  }
}
