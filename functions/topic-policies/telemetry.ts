/** What the permissions function says of its work: a log for people, metrics for alarms. */
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { type Connection, shortened } from "../domain/connection.js";
import { externalIdOfLabel } from "../domain/topic-statement.js";
import { METRIC, TOPIC_POLICIES_SERVICE } from "./metrics.js";
import type { TopicPoliciesTelemetry } from "./topic-policies.js";

const logger = new Logger({ serviceName: TOPIC_POLICIES_SERVICE });
const metrics = new Metrics({ serviceName: TOPIC_POLICIES_SERVICE });

export const telemetry: TopicPoliciesTelemetry = {
  removed(connection) {
    logger.info("Removed the permission of a connection that ended", describe(connection));
    metrics.addMetric("RemovedPermissions", MetricUnit.Count, 1);
  },
  repaired(connection) {
    logger.warn("Gave a connection its permission back", describe(connection));
    metrics.addMetric("RepairedPermissions", MetricUnit.Count, 1);
  },
  foreign(topicArn, { Sid, Effect, Principal, Action, Condition }, because) {
    logger.error("Removed a statement that is not ours from a topic's policy", {
      topicArn,
      because,
      statement: { Sid: Sid && asShown(Sid), Effect, Principal, Action, Condition },
    });
    metrics.addMetric(METRIC.troubles, MetricUnit.Count, 1);
  },
  unrepaired(connection, because) {
    logger.error("A connection cannot be given its permission", { ...describe(connection), because });
    metrics.addMetric(METRIC.troubles, MetricUnit.Count, 1);
  },
  failed(label, error) {
    const { name, message } = error instanceof Error ? error : { name: "unknown", message: String(error) };
    logger.error("A permission could not be put in order", {
      label: asShown(label),
      error: `${name}: ${message}`.replaceAll(label, asShown(label)),
    });
    metrics.addMetric(METRIC.troubles, MetricUnit.Count, 1);
  },
  swept({ permissions, capacity, complete }) {
    logger.info("Swept the region's topics", { permissions, capacity, complete });
    // Half a sweep has not counted everything.
    if (!complete) return;
    metrics.addMetric(METRIC.capacityLeft, MetricUnit.Count, capacity - permissions);
    metrics.addMetric(METRIC.capacityUsed, MetricUnit.Percent, (100 * permissions) / capacity);
  },
};

/** Writes the metrics of one invocation, as a line of the log. */
export function publishMetrics(): void {
  metrics.publishStoredMetrics();
}

function describe({ externalId, accountId, status, topicArn }: Connection) {
  return { externalId: shortened(externalId), accountId, status, topicArn };
}

/** A label as logs may show it: most are external IDs. */
function asShown(label: string): string {
  const externalId = externalIdOfLabel(label);
  return externalId === undefined ? label : shortened(externalId);
}
