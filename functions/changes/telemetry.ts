/** What the events function says of its work: a log for people, metrics for dashboards. */
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { shortened } from "../domain/connection.js";
import type { StatusChange } from "./status-change.js";

const serviceName = "events";
const logger = new Logger({ serviceName });
const metrics = new Metrics({ serviceName });

/** The metric that counts the changes to each status. */
const METRICS: Readonly<Record<StatusChange["status"], string>> = {
  connected: "Connected",
  unreachable: "BecameUnreachable",
  unsafe: "BecameUnsafe",
  disconnected: "Disconnected",
};

export const telemetry = {
  told({ externalId, accountId, previousStatus, status }: StatusChange): void {
    logger.info("A connection changed", {
      externalId: shortened(externalId),
      accountId,
      previousStatus,
      status,
    });
    metrics.addMetric(METRICS[status], MetricUnit.Count, 1);
  },
  trouble(error: unknown): void {
    const { name, message } = error instanceof Error ? error : { name: "unknown", message: String(error) };
    logger.error("A change could not be told; it is tried again", { error: `${name}: ${message}` });
  },
};

/** Writes the metrics of one invocation, as a line of the log. */
export function publishMetrics(): void {
  metrics.publishStoredMetrics();
}
