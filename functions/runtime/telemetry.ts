/**
 * What every function's telemetry has in common: a log for people, and metrics for alarms and dashboards. Both are lines of JSON on
 * standard output, which Lambda hands to CloudWatch Logs; from those with metrics CloudWatch takes the metrics out ("embedded metric
 * format"), so that no request waits for a call of CloudWatch.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import { readEnvironment } from "./environment.js";

/** What all functions are deployed with. */
export interface TelemetryEnvironment {
  /** The namespace of the metrics: the stack's prefix, so that two deployments in one account are counted apart. */
  readonly METRICS_NAMESPACE: string;
}

/** "Numeric array metric targets MUST NOT have more than 100 members." */
const MAX_VALUES = 100;

type Unit = "Count" | "Percent" | "Seconds";

interface Metric {
  readonly unit: Unit;
  readonly values: number[];
}

/** A function's log and metrics. */
export class FunctionTelemetry {
  readonly log: Log;
  private readonly namespace: string;
  private readonly metrics = new Map<string, Metric>();

  /**
   * @param service the value of the metrics' dimension `service`
   * @throws Error if the function was deployed without a namespace
   */
  constructor(private readonly service: string) {
    this.log = new Log(service);
    this.namespace = readEnvironment<TelemetryEnvironment>({ METRICS_NAMESPACE: true }).METRICS_NAMESPACE;
  }

  /** Adds a value to the invocation's metrics. */
  add(metric: string, unit: Unit, value = 1): void {
    // CloudWatch would take none of the line's metrics for one that is not a number.
    if (!Number.isFinite(value)) return;
    const { values } = this.metrics.get(metric) ?? {};
    if (!values) this.metrics.set(metric, { unit, values: [value] });
    else if (values.push(value) === MAX_VALUES) this.publish();
  }

  /** Counts something, at once. */
  count(metric: string): void {
    this.write([[metric, { unit: "Count", values: [1] }]]);
  }

  /** Counts something by a dimension of its own, at once. */
  countBy(metric: string, dimension: string, value: string): void {
    this.write([[metric, { unit: "Count", values: [1] }]], { [dimension]: value });
  }

  /** Writes the invocation's metrics as a line of the log, however the invocation ended. */
  async publishAfter<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } finally {
      this.publish();
    }
  }

  private publish(): void {
    if (this.metrics.size > 0) this.write([...this.metrics]);
    this.metrics.clear();
  }

  private write(metrics: readonly (readonly [string, Metric])[], own: Readonly<Record<string, string>> = {}) {
    const dimensions = { service: this.service, ...own };
    writeLine({
      _aws: {
        Timestamp: Date.now(),
        CloudWatchMetrics: [
          {
            Namespace: this.namespace,
            Dimensions: [Object.keys(dimensions)],
            Metrics: metrics.map(([Name, { unit }]) => ({ Name, Unit: unit })),
          },
        ],
      },
      ...dimensions,
      ...Object.fromEntries(
        metrics.map(([name, { values }]) => [name, values.length === 1 ? values[0] : values]),
      ),
    });
  }
}

type Details = Readonly<Record<string, unknown>>;

/** Lines for people: what happened, and to which thing. Details that are undefined are left out. */
class Log {
  constructor(private readonly service: string) {}

  info(message: string, details?: Details): void {
    this.write("INFO", message, details);
  }

  warn(message: string, details?: Details): void {
    this.write("WARN", message, details);
  }

  error(message: string, details?: Details): void {
    this.write("ERROR", message, details);
  }

  private write(level: string, message: string, details: Details = {}): void {
    const { service } = this;
    const timestamp = new Date().toISOString();
    writeLine({ level, message, timestamp, service, xray_trace_id: traceId(), ...details });
  }
}

/** The same for all lines of a request, whichever functions wrote them. Lambda sets the variable for each invocation. */
function traceId(): string | undefined {
  return process.env._X_AMZN_TRACE_ID?.split(";", 1)[0]?.replace("Root=", "");
}

function writeLine(content: Details): void {
  process.stdout.write(`${JSON.stringify(content)}\n`);
}

/** An error's name and message, and no more: an error of a call can carry the whole request in it. */
export function describeError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : `unknown: ${String(error)}`;
}
