import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import type * as pulumi from "@pulumi/pulumi";
import { METRIC as HEALTH_METRIC, HEALTH_SERVICE } from "../functions/health/metrics.js";
import { METRIC as ORGANIZATIONS_METRIC, ORGANIZATIONS_SERVICE } from "../functions/organizations/metrics.js";
import { METRIC as RECEIVER_METRIC, RECEIVER_SERVICE } from "../functions/receiver/metrics.js";
import {
  TOPIC_POLICIES_SERVICE,
  METRIC as TOPIC_POLICY_METRIC,
} from "../functions/topic-policies/metrics.js";
import { METRIC as URL_GENERATOR_METRIC, URL_GENERATOR_SERVICE } from "../functions/url-generator/metrics.js";
import { type Alarm, PERIOD_SECONDS, sumOf } from "./alarm.js";
import type { Parent } from "./aws/parent.js";
import type { Changes } from "./changes.js";
import type { Health } from "./health.js";
import type { Organizations } from "./organizations.js";
import type { Receiver } from "./receiver.js";
import type { TopicPolicies } from "./topic-policies.js";

/** What {@link Alarms} are made of. */
export interface AlarmsArgs {
  /** The region that they watch, and in which they are. */
  region: string;
  /** What every physical name begins with, and the namespace of the functions' own metrics. @example "onboarding-prod" */
  prefix: string;
  receiver: Receiver;
  changes: Changes;
  health: Health;
  topicPolicies: TopicPolicies;
  /** How often an organization's accounts are listed. */
  listingMinutes: number;
  /** Where organizations can connect. */
  organizations: Organizations | undefined;
}

/** A customer watches a progress bar; something is wrong when half of the promised minute is not enough. */
const SLOW_RESPONSE_SECONDS = 30;

/** How late a change may be handled before somebody has to look. */
const LATE_CHANGE_MINUTES = 15;

/** How far behind the health check may be before somebody has to look. */
const HEALTH_BEHIND_HOURS = 2;

/** The share of a region's capacity at which somebody should raise topicsPerRegion, in percent. */
const CAPACITY_PERCENT = 80;

/** Long enough for at least one of the hourly runs, which measure the capacity. */
const CAPACITY_PERIOD_SECONDS = 2 * 60 * 60;

/** Everything that is watched in one region. */
export class Alarms {
  /** The alarms' ARNs. */
  readonly arns: pulumi.Output<string>[];

  constructor(name: string, args: AlarmsArgs, { parent }: Parent) {
    const alarms = [
      ofQueues(args),
      ...ofReceiver(args),
      ...ofHealth(args),
      ofChanges(args),
      ofSchedules(args),
      ...ofTopicPolicies(args),
      ...(args.organizations ? [ofOrganizations(args)] : []),
    ].map((alarm) => createAlarm(alarm));

    this.arns = alarms.map(({ arn }) => arn);

    function createAlarm({ name: alarmName, description, ...value }: Alarm) {
      return new MetricAlarm(
        `${name}-${alarmName}`,
        {
          region: args.region,
          name: `${args.prefix}-${alarmName}`,
          alarmDescription: description,
          ...value,
          evaluationPeriods: 1,
          comparisonOperator: "GreaterThanThreshold",
          // Nothing is measured while no customer does anything.
          treatMissingData: "notBreaching",
        },
        { parent },
      );
    }
  }
}

/** One alarm for both queues, because what to do is the same. */
function ofQueues({ receiver }: AlarmsArgs): Alarm {
  const { "receiver-failed": failed, undelivered } = receiver.queueNames;
  const metricName = "ApproximateNumberOfMessagesVisible";
  const messages = { namespace: "AWS/SQS", metricName, stat: "Maximum" };
  return {
    name: "dead-letters",
    description:
      "Requests that the receiver could not handle, or that SNS could not deliver to it, are waiting in a dead-letter queue. Run: onboarding redrive.",
    metricQueries: sumOf("Messages", [
      { ...messages, dimensions: { QueueName: failed } },
      { ...messages, dimensions: { QueueName: undelivered } },
    ]),
    threshold: 0,
  };
}

function ofReceiver({ prefix }: AlarmsArgs): Alarm[] {
  const own = { namespace: prefix, dimensions: { service: RECEIVER_SERVICE } };
  return [
    {
      name: "receiver-errors",
      // Not Lambda's Errors: the receiver also throws while a customer's role cannot be assumed yet, so that Lambda delivers again.
      description:
        "A fault on our side kept the receiver from handling a request. Its log says which; what never works ends in the dead-letter queue.",
      ...own,
      metricName: RECEIVER_METRIC.errors,
      statistic: "Sum",
      period: PERIOD_SECONDS,
      threshold: 0,
    },
    {
      name: "dropped-requests",
      description:
        "The receiver dropped a message that is not a genuine request of CloudFormation. Somebody who may publish to the topic may be trying to deceive it: its log names the host of each response URL.",
      ...own,
      metricName: RECEIVER_METRIC.droppedRequests,
      statistic: "Sum",
      period: PERIOD_SECONDS,
      threshold: 0,
    },
    {
      name: "slow-responses",
      description: `A customer's stack waited more than ${SLOW_RESPONSE_SECONDS} seconds for a response.`,
      ...own,
      metricName: RECEIVER_METRIC.responseSeconds,
      statistic: "Maximum",
      period: PERIOD_SECONDS,
      threshold: SLOW_RESPONSE_SECONDS,
    },
  ];
}

function ofHealth({ prefix }: AlarmsArgs): Alarm[] {
  const own = { namespace: prefix, dimensions: { service: HEALTH_SERVICE } };
  return [
    {
      name: "health-behind",
      description: `The health check is more than ${HEALTH_BEHIND_HOURS} hours behind: the region has more connections than it can probe, or STS does not respond.`,
      ...own,
      metricName: HEALTH_METRIC.behindSeconds,
      statistic: "Maximum",
      period: PERIOD_SECONDS,
      threshold: HEALTH_BEHIND_HOURS * 3600,
    },
    {
      name: "unsafe-roles",
      description:
        "A customer's role can be assumed without its external ID. Run: onboarding list --status unsafe, and tell the customer.",
      ...own,
      metricName: HEALTH_METRIC.unsafe,
      statistic: "Sum",
      period: PERIOD_SECONDS,
      threshold: 0,
    },
  ];
}

function ofChanges({ changes }: AlarmsArgs): Alarm {
  return {
    name: "late-changes",
    description: `Changes of connections are handled more than ${LATE_CHANGE_MINUTES} minutes late. The function's log says why; changes that are not handled within a day are lost.`,
    namespace: "AWS/Lambda",
    metricName: "IteratorAge",
    dimensions: { FunctionName: changes.functionName },
    statistic: "Maximum",
    period: PERIOD_SECONDS,
    threshold: LATE_CHANGE_MINUTES * 60_000,
  };
}

function ofTopicPolicies({ prefix }: AlarmsArgs): Alarm[] {
  const own = { namespace: prefix, dimensions: { service: TOPIC_POLICIES_SERVICE } };
  const ofLinks = { namespace: prefix, dimensions: { service: URL_GENERATOR_SERVICE } };
  return [
    {
      name: "capacity",
      description: `The region's topics have statements for more than ${CAPACITY_PERCENT} % of the connections they can take. Raise topicsPerRegion.`,
      ...own,
      metricName: TOPIC_POLICY_METRIC.usedCapacity,
      statistic: "Maximum",
      threshold: CAPACITY_PERCENT,
      period: CAPACITY_PERIOD_SECONDS,
    },
    {
      name: "statement-errors",
      description:
        "A topic policy has a statement that is not this program's, lacks one that a connection needs, or takes no statement though another does. The log of the topic-policies function names it, or the URL generator's.",
      metricQueries: sumOf("Statements", [
        { ...own, metricName: TOPIC_POLICY_METRIC.errors, stat: "Sum" },
        // Of all regions' topics, and with values in the home region only.
        { ...ofLinks, metricName: URL_GENERATOR_METRIC.refusingTopics, stat: "Sum" },
      ]),
      threshold: 0,
    },
  ];
}

function ofOrganizations({ prefix, listingMinutes }: AlarmsArgs): Alarm {
  return {
    name: "organization-shrinks",
    description:
      "The last listing of an organization lacks more than 10 and more than 20 % of its accounts, and ended none of them. Run: onboarding organizations list, ask the customer, and confirm it.",
    namespace: prefix,
    metricName: ORGANIZATIONS_METRIC.heldEnds,
    dimensions: { service: ORGANIZATIONS_SERVICE },
    statistic: "Maximum",
    // Each listing measures it: long enough for at least one. Above an hour CloudWatch takes whole ones.
    period: Math.ceil((2 * listingMinutes) / 60) * 3600,
    threshold: 0,
  };
}

/** What runs on a schedule tries again by itself; somebody has to look when it fails. One alarm, because what to do is the same. */
function ofSchedules({ health, topicPolicies, organizations }: AlarmsArgs): Alarm {
  const errors = { namespace: "AWS/Lambda", metricName: "Errors", stat: "Sum" };
  return {
    name: "scheduled-errors",
    description:
      "The health check, the topic-policies function or the lister of organizations failed. Its log says why; its next run does what this one left out.",
    metricQueries: sumOf(
      "Failed runs",
      [health, topicPolicies, ...(organizations ? [organizations] : [])].map(({ functionName }) => ({
        ...errors,
        dimensions: { FunctionName: functionName },
      })),
    ),
    threshold: 0,
  };
}
