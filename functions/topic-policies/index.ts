/** The handler of the topic-policies function, which a rule runs every hour. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SNSClient } from "@aws-sdk/client-sns";
import type { Context, ScheduledEvent } from "aws-lambda";
import { Topic } from "../aws/topic.js";
import { CapacityHint } from "../domain/capacity-hint.js";
import { ConnectionRepository } from "../domain/connection-repository.js";
import { topicArns } from "../domain/names.js";
import { timeLimits } from "../runtime/time-limits.js";
import { readTopicPoliciesEnvironment } from "./environment.js";
import { TopicPoliciesTelemetry } from "./telemetry.js";
import { TopicPolicies } from "./topic-policies.js";

/** Kept free, so that what has begun can end before Lambda ends the function. */
const MARGIN_MILLISECONDS = 10_000;

const { AWS_REGION, TABLE_NAME, TOPICS, TOPIC_PREFIX, TRUSTED_ACCOUNT } = readTopicPoliciesEnvironment();

/** SNS takes only a few changes of policies a second: there is time to wait for it. */
const sns = new SNSClient({ maxAttempts: 8, requestHandler: timeLimits() });
const dynamoDB = new DynamoDBClient({ requestHandler: timeLimits() });
const telemetry = new TopicPoliciesTelemetry();

const topicPolicies = new TopicPolicies({
  topics: topicArns(AWS_REGION, TRUSTED_ACCOUNT, TOPIC_PREFIX, Number(TOPICS)).map(
    (arn) => new Topic(sns, arn),
  ),
  connections: new ConnectionRepository(dynamoDB, TABLE_NAME),
  hint: new CapacityHint(dynamoDB, TABLE_NAME, AWS_REGION),
  telemetry,
  now: () => new Date(),
});

export async function handler(_event: ScheduledEvent, context: Context): Promise<void> {
  await telemetry.publishAfter(async () => {
    await topicPolicies.reconcile(() => context.getRemainingTimeInMillis() > MARGIN_MILLISECONDS);
  });
}
