import { EventRule } from "@pulumi/aws/cloudwatch/eventRule.js";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget.js";
import { EventSourceMapping } from "@pulumi/aws/lambda/eventSourceMapping.js";
import { Permission } from "@pulumi/aws/lambda/permission.js";
import * as pulumi from "@pulumi/pulumi";
import type { PermissionsVariables } from "../functions/permissions/environment.js";
import { METRIC, PERMISSIONS_SERVICE } from "../functions/permissions/metrics.js";
import { type ConnectionTable, readStreamOf } from "./connection-table.js";
import { type FunctionEnvironment, NodeFunction } from "./node-function.js";
import type { PolicyStatement } from "./policy.js";
import type { Settings } from "./settings.js";
import { createAlarm, type Watch } from "./watch.js";

/** What {@link RegionalPermissions} are made of. */
export interface RegionalPermissionsArgs {
  settings: Settings;
  /** The region whose topics it looks after, and in which all of it lives. */
  region: string;
  /** Where the region's connections are, and whose stream tells which of them ended. */
  table: ConnectionTable;
  /** The ARNs of the region's topics. */
  topicArns: pulumi.Output<string>[];
  /** The permissions function's bundle. */
  code: pulumi.asset.Archive;
}

/** A sweep of 500 connections takes seconds; one that has many policies to change has to wait for SNS. */
const TIMEOUT_SECONDS = 300;

/** How often all statements and all connections are compared. */
const SWEEP = "rate(1 hour)";

/** The share of a region's room at which somebody should raise topicsPerRegion, in percent. */
const ROOM_ALARM_PERCENT = 80;

/** Long enough that there is a sweep in it. */
const SWEEP_ALARM_SECONDS = 2 * 60 * 60;

/** A record that cannot be handled is left to the next sweep. */
const MOST_RETRIES = 3;

/** What takes room in one region's topics back, and keeps their policies in step with the connections. */
export class RegionalPermissions extends pulumi.ComponentResource {
  /** The ARNs of the alarms that watch it. */
  readonly alarmArns: pulumi.Output<string>[];

  constructor(name: string, args: RegionalPermissionsArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:RegionalPermissions", name, {}, options);

    const permissions = createFunction(this, name, args);
    followStream(this, name, args, permissions);
    const hourly = createRule(this, name, args);
    const mayInvoke = allowRuleToInvoke(this, name, args, permissions, hourly);
    sweepHourly(this, name, args, permissions, hourly, [mayInvoke]);
    const alarms = whatToWatch(args, permissions).map((watch) =>
      createAlarm(this, `${name}-alarms`, args, watch),
    );

    this.alarmArns = alarms.map((alarm) => alarm.arn);
    this.registerOutputs({ alarmArns: this.alarmArns });
  }
}

function createFunction(
  parent: RegionalPermissions,
  name: string,
  args: RegionalPermissionsArgs,
): NodeFunction {
  const { settings, region, table, topicArns } = args;
  const environment: FunctionEnvironment<PermissionsVariables> = {
    TABLE_NAME: table.tableName,
    // Known when all of them are there.
    TOPICS: pulumi.all(topicArns).apply(({ length }) => String(length)),
    TOPIC_PREFIX: settings.prefix,
    TRUSTED_ACCOUNT: settings.accountId,
  };
  return new NodeFunction(
    `${name}-permissions`,
    {
      settings,
      region,
      functionName: `${settings.prefix}-permissions`,
      roleName: `${settings.prefix}-permissions-${region}`,
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
  parent: RegionalPermissions,
  name: string,
  { settings, region, table }: RegionalPermissionsArgs,
  permissions: NodeFunction,
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
      functionName: permissions.functionName,
      startingPosition: "TRIM_HORIZON",
      batchSize: 25,
      maximumRetryAttempts: MOST_RETRIES,
      filterCriteria: { filters: [{ pattern: JSON.stringify(ended) }] },
      tags: settings.tags,
    },
    { parent },
  );
}

function createRule(
  parent: RegionalPermissions,
  name: string,
  { settings, region }: RegionalPermissionsArgs,
): EventRule {
  return new EventRule(
    `${name}-hourly`,
    {
      region,
      name: `${settings.prefix}-permissions-hourly`,
      description: "Compares the policies of the region's topics with its connections.",
      scheduleExpression: SWEEP,
      tags: settings.tags,
    },
    { parent },
  );
}

function allowRuleToInvoke(
  parent: RegionalPermissions,
  name: string,
  { region }: RegionalPermissionsArgs,
  permissions: NodeFunction,
  rule: EventRule,
): Permission {
  return new Permission(
    `${name}-hourly-permission`,
    {
      region,
      statementId: "hourly",
      action: "lambda:InvokeFunction",
      function: permissions.functionName,
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
    },
    { parent },
  );
}

function sweepHourly(
  parent: RegionalPermissions,
  name: string,
  { region }: RegionalPermissionsArgs,
  permissions: NodeFunction,
  rule: EventRule,
  dependsOn: pulumi.Resource[],
): EventTarget {
  return new EventTarget(
    `${name}-hourly-target`,
    { region, rule: rule.name, targetId: "permissions", arn: permissions.arn },
    { parent, dependsOn },
  );
}

function whatToWatch({ settings }: RegionalPermissionsArgs, permissions: NodeFunction): Watch[] {
  const own = { namespace: settings.prefix, dimensions: { service: PERMISSIONS_SERVICE } };
  return [
    {
      name: "room",
      description: `More than ${ROOM_ALARM_PERCENT} % of the connections that the region's topics have room for are made. Raise onboarding:topicsPerRegion.`,
      ...own,
      metricName: METRIC.roomUsed,
      statistic: "Maximum",
      threshold: ROOM_ALARM_PERCENT,
      periodSeconds: SWEEP_ALARM_SECONDS,
    },
    {
      name: "permission-troubles",
      description:
        "A topic's policy had a statement that is none of this program's, or a connection could not be given its permission. The log of the permissions function says which.",
      ...own,
      metricName: METRIC.troubles,
      statistic: "Sum",
      threshold: 0,
    },
    {
      name: "permissions-errors",
      description: "The permissions function failed. Its log says why; the next hour's sweep tries again.",
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensions: { FunctionName: permissions.functionName },
      statistic: "Sum",
      threshold: 0,
    },
  ];
}
