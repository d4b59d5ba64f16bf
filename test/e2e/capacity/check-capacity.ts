/** What the capacity tests, the small one and the big one, need to know about topics. */

import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { GetTopicAttributesCommand, SetTopicAttributesCommand } from "@aws-sdk/client-sns";
import type { TestCloud } from "../test-cloud.js";

export interface PolicyStatement {
  readonly Sid: string;
  readonly [element: string]: unknown;
}

/** The statements of a topic's policy, with the default one. */
export async function statementsOf(test: TestCloud, topicArn: string): Promise<PolicyStatement[]> {
  const { Attributes } = await test.cloud.vendor
    .sns(topicArn.split(":")[3] ?? "")
    .send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
  return (JSON.parse(Attributes?.Policy || "{}") as { Statement?: PolicyStatement[] }).Statement ?? [];
}

/** Puts statements beside those that the topic has. */
export async function addStatements(
  test: TestCloud,
  topicArn: string,
  statements: readonly PolicyStatement[],
): Promise<void> {
  const Statement = [...(await statementsOf(test, topicArn)), ...statements];
  await test.cloud.vendor.sns(topicArn.split(":")[3] ?? "").send(
    new SetTopicAttributesCommand({
      TopicArn: topicArn,
      AttributeName: "Policy",
      AttributeValue: JSON.stringify({ Version: "2012-10-17", Statement }),
    }),
  );
}

/** The labels of the customers' statements in all of a region's topics, sorted. */
export async function labelsIn(test: TestCloud, region: string): Promise<string[]> {
  const all = await Promise.all(
    (test.program.topicArns[region] ?? []).map((topicArn) => statementsOf(test, topicArn)),
  );
  return all
    .flat()
    .map(({ Sid }) => Sid)
    .filter((label) => label !== "__default_statement_ID")
    .sort();
}

/** Runs a region's hourly sweep now. @throws Error with the function's own */
export async function sweep(test: TestCloud, region: string): Promise<void> {
  const { FunctionError, Payload } = await test.cloud.vendor.lambda(region).send(
    new InvokeCommand({
      FunctionName: "onboarding-dev-topic-policies",
      Payload: Buffer.from(JSON.stringify({ source: "aws.events", "detail-type": "Scheduled Event" })),
    }),
  );
  if (FunctionError !== undefined)
    throw new Error(`The sweep failed: ${Buffer.from(Payload ?? []).toString()}`);
}

/** How many connections the table has of a region. */
export async function countConnections(test: TestCloud, region: string): Promise<number> {
  let count = 0;
  let ExclusiveStartKey: Record<string, never> | undefined;
  do {
    const page = await test.cloud.vendor.dynamoDB(region).send(
      new QueryCommand({
        TableName: test.program.tableName,
        IndexName: "byRegion",
        KeyConditionExpression: "#region = :region",
        ExpressionAttributeNames: { "#region": "region" },
        ExpressionAttributeValues: { ":region": { S: region } },
        ExclusiveStartKey,
        Select: "COUNT",
      }),
    );
    count += page.Count ?? 0;
    ExclusiveStartKey = page.LastEvaluatedKey as Record<string, never> | undefined;
  } while (ExclusiveStartKey);
  return count;
}

/** Waits until something holds. @throws Error with the last reason why it does not */
export async function until(check: () => Promise<string | undefined>, milliseconds = 20_000): Promise<void> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const reason = await check();
    if (reason === undefined) return;
    if (Date.now() > deadline) throw new Error(`${reason}, after ${milliseconds / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Does something for each item, a few at a time, and returns the results in their order. */
export async function mapAtOnce<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const [index, item] of queue) results[index] = await work(item);
    }),
  );
  return results;
}
