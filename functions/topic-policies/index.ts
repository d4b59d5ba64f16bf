/** The permissions function as it is deployed: driven by its region's stream, and every hour by a rule. */
import { type AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SNSClient } from "@aws-sdk/client-sns";
import type { Context, DynamoDBStreamEvent, EventBridgeEvent } from "aws-lambda";
import { Topic, topicArns } from "../aws/topic.js";
import { Connections, fromItem } from "../domain/connection.js";
import { readTopicPoliciesEnvironment } from "./environment.js";
import { publishMetrics, telemetry } from "./telemetry.js";
import { TopicPolicies } from "./topic-policies.js";

/** What a sweep needs to end what it has begun. */
const MARGIN_MILLISECONDS = 10_000;

const environment = readTopicPoliciesEnvironment();
const { AWS_REGION, TABLE_NAME, TOPICS, TOPIC_PREFIX, TRUSTED_ACCOUNT } = environment;

/** SNS lets a policy be changed a few times a second: a sweep has the time to wait for it. */
const sns = new SNSClient({ maxAttempts: 8 });
const topics = topicArns(AWS_REGION, TRUSTED_ACCOUNT, TOPIC_PREFIX, Number(TOPICS)).map(
  (arn) => new Topic(sns, arn),
);
const permissions = new TopicPolicies(
  AWS_REGION,
  topics,
  new Connections(new DynamoDBClient(), TABLE_NAME),
  telemetry,
  () => new Date(),
);

type Image = Readonly<Record<string, AttributeValue>>;
type Event = DynamoDBStreamEvent | EventBridgeEvent<"Scheduled Event", unknown>;

/** @throws Error if records of the stream have to be delivered again */
export async function handler(event: Event, context: Context): Promise<void> {
  try {
    if ("Records" in event) {
      for (const externalId of endedHere(event)) await permissions.settle(externalId);
    } else {
      await permissions.sweep(() => context.getRemainingTimeInMillis() > MARGIN_MILLISECONDS);
    }
  } finally {
    publishMetrics();
  }
}

/**
 * The connections that may have ended. A region's stream carries the items of all regions. Items that TTL removed have no
 * new image: the permission of such a connection went a month before it.
 */
function endedHere({ Records }: DynamoDBStreamEvent): Set<string> {
  const images = Records.map(({ dynamodb }) => dynamodb?.NewImage as Image | undefined);
  const connections = images.flatMap((image) => (image?.item?.S === "connection" ? [fromItem(image)] : []));
  return new Set(
    connections.filter(({ region }) => region === AWS_REGION).map(({ externalId }) => externalId),
  );
}
