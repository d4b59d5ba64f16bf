/** What the health check says of its work: a log for people, metrics for alarms. */
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { shortened } from "../domain/connection.js";
import type { HealthTelemetry } from "./health.js";
import { HEALTH_SERVICE, METRIC } from "./metrics.js";

const logger = new Logger({ serviceName: HEALTH_SERVICE });
const metrics = new Metrics({ serviceName: HEALTH_SERVICE });

export const telemetry: HealthTelemetry = {
  checked({ externalId, accountId }, { outcome }, status) {
    logger.info("Probed a connection", { externalId: shortened(externalId), accountId, outcome, status });
    metrics.addMetric(METRIC[outcome], MetricUnit.Count, 1);
  },
  trouble(externalId, error) {
    const { name, message } = error instanceof Error ? error : { name: "unknown", message: String(error) };
    logger.error("A connection could not be probed; it stays due", {
      externalId: shortened(externalId),
      error: `${name}: ${message}`,
    });
  },
  ended(probed, behindSeconds) {
    logger.info("Probed what was due", { probed, behindSeconds });
    metrics.addMetric(METRIC.behindSeconds, MetricUnit.Seconds, behindSeconds);
  },
};

/** Writes the metrics of one invocation, as a line of the log. */
export function publishMetrics(): void {
  metrics.publishStoredMetrics();
}
