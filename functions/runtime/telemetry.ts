/** What every function's telemetry has in common: a log for people, and metrics for alarms and dashboards. */
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, type MetricUnit } from "@aws-lambda-powertools/metrics";

/** A function's log and metrics; the program sets the metrics' namespace, the stack's prefix. */
export class FunctionTelemetry {
  readonly log: Logger;
  private readonly metrics: Metrics;

  /** @param service the value of the metrics' dimension `service` */
  constructor(service: string) {
    this.log = new Logger({ serviceName: service });
    this.metrics = new Metrics({ serviceName: service });
  }

  /** Adds a value to the invocation's metrics. */
  add(metric: string, unit: Unit, value = 1): void {
    this.metrics.addMetric(metric, unit, value);
  }

  /** Counts something, at once. */
  count(metric: string): void {
    this.metrics.singleMetric().addMetric(metric, "Count", 1);
  }

  /** Counts something by a dimension of its own, at once. */
  countBy(metric: string, dimension: string, value: string): void {
    const single = this.metrics.singleMetric();
    single.addDimension(dimension, value);
    single.addMetric(metric, "Count", 1);
  }

  /** Writes the invocation's metrics as a line of the log, however the invocation ended. */
  async publishAfter<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } finally {
      this.metrics.publishStoredMetrics();
    }
  }
}

type Unit = (typeof MetricUnit)[keyof typeof MetricUnit];

/** An error's name and message, and no more: an error of a call can carry the whole request in it. */
export function describeError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : `unknown: ${String(error)}`;
}
