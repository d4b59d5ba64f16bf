import { EventSourceMapping } from "@pulumi/aws/lambda/eventSourceMapping.js";
import * as pulumi from "@pulumi/pulumi";
import type { ChangesVariables } from "../functions/changes/environment.js";
import { changesNameOf } from "../functions/domain/names.js";
import type { Configuration } from "./config/configuration.js";
import { type ConnectionTable, readStreamOf } from "./connection-table.js";
import { arn } from "./iam/arn.js";
import type { PolicyStatement } from "./iam/policy-document.js";
import { type FunctionEnvironment, NodeFunction } from "./node-function.js";
import { createAlarm } from "./watch.js";

/** What {@link Changes} are made of. */
export interface ChangesArgs {
  configuration: Configuration;
  /** The region whose connections it tells of, and in which all of it lives. */
  region: string;
  /** Where the region's connections are, and whose stream carries their changes. */
  table: ConnectionTable;
  /** The events function's bundle. */
  code: pulumi.asset.Archive;
}

/** Ten changes, each with two calls that may have to be tried again. */
const TIMEOUT_SECONDS = 60;
const BATCH_SIZE = 10;

/** How late a change may be told before somebody has to look. */
const LATEST_MINUTES = 15;

/** What keeps the history of one region's connections, and tells the vendor's applications when one changes. */
export class Changes extends pulumi.ComponentResource {
  /** The ARNs of the alarms that watch it. */
  readonly alarmArns: pulumi.Output<string>[];

  constructor(name: string, args: ChangesArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:Changes", name, {}, options);

    const events = createFunction(this, name, args);
    followStream(this, name, args, events);
    const alarm = watch(this, name, args, events);

    this.alarmArns = [alarm.arn];
    this.registerOutputs({ alarmArns: this.alarmArns });
  }
}

function createFunction(parent: Changes, name: string, args: ChangesArgs): NodeFunction {
  const { configuration, region, table } = args;
  const environment: FunctionEnvironment<ChangesVariables> = {
    TABLE_NAME: table.tableName,
    HISTORY_DAYS: String(configuration.historyDays),
    HOME_REGION: configuration.homeRegion,
    EVENT_SOURCE: configuration.prefix,
  };
  return new NodeFunction(
    `${name}-events`,
    {
      configuration,
      region,
      functionName: changesNameOf(configuration.prefix),
      roleName: `${changesNameOf(configuration.prefix)}-${region}`,
      description: `Keeps the history of the connections of ${region} and tells when one changes.`,
      code: args.code,
      environment,
      statements: [addToHistory(region, table), tell(configuration), readStreamOf(table, region)],
      timeoutSeconds: TIMEOUT_SECONDS,
    },
    { parent },
  );
}

/** IAM knows no sort keys: that a record is never overwritten is the function's doing, whose keys all begin with `event#`. */
function addToHistory(region: string, table: ConnectionTable): PolicyStatement {
  return {
    Sid: "OwnHistory",
    Effect: "Allow",
    Action: ["dynamodb:PutItem"],
    Resource: [table.arnIn(region)],
    Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [`${region}:*`] } },
  };
}

/**
 * On the bus of the home region, where one rule hears of all regions; under the stack's own name. One call can carry events of many
 * sources, so that the key has many values.
 */
function tell({ homeRegion, accountId, prefix }: Configuration): PolicyStatement {
  return {
    Sid: "TellOfChanges",
    Effect: "Allow",
    Action: ["events:PutEvents"],
    Resource: [arn("events", homeRegion, accountId, "event-bus/default")],
    Condition: { "ForAllValues:StringEquals": { "events:source": [prefix] } },
  };
}

function followStream(
  parent: Changes,
  name: string,
  { configuration, region, table }: ChangesArgs,
  events: NodeFunction,
): EventSourceMapping {
  // The keys, because what TTL removed has no new image. Without the item, history would be told of and have a history of its own.
  const ownConnections = {
    dynamodb: { Keys: { item: { S: ["connection"] }, externalId: { S: [{ prefix: `${region}:` }] } } },
  };
  return new EventSourceMapping(
    `${name}-stream`,
    {
      region,
      eventSourceArn: table.streamArnIn(region),
      functionName: events.functionName,
      startingPosition: "TRIM_HORIZON",
      batchSize: BATCH_SIZE,
      // No limit on tries: a batch that fails is tried again for as long as the stream has it, which is a day.
      filterCriteria: { filters: [{ pattern: JSON.stringify(ownConnections) }] },
      tags: configuration.tags,
    },
    { parent },
  );
}

function watch(parent: Changes, name: string, { configuration, region }: ChangesArgs, events: NodeFunction) {
  return createAlarm(
    parent,
    `${name}-alarms`,
    { configuration, region },
    {
      name: "late-events",
      description: `Changes of connections were told more than ${LATEST_MINUTES} minutes late. The log of the function events says why; what is not told within a day is lost.`,
      namespace: "AWS/Lambda",
      metricName: "IteratorAge",
      dimensions: { FunctionName: events.functionName },
      statistic: "Maximum",
      threshold: LATEST_MINUTES * 60_000,
    },
  );
}
