import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import * as pulumi from "@pulumi/pulumi";
import { METRIC, RECEIVER_SERVICE } from "../functions/receiver/metrics.js";
import type { Settings } from "./settings.js";

/** What {@link RegionalAlarms} are made of. */
export interface RegionalAlarmsArgs {
  settings: Settings;
  /** The region that they watch, and in which they are. */
  region: string;
  /** The names of the queues in which nothing should ever be. */
  queueNames: Record<string, pulumi.Input<string>>;
  /** The receiver's name. */
  receiverName: pulumi.Input<string>;
}

/** One thing to watch. */
export interface Watch {
  /** What follows the stack's prefix in the alarm's name. */
  name: string;
  /** For whoever is woken up: what happened, and where to look. */
  description: string;
  namespace: string;
  metricName: string;
  dimensions: Record<string, pulumi.Input<string>>;
  statistic: "Sum" | "Maximum";
  /** The alarm goes off above this value. */
  threshold: number;
}

/** Five minutes: time enough for a trouble to pass by itself, such as Lambda's second and third try. */
const PERIOD_SECONDS = 300;

/** A customer watches a progress bar; something is wrong when half of the promised minute is not enough. */
const SLOW_ANSWER_SECONDS = 30;

/** One region's alarms. */
export class RegionalAlarms extends pulumi.ComponentResource {
  constructor(name: string, args: RegionalAlarmsArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:RegionalAlarms", name, {}, options);

    for (const watch of [...watchQueues(args), ...watchReceiver(args)]) createAlarm(this, name, args, watch);

    this.registerOutputs({});
  }
}

function watchQueues({ queueNames }: RegionalAlarmsArgs): Watch[] {
  return Object.entries(queueNames).map(([queue, queueName]) => ({
    name: queue,
    description: `The queue ${queue} is not empty: requests of customers' stacks wait there. Run npm run connections -- redrive.`,
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: queueName },
    statistic: "Maximum",
    threshold: 0,
  }));
}

function watchReceiver({ settings, receiverName }: RegionalAlarmsArgs): Watch[] {
  const own = { namespace: settings.prefix, dimensions: { service: RECEIVER_SERVICE } };
  return [
    {
      name: "receiver-errors",
      description: "The receiver failed to handle a request. Its log says why; Lambda tries twice more.",
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensions: { FunctionName: receiverName },
      statistic: "Sum",
      threshold: 0,
    },
    {
      name: "refused-requests",
      description:
        "Something that is no request of CloudFormation's arrived: somebody who may publish to the topic tries what happens. The receiver's log has the host of each response URL.",
      ...own,
      metricName: METRIC.refusedRequests,
      statistic: "Sum",
      threshold: 0,
    },
    {
      name: "slow-answers",
      description: `A customer's stack waited more than ${SLOW_ANSWER_SECONDS} s for its answer.`,
      ...own,
      metricName: METRIC.answerSeconds,
      statistic: "Maximum",
      threshold: SLOW_ANSWER_SECONDS,
    },
  ];
}

/** The alarm of one thing, in the region that it watches. @param name that of the component, for the resource's */
export function createAlarm(
  parent: pulumi.Resource,
  name: string,
  { settings, region }: Pick<RegionalAlarmsArgs, "settings" | "region">,
  watch: Watch,
): MetricAlarm {
  return new MetricAlarm(
    `${name}-${watch.name}`,
    {
      region,
      name: `${settings.prefix}-${watch.name}`,
      alarmDescription: watch.description,
      namespace: watch.namespace,
      metricName: watch.metricName,
      dimensions: watch.dimensions,
      statistic: watch.statistic,
      period: PERIOD_SECONDS,
      evaluationPeriods: 1,
      comparisonOperator: "GreaterThanThreshold",
      threshold: watch.threshold,
      // Nothing is measured while no customer does anything.
      treatMissingData: "notBreaching",
      tags: settings.tags,
    },
    { parent },
  );
}
