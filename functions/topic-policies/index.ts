/** The handler of the topic-policies function: driven by its region's stream, and every hour by a rule. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SNSClient } from "@aws-sdk/client-sns";
import type { Context, DynamoDBStreamEvent, ScheduledEvent } from "aws-lambda";
import { Topic, topicArns } from "../aws/topic.js";
import { fromItem, type Item } from "../domain/connection-item.js";
import { ConnectionRepository } from "../domain/connection-repository.js";
import { timeLimits } from "../runtime/time-limits.js";
import { readTopicPoliciesEnvironment } from "./environment.js";
import { TopicPoliciesTelemetry } from "./telemetry.js";
import { TopicPolicies } from "./topic-policies.js";

/** Kept free, so that what has begun can end before Lambda ends the function. */
const MARGIN_MILLISECONDS = 10_000;

const { AWS_REGION, TABLE_NAME, TOPICS, TOPIC_PREFIX, TRUSTED_ACCOUNT } = readTopicPoliciesEnvironment();

/** SNS takes only a few changes of policies a second: there is time to wait for it. */
const sns = new SNSClient({ maxAttempts: 8, requestHandler: timeLimits() });
const telemetry = new TopicPoliciesTelemetry();

const topicPolicies = new TopicPolicies({
  region: AWS_REGION,
  topics: topicArns(AWS_REGION, TRUSTED_ACCOUNT, TOPIC_PREFIX, Number(TOPICS)).map(
    (arn) => new Topic(sns, arn),
  ),
  connections: new ConnectionRepository(new DynamoDBClient({ requestHandler: timeLimits() }), TABLE_NAME),
  telemetry,
  now: () => new Date(),
});

/** @throws Error if records of the stream have to be delivered again */
export async function handler(event: DynamoDBStreamEvent | ScheduledEvent, context: Context): Promise<void> {
  await telemetry.publishAfter(async () => {
    if ("Records" in event) {
      for (const externalId of changedHere(event)) await topicPolicies.removeIfEnded(externalId);
    } else {
      await topicPolicies.reconcile(() => context.getRemainingTimeInMillis() > MARGIN_MILLISECONDS);
    }
  });
}

/**
 * The connections of this region that changed; a region's stream carries the items of all regions. An item that TTL removed has no new
 * image: the statement of such a connection was removed a month earlier.
 */
function changedHere({ Records }: DynamoDBStreamEvent): Set<string> {
  const connections = Records.map(({ dynamodb }) => fromItem(dynamodb?.NewImage as Item | undefined));
  return new Set(
    connections.flatMap((connection) => (connection?.region === AWS_REGION ? [connection.externalId] : [])),
  );
}
