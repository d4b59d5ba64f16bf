import type { Connection } from "../domain/connection.js";
import { describeError, FunctionTelemetry } from "../runtime/telemetry.js";
import type { Telemetry } from "./connection-service.js";
import { METRIC, URL_GENERATOR_SERVICE } from "./metrics.js";

/** What the URL generator says of its work: a log for people, metrics for alarms. */
export class UrlGeneratorTelemetry extends FunctionTelemetry implements Telemetry {
  constructor() {
    super(URL_GENERATOR_SERVICE);
  }

  readonly created = ({ region }: Connection): void => {
    this.countBy(METRIC.links, "region", region);
  };

  readonly refusingTopic = (topicArn: string): void => {
    this.log.error("A topic refused an account that another topic took: look at its policy", { topicArn });
    this.count(METRIC.refusingTopics);
  };

  /** A request failed for a reason that its caller is not told. */
  readonly failed = (route: string, error: unknown): void => {
    this.log.error("A request failed", { route, error: describeError(error) });
  };
}
