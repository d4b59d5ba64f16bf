/** The events that the functions get, and what they find in the table. */
import type { SNSEvent } from "aws-lambda";
import { responseBucketHosts } from "../../functions/aws/response-bucket.js";
import { CUSTOMER_ROLE_PATH, environment, linkRequest, topicArnsIn } from "../deployed.js";

/** The region in which the functions run. */
export const REGION = "eu-west-1";
const CUSTOMER = "222233334444";
const TENANT = "4711";
const [TOPIC = ""] = topicArnsIn(REGION, 1);
const [RESPONSE_HOST = ""] = responseBucketHosts(REGION);

/** The variables of both functions and of the baselines. */
export const variables = {
  ...environment(REGION, { [REGION]: 1 }),
  AWS_SESSION_TOKEN: "session",
  AWS_LAMBDA_FUNCTION_NAME: "onboarding-dev-function",
  TOPIC_ARNS: JSON.stringify({ [REGION]: [TOPIC] }),
};

/** Every host that the functions call. */
export const hosts = [
  ...["dynamodb", "sts", "sns", "sqs"].map((service) => `${service}.${REGION}.amazonaws.com`),
  RESPONSE_HOST,
];

const externalIdOf = (index: number) =>
  `${REGION}:00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;

/** A pending connection, as DynamoDB returns it. */
export function pendingConnection(externalId: string) {
  return {
    externalId: { S: externalId },
    item: { S: "connection" },
    accountId: { S: CUSTOMER },
    region: { S: REGION },
    topicArn: { S: TOPIC },
    tenant: { S: TENANT },
    grantedTo: { S: "Example (4711)" },
    status: { S: "pending" },
    revision: { N: "1" },
    createdAt: { S: "2020-01-01T00:00:00.000Z" },
    expiresAt: { S: "2100-01-01T00:00:00.000Z" },
    deleteAfter: { N: "4102444800" },
  };
}

/** An event with notifications from stacks that phone home. */
export function phoneHome(records: number): SNSEvent {
  return { Records: Array.from({ length: records }, (_, index) => record(index)) } as unknown as SNSEvent;
}

/** An event from the stack of a role that cannot be assumed yet. @param from when it can be, in milliseconds since 1970 */
export function phoneHomeEarly(index: number, from: number): SNSEvent {
  return { Records: [record(index, `from-${from.toString(36)}-`)] } as unknown as SNSEvent;
}

function record(index: number, rolePrefix = "") {
  const externalId = externalIdOf(index);
  const stackId = `arn:aws:cloudformation:${REGION}:${CUSTOMER}:stack/example/00000000-0000-0000-0000-${String(index).padStart(12, "0")}`;
  const requestId = `request-${index}`;
  const message = {
    RequestType: "Create",
    RequestId: requestId,
    StackId: stackId,
    LogicalResourceId: "PhoneHome",
    ResourceType: "Custom::PhoneHome",
    ResponseURL: `https://${RESPONSE_HOST}/${encodeURIComponent(`${stackId}|${"PhoneHome"}|${requestId}`).replaceAll("%2F", "/")}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20260101T000000Z&X-Amz-SignedHeaders=host&X-Amz-Expires=7200&X-Amz-Credential=AKIDEXAMPLE%2F20260101%2F${REGION}%2Fs3%2Faws4_request&X-Amz-Signature=${"0".repeat(64)}`,
    ServiceToken: TOPIC,
    ResourceProperties: {
      ServiceToken: TOPIC,
      RoleArn: `arn:aws:iam::${CUSTOMER}:role${CUSTOMER_ROLE_PATH}${rolePrefix}${externalId.replace(":", "-")}`,
      AccountID: CUSTOMER,
      ExternalID: externalId,
      GrantedTo: "Example (4711)",
      TemplateVersion: "000000000001",
    },
  };
  return {
    EventSource: "aws:sns",
    EventVersion: "1.0",
    EventSubscriptionArn: `${TOPIC}:subscription`,
    Sns: {
      Type: "Notification",
      MessageId: `message-${index}`,
      TopicArn: TOPIC,
      Subject: "AWS CloudFormation custom resource request",
      Message: JSON.stringify(message),
      Timestamp: new Date().toISOString(),
      MessageAttributes: {},
    },
  };
}

export function requestForLink() {
  return linkRequest({ accountId: CUSTOMER, region: REGION, tenant: TENANT });
}
