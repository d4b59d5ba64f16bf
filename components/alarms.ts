import * as pulumi from "@pulumi/pulumi";
import { METRIC, RECEIVER_SERVICE } from "../functions/receiver/metrics.js";
import type { Configuration } from "./config/configuration.js";
import { createAlarm, type Watch } from "./watch.js";

/** What {@link RegionalAlarms} are made of. */
export interface RegionalAlarmsArgs {
  configuration: Configuration;
  /** The region that they watch, and in which they are. */
  region: string;
  /** The names of the queues in which nothing should ever be. */
  queueNames: Record<string, pulumi.Input<string>>;
}

/** A customer watches a progress bar; something is wrong when half of the promised minute is not enough. */
const SLOW_RESPONSE_SECONDS = 30;

/** One region's alarms. */
export class RegionalAlarms extends pulumi.ComponentResource {
  /** The alarms' ARNs. */
  readonly alarmArns: pulumi.Output<string>[];

  constructor(name: string, args: RegionalAlarmsArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:RegionalAlarms", name, {}, options);

    const watches = [...watchQueues(args), ...watchReceiver(args)];
    const alarms = watches.map((watch) => createAlarm(this, name, args, watch));

    this.alarmArns = alarms.map((alarm) => alarm.arn);
    this.registerOutputs({ alarmArns: this.alarmArns });
  }
}

function watchQueues({ queueNames }: RegionalAlarmsArgs): Watch[] {
  return Object.entries(queueNames).map(([queue, queueName]) => ({
    name: queue,
    description: `The queue ${queue} is not empty: requests of customers' stacks wait there. Run onboarding redrive.`,
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: queueName },
    statistic: "Maximum",
    threshold: 0,
  }));
}

function watchReceiver({ configuration }: RegionalAlarmsArgs): Watch[] {
  const own = { namespace: configuration.prefix, dimensions: { service: RECEIVER_SERVICE } };
  return [
    {
      name: "receiver-errors",
      // Not Lambda's Errors: the receiver also throws while a customer's role cannot be assumed yet, so that Lambda delivers again.
      description:
        "A fault on our side kept the receiver from handling a request. Its log says which; what never works ends in the dead-letter queue.",
      ...own,
      metricName: METRIC.errors,
      statistic: "Sum",
      threshold: 0,
    },
    {
      name: "dropped-requests",
      description:
        "The receiver dropped a message that is not a request of CloudFormation: somebody who may publish to the topic is trying things out. The receiver's log names the host of each response URL.",
      ...own,
      metricName: METRIC.droppedRequests,
      statistic: "Sum",
      threshold: 0,
    },
    {
      name: "slow-responses",
      description: `A customer's stack waited more than ${SLOW_RESPONSE_SECONDS} s for its answer.`,
      ...own,
      metricName: METRIC.responseSeconds,
      statistic: "Maximum",
      threshold: SLOW_RESPONSE_SECONDS,
    },
  ];
}
