import { EventRule } from "@pulumi/aws/cloudwatch/eventRule.js";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget.js";
import { Permission } from "@pulumi/aws/lambda/permission.js";
import * as pulumi from "@pulumi/pulumi";
import { healthNameOf } from "../functions/domain/names.js";
import type { HealthVariables } from "../functions/health/environment.js";
import { HEALTH_SERVICE, METRIC } from "../functions/health/metrics.js";
import type { Configuration } from "./config/configuration.js";
import { type ConnectionTable, writeConnectionsOf } from "./connection-table.js";
import { roleArn } from "./iam/arn.js";
import type { PolicyStatement } from "./iam/policy-document.js";
import { type FunctionEnvironment, NodeFunction } from "./node-function.js";
import { createAlarm, type Watch } from "./watch.js";

/** What a {@link Health} is made of. */
export interface HealthArgs {
  configuration: Configuration;
  /** The region whose connections it probes, and in which all of it lives. */
  region: string;
  /** Where the region's connections are. */
  table: ConnectionTable;
  /** The health check's bundle. */
  code: pulumi.asset.Archive;
}

const EVERY_MINUTES = 5;

/** Less than the time between two runs, so that they never meet. What is left over is the next run's. */
const TIMEOUT_SECONDS = 270;

/** How far behind the check may be before somebody has to look. */
const MAX_BEHIND_HOURS = 2;

/** What probes one region's connections again, so that the vendor learns of a broken one before its customer does. */
export class Health extends pulumi.ComponentResource {
  /** The ARNs of the alarms that watch it. */
  readonly alarmArns: pulumi.Output<string>[];

  constructor(name: string, args: HealthArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:Health", name, {}, options);

    const health = createFunction(this, name, args);
    const schedule = createSchedule(this, name, args);
    const mayInvoke = allowScheduleToInvoke(this, name, args, health, schedule);
    runOnSchedule(this, name, args, health, schedule, [mayInvoke]);
    const alarms = watches(args, health).map((watch) => createAlarm(this, `${name}-alarms`, args, watch));

    this.alarmArns = alarms.map((alarm) => alarm.arn);
    this.registerOutputs({ alarmArns: this.alarmArns });
  }
}

function createFunction(parent: Health, name: string, args: HealthArgs): NodeFunction {
  const { configuration, region, table } = args;
  const environment: FunctionEnvironment<HealthVariables> = { TABLE_NAME: table.tableName };
  return new NodeFunction(
    `${name}-health`,
    {
      configuration,
      region,
      functionName: healthNameOf(configuration.prefix),
      // The template names the pattern <prefix>-health-* where only certain principals are trusted.
      roleName: `${healthNameOf(configuration.prefix)}-${region}`,
      description: `Probes the connections of ${region} again and marks those that are not in order.`,
      code: args.code,
      environment,
      statements: [
        writeConnectionsOf(table, region),
        findDueConnections(region, table),
        assumeCustomerRoles(configuration, region),
      ],
      timeoutSeconds: TIMEOUT_SECONDS,
    },
    { parent },
  );
}

/** A Query always has a leading key: here the region. The index holds keys only. */
function findDueConnections(region: string, table: ConnectionTable): PolicyStatement {
  return {
    Sid: "DueConnections",
    Effect: "Allow",
    Action: ["dynamodb:Query"],
    Resource: [pulumi.interpolate`${table.arnIn(region)}/index/byNextProbe`],
    Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": [region] } },
  };
}

function assumeCustomerRoles({ customerRolePath }: Configuration, region: string): PolicyStatement {
  return {
    Sid: "CustomerRoles",
    Effect: "Allow",
    Action: ["sts:AssumeRole"],
    Resource: [roleArn(region, "*", `${customerRolePath}*`)],
  };
}

function createSchedule(parent: Health, name: string, { configuration, region }: HealthArgs): EventRule {
  return new EventRule(
    `${name}-schedule`,
    {
      region,
      name: healthNameOf(configuration.prefix),
      description: "Probes the connections that are due.",
      scheduleExpression: `rate(${EVERY_MINUTES} minutes)`,
      tags: configuration.tags,
    },
    { parent },
  );
}

function allowScheduleToInvoke(
  parent: Health,
  name: string,
  { region }: HealthArgs,
  health: NodeFunction,
  schedule: EventRule,
): Permission {
  return new Permission(
    `${name}-schedule-permission`,
    {
      region,
      statementId: "schedule",
      action: "lambda:InvokeFunction",
      function: health.functionName,
      principal: "events.amazonaws.com",
      sourceArn: schedule.arn,
    },
    { parent },
  );
}

function runOnSchedule(
  parent: Health,
  name: string,
  { region }: HealthArgs,
  health: NodeFunction,
  schedule: EventRule,
  dependsOn: pulumi.Resource[],
): EventTarget {
  return new EventTarget(
    `${name}-schedule-target`,
    { region, rule: schedule.name, targetId: "health", arn: health.arn },
    { parent, dependsOn },
  );
}

function watches({ configuration }: HealthArgs, health: NodeFunction): Watch[] {
  const own = { namespace: configuration.prefix, dimensions: { service: HEALTH_SERVICE } };
  return [
    {
      name: "health-errors",
      description: "The health check failed. Its log says why; what it did not probe stays due.",
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensions: { FunctionName: health.functionName },
      statistic: "Sum",
      threshold: 0,
    },
    {
      name: "health-behind",
      description: `The health check is more than ${MAX_BEHIND_HOURS} hours behind: it cannot keep up with the region's connections, or STS does not answer.`,
      ...own,
      metricName: METRIC.behindSeconds,
      statistic: "Maximum",
      threshold: MAX_BEHIND_HOURS * 3600,
    },
    {
      name: "unsafe-roles",
      description:
        "A customer's role can be assumed without its external ID. Run onboarding list --status unsafe, and tell the customer.",
      ...own,
      metricName: METRIC.unsafe,
      statistic: "Sum",
      threshold: 0,
    },
  ];
}
