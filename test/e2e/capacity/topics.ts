/** How the capacity tests, the small one and the big one, look into topics and change them. */

import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { GetTopicAttributesCommand, SetTopicAttributesCommand } from "@aws-sdk/client-sns";
import { runScheduled } from "../../../emulator/deploy/scheduled.js";
import { poll } from "../../../emulator/poll.js";
import type { TestCloud } from "../test-cloud.js";

export interface PolicyStatement {
  readonly Sid: string;
  readonly [element: string]: unknown;
}

/** The statements of a topic's policy, including the default one. */
export async function statementsOf(test: TestCloud, topicArn: string): Promise<PolicyStatement[]> {
  const { Attributes } = await test.cloud.vendor
    .sns(topicArn.split(":")[3] ?? "")
    .send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
  return (JSON.parse(Attributes?.Policy || "{}") as { Statement?: PolicyStatement[] }).Statement ?? [];
}

/** Adds statements to those that the topic has. */
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

/** The labels of the customers' statements on all topics of a region, sorted. */
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

/** Runs a region's hourly reconciliation now. @throws Error with the function's own error */
export function reconcile(test: TestCloud, region: string): Promise<void> {
  return runScheduled(test.cloud.vendor, region, "onboarding-dev-topic-policies");
}

/** How many connections of a region are in the table. */
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

/** Waits until nothing is wrong any more. @param check returns what still is */
export async function until(check: () => Promise<string | undefined>, timeoutSeconds = 20): Promise<void> {
  let wrong: string | undefined;
  const look = async () => {
    wrong = await check();
    return wrong === undefined || undefined;
  };
  await poll(look, { timeoutSeconds, failure: () => `${wrong}, after ${timeoutSeconds} s` });
}
