import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import type * as pulumi from "@pulumi/pulumi";
import type { Configuration } from "./config/configuration.js";

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
  /** How often there is a value. @default 300 */
  periodSeconds?: number;
}

/** Five minutes: time enough for a trouble to pass by itself, such as Lambda's second and third try. */
const PERIOD_SECONDS = 300;

/** The alarm that watches it, in its region. @param name its parent's */
export function createAlarm(
  parent: pulumi.Resource,
  name: string,
  { configuration, region }: { configuration: Configuration; region: string },
  watch: Watch,
): MetricAlarm {
  return new MetricAlarm(
    `${name}-${watch.name}`,
    {
      region,
      name: `${configuration.prefix}-${watch.name}`,
      alarmDescription: watch.description,
      namespace: watch.namespace,
      metricName: watch.metricName,
      dimensions: watch.dimensions,
      statistic: watch.statistic,
      period: watch.periodSeconds ?? PERIOD_SECONDS,
      evaluationPeriods: 1,
      comparisonOperator: "GreaterThanThreshold",
      threshold: watch.threshold,
      // Nothing is measured while no customer does anything.
      treatMissingData: "notBreaching",
      tags: configuration.tags,
    },
    { parent },
  );
}
