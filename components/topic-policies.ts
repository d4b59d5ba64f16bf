import { EventRule } from "@pulumi/aws/cloudwatch/eventRule.js";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget.js";
import { EventSourceMapping } from "@pulumi/aws/lambda/eventSourceMapping.js";
import { Permission } from "@pulumi/aws/lambda/permission.js";
import * as pulumi from "@pulumi/pulumi";
import type { TopicPoliciesVariables } from "../functions/topic-policies/environment.js";
import { METRIC, TOPIC_POLICIES_SERVICE } from "../functions/topic-policies/metrics.js";
import type { Configuration } from "./config/configuration.js";
import { type ConnectionTable, readStreamOf } from "./connection-table.js";
import type { PolicyStatement } from "./iam/policy-document.js";
import { type FunctionEnvironment, NodeFunction } from "./node-function.js";
import { createAlarm, type Watch } from "./watch.js";

/** What {@link TopicPolicies} are made of. */
export interface TopicPoliciesArgs {
  configuration: Configuration;
  /** The region whose topics it looks after, and in which all of it lives. */
  region: string;
  /** Where the region's connections are, and whose stream tells which of them ended. */
  table: ConnectionTable;
  /** The ARNs of the region's topics. */
  topicArns: pulumi.Output<string>[];
  /** The topic-policies function's bundle. */
  code: pulumi.asset.Archive;
}

/** A sweep of 500 connections takes seconds; one that has many policies to change has to wait for SNS. */
const TIMEOUT_SECONDS = 300;

/** How often all statements and all connections are compared. */
const SWEEP = "rate(1 hour)";

/** The share of a region's room at which somebody should raise topicsPerRegion, in percent. */
const CAPACITY_ALARM_PERCENT = 80;

/** Long enough that there is a sweep in it. */
const SWEEP_ALARM_SECONDS = 2 * 60 * 60;

/** A record that cannot be handled is left to the next sweep. */
const MAX_RETRIES = 3;

/** What takes room in one region's topics back, and keeps their policies in step with the connections. */
export class TopicPolicies extends pulumi.ComponentResource {
  /** The ARNs of the alarms that watch it. */
  readonly alarmArns: pulumi.Output<string>[];

  constructor(name: string, args: TopicPoliciesArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:TopicPolicies", name, {}, options);

    const topicPolicies = createFunction(this, name, args);
    followStream(this, name, args, topicPolicies);
    const hourly = createRule(this, name, args);
    const mayInvoke = allowRuleToInvoke(this, name, args, topicPolicies, hourly);
    sweepHourly(this, name, args, topicPolicies, hourly, [mayInvoke]);
    const alarms = whatToWatch(args, topicPolicies).map((watch) =>
      createAlarm(this, `${name}-alarms`, args, watch),
    );

    this.alarmArns = alarms.map((alarm) => alarm.arn);
    this.registerOutputs({ alarmArns: this.alarmArns });
  }
}

function createFunction(parent: TopicPolicies, name: string, args: TopicPoliciesArgs): NodeFunction {
  const { configuration, region, table, topicArns } = args;
  const environment: FunctionEnvironment<TopicPoliciesVariables> = {
    TABLE_NAME: table.tableName,
    // Known when all of them are there.
    TOPICS: pulumi.all(topicArns).apply(({ length }) => String(length)),
    TOPIC_PREFIX: configuration.prefix,
    TRUSTED_ACCOUNT: configuration.accountId,
  };
  return new NodeFunction(
    `${name}-topic-policies`,
    {
      configuration,
      region,
      functionName: `${configuration.prefix}-topic-policies`,
      roleName: `${configuration.prefix}-topic-policies-${region}`,
      description: `Keeps the policies of the topics in ${region} in step with the connections.`,
      code: args.code,
      environment,
      statements: [
        readOwnConnections(region, table),
        listOwnConnections(region, table),
        readStreamOf(table, region),
        {
          Sid: "OwnTopics",
          Effect: "Allow",
          Action: ["sns:AddPermission", "sns:GetTopicAttributes", "sns:RemovePermission"],
          Resource: topicArns,
        },
      ],
      timeoutSeconds: TIMEOUT_SECONDS,
    },
    { parent },
  );
}

/** Reads only: what becomes of a connection is not for this function to say. */
function readOwnConnections(region: string, table: ConnectionTable): PolicyStatement {
  return {
    Sid: "OwnConnections",
    Effect: "Allow",
    Action: ["dynamodb:GetItem"],
    Resource: [table.arnIn(region)],
    Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [`${region}:*`] } },
  };
}

/** A Query always has a leading key: here the region. */
function listOwnConnections(region: string, table: ConnectionTable): PolicyStatement {
  return {
    Sid: "ConnectionsOfTheRegion",
    Effect: "Allow",
    Action: ["dynamodb:Query"],
    Resource: table.indexArnsIn(region, ["byRegion"]),
    Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": [region] } },
  };
}

function followStream(
  parent: TopicPolicies,
  name: string,
  { configuration, region, table }: TopicPoliciesArgs,
  topicPolicies: NodeFunction,
): EventSourceMapping {
  // Only what ended at once: a link that expires or was cancelled keeps its permission for a day, and the sweep sees to it.
  const ended = {
    dynamodb: {
      NewImage: { item: { S: ["connection"] }, region: { S: [region] }, status: { S: ["disconnected"] } },
    },
  };
  return new EventSourceMapping(
    `${name}-stream`,
    {
      region,
      eventSourceArn: table.streamArnIn(region),
      functionName: topicPolicies.functionName,
      startingPosition: "TRIM_HORIZON",
      batchSize: 25,
      maximumRetryAttempts: MAX_RETRIES,
      filterCriteria: { filters: [{ pattern: JSON.stringify(ended) }] },
      tags: configuration.tags,
    },
    { parent },
  );
}

function createRule(
  parent: TopicPolicies,
  name: string,
  { configuration, region }: TopicPoliciesArgs,
): EventRule {
  return new EventRule(
    `${name}-hourly`,
    {
      region,
      name: `${configuration.prefix}-topic-policies-hourly`,
      description: "Compares the policies of the region's topics with its connections.",
      scheduleExpression: SWEEP,
      tags: configuration.tags,
    },
    { parent },
  );
}

function allowRuleToInvoke(
  parent: TopicPolicies,
  name: string,
  { region }: TopicPoliciesArgs,
  topicPolicies: NodeFunction,
  rule: EventRule,
): Permission {
  return new Permission(
    `${name}-hourly-permission`,
    {
      region,
      statementId: "hourly",
      action: "lambda:InvokeFunction",
      function: topicPolicies.functionName,
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
    },
    { parent },
  );
}

function sweepHourly(
  parent: TopicPolicies,
  name: string,
  { region }: TopicPoliciesArgs,
  topicPolicies: NodeFunction,
  rule: EventRule,
  dependsOn: pulumi.Resource[],
): EventTarget {
  return new EventTarget(
    `${name}-hourly-target`,
    { region, rule: rule.name, targetId: "topic-policies", arn: topicPolicies.arn },
    { parent, dependsOn },
  );
}

function whatToWatch({ configuration }: TopicPoliciesArgs, topicPolicies: NodeFunction): Watch[] {
  const own = { namespace: configuration.prefix, dimensions: { service: TOPIC_POLICIES_SERVICE } };
  return [
    {
      name: "capacity",
      description: `More than ${CAPACITY_ALARM_PERCENT} % of the connections that the region's topics have room for are made. Raise onboarding:topicsPerRegion.`,
      ...own,
      metricName: METRIC.usedCapacity,
      statistic: "Maximum",
      threshold: CAPACITY_ALARM_PERCENT,
      periodSeconds: SWEEP_ALARM_SECONDS,
    },
    {
      name: "topic-policy-errors",
      description:
        "A topic's policy had a statement that is none of this program's, or a connection could not be given its permission. The log of the topic-policies function says which.",
      ...own,
      metricName: METRIC.errors,
      statistic: "Sum",
      threshold: 0,
    },
    {
      name: "topic-policies-errors",
      description: "The topic-policies function failed. Its log says why; the next hour's sweep tries again.",
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensions: { FunctionName: topicPolicies.functionName },
      statistic: "Sum",
      threshold: 0,
    },
  ];
}
