import type { MetricAlarmArgs } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import type * as pulumi from "@pulumi/pulumi";

/** When one alarm goes off: whenever the value is above the threshold. */
export type Alarm = (Metric | MetricSum) & {
  /** What follows the prefix in its name. */
  name: string;
  /** For whoever is woken up: what happened, and where to look. */
  description: string;
  threshold: number;
};

/** Several metrics as one value. */
interface MetricSum {
  metricQueries: NonNullable<MetricAlarmArgs["metricQueries"]>;
}

interface Metric {
  namespace: string;
  metricName: string;
  dimensions: Record<string, pulumi.Input<string>>;
  statistic: "Sum" | "Maximum";
  /** How often there is a value, in seconds. */
  period: number;
}

/** Five minutes: long enough for a fault to pass by itself, as with Lambda's second and third attempt. */
export const PERIOD_SECONDS = 300;

/** The sum of some metrics, of those that have a value. */
export function sumOf(label: string, metrics: (Omit<Metric, "statistic" | "period"> & { stat: string })[]) {
  const queries = metrics.map((metric, index) => ({
    id: `metric${index}`,
    metric: { ...metric, period: PERIOD_SECONDS },
  }));
  return [...queries, { id: "sum", expression: "SUM(METRICS())", label, returnData: true }];
}
