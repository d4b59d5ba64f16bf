/** Who may use this program's roles, queues, topics and bucket, as pure functions. */
import { bucketArn } from "./arn.js";
import type { PolicyStatement } from "./policy-document.js";

/** The trust policy of a function's role. */
export function lambdaTrust(): PolicyStatement[] {
  return [
    {
      Sid: "Lambda",
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: ["sts:AssumeRole"],
    },
  ];
}

/** The trust policy of a role of EventBridge's, for rules of this account only. */
export function eventBridgeTrust(accountId: string): PolicyStatement[] {
  return [
    {
      Sid: "EventBridge",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: ["sts:AssumeRole"],
      Condition: { StringEquals: { "aws:SourceAccount": [accountId] } },
    },
  ];
}

/**
 * The policy of the queue to which SNS sends what it could not deliver. A queue's policy may have ten condition values ("Policy quotas" in
 * the SQS developer guide), so that a pattern stands for all topics.
 */
export function undeliveredQueuePolicy(queueArn: string, topicArnPattern: string): PolicyStatement[] {
  return [
    {
      Sid: "Topics",
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: ["sqs:SendMessage"],
      Resource: [queueArn],
      Condition: { ArnLike: { "aws:SourceArn": [topicArnPattern] } },
    },
  ];
}

/**
 * The policy of the topic that hears of alarms. Without a condition: "You can't use `Condition` blocks in Amazon SNS topic policies for
 * EventBridge" (EventBridge user guide, "Amazon SNS permissions"), and with one nothing would ever arrive. Another account's rule needs an
 * execution role that the topic's policy names.
 */
export function alarmTopicPolicy(topicArn: string): PolicyStatement[] {
  return [
    {
      Sid: "EventBridge",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: ["sns:Publish"],
      Resource: [topicArn],
    },
  ];
}

/**
 * The policy of the templates' bucket. CloudFormation reads a template with the rights of the customer who creates the stack, and
 * nobody knows beforehand which account that is. A template holds nothing secret: external IDs are in the links.
 *
 * @param publicPrefix the only keys that the public may read
 */
export function publicTemplatesPolicy(
  region: string,
  bucketName: string,
  publicPrefix: string,
): PolicyStatement[] {
  const Resource = [bucketArn(region, `${bucketName}/${publicPrefix}*`)];
  return [
    { Sid: "PublicTemplates", Effect: "Allow", Principal: "*", Action: ["s3:GetObject"], Resource },
    {
      Sid: "EncryptedOnly",
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:GetObject"],
      Resource,
      Condition: { Bool: { "aws:SecureTransport": ["false"] } },
    },
  ];
}
