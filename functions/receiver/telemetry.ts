/** What the receiver says of its work: a log for people, metrics for alarms. Never a response URL, never a whole event. */
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { shortened } from "../domain/connection.js";
import { METRIC, RECEIVER_SERVICE } from "./metrics.js";
import type { Telemetry } from "./receiver.js";
import type { Request } from "./request.js";

const logger = new Logger({ serviceName: RECEIVER_SERVICE });
const metrics = new Metrics({ serviceName: RECEIVER_SERVICE });

export const telemetry: Telemetry = {
  refused({ refused, host }) {
    logger.warn("Refused a request without an answer", { because: refused, host });
    metrics.addMetric(METRIC.refusedRequests, MetricUnit.Count, 1);
  },
  answered(request, answer, delivery, { failure, connectSeconds } = {}) {
    const seconds = (Date.now() - request.publishedAt.getTime()) / 1000;
    logger.info("Answered a request", {
      ...describe(request),
      status: answer.status,
      reason: withoutExternalId(answer.reason, request),
      delivery,
      seconds,
    });
    metrics.addMetric(METRIC.responseSeconds, MetricUnit.Seconds, seconds);
    metrics.addMetric(
      `${request.type}${answer.status === "SUCCESS" ? "Succeeded" : "Failed"}`,
      MetricUnit.Count,
      1,
    );
    if (delivery === "accepted" && failure) {
      const single = metrics.singleMetric();
      single.addDimension("reason", failure);
      single.addMetric(METRIC.failures, MetricUnit.Count, 1);
    }
    if (delivery === "accepted" && connectSeconds !== undefined) {
      metrics.addMetric(METRIC.connectSeconds, MetricUnit.Seconds, connectSeconds);
    }
    if (delivery === "refused") metrics.addMetric(METRIC.refusedResponses, MetricUnit.Count, 1);
  },
  trouble(what, request, error) {
    // The name and the message only: the error of a call can carry the whole request in it.
    const { name, message } = error instanceof Error ? error : { name: "unknown", message: String(error) };
    logger.error(what, { ...describe(request), error: withoutExternalId(`${name}: ${message}`, request) });
    metrics.addMetric(METRIC.troubles, MetricUnit.Count, 1);
  },
};

/** Writes the metrics of one invocation, as a line of the log. */
export function publishMetrics(): void {
  metrics.publishStoredMetrics();
}

/** Reasons are written for the customer, who may read the external ID; errors quote whatever their call was about. */
function withoutExternalId(reason: string | undefined, { properties }: Request): string | undefined {
  return properties ? reason?.replaceAll(properties.ExternalID, shortened) : reason;
}

function describe({ type, stackId, requestId, properties }: Request) {
  return { type, stackId, requestId, externalId: properties && shortened(properties.ExternalID) };
}
