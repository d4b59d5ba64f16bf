import { shortened } from "../domain/external-id.js";
import { describeError, FunctionTelemetry } from "../runtime/telemetry.js";
import type { Delivery } from "./delivery.js";
import type { Details, Telemetry } from "./dependencies.js";
import { METRIC, RECEIVER_SERVICE } from "./metrics.js";
import type { DroppedMessage, Request } from "./request.js";
import type { Response } from "./response.js";

/** What the receiver says of its work: a log for people, metrics for alarms. Never a response URL, never a whole event. */
export class ReceiverTelemetry extends FunctionTelemetry implements Telemetry {
  constructor() {
    super(RECEIVER_SERVICE);
  }

  dropped({ dropped, host }: DroppedMessage): void {
    this.log.warn("Dropped a message without a response", { reason: dropped, host });
    this.add(METRIC.droppedRequests, "Count");
  }

  postponed(request: Request): void {
    this.log.info("Left a request to be delivered again: its role cannot be assumed yet", describe(request));
  }

  responded(request: Request, response: Response, delivery: Delivery, details: Details = {}): void {
    const seconds = (Date.now() - request.publishedAt.getTime()) / 1000;
    const reason = response.status === "FAILED" ? response.reason : undefined;
    this.log.info("Responded to a request", {
      ...describe(request),
      status: response.status,
      reason: reason && withoutExternalId(reason, request),
      delivery,
      seconds,
    });
    this.add(METRIC.responseSeconds, "Seconds", seconds);
    this.add(`${request.type}${response.status === "SUCCESS" ? "Succeeded" : "Failed"}`, "Count");
    if (delivery === "refused") {
      this.add(METRIC.refusedResponses, "Count");
      return;
    }
    if (details.failure) this.countBy(METRIC.failures, "reason", details.failure);
    if (details.connectSeconds !== undefined) {
      this.add(METRIC.connectSeconds, "Seconds", details.connectSeconds);
    }
  }

  error(what: string, request: Request, error: unknown): void {
    this.log.error(what, { ...describe(request), error: withoutExternalId(describeError(error), request) });
    this.add(METRIC.errors, "Count");
  }
}

/** Reasons are written for the customer, who may read the external ID; errors quote whatever their call was about. */
function withoutExternalId(text: string, { properties }: Request): string {
  return properties ? text.replaceAll(properties.ExternalID, shortened) : text;
}

function describe({ type, stackId, requestId, properties }: Request) {
  return { type, stackId, requestId, externalId: properties && shortened(properties.ExternalID) };
}
