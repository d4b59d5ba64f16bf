import type { Connection, Status } from "../domain/connection.js";
import { shortened } from "../domain/external-id.js";
import type { ProbeResult } from "../domain/probe.js";
import { describeError, FunctionTelemetry } from "../runtime/telemetry.js";
import type { Telemetry } from "./health.js";
import { HEALTH_SERVICE, METRIC } from "./metrics.js";

/** What the health check says of its work: a log for people, metrics for alarms. */
export class HealthTelemetry extends FunctionTelemetry implements Telemetry {
  constructor() {
    super(HEALTH_SERVICE);
  }

  checked({ externalId, accountId }: Connection, { outcome }: ProbeResult, status: Status): void {
    this.log.info("Probed a connection", { externalId: shortened(externalId), accountId, outcome, status });
    this.add(METRIC[outcome], "Count");
  }

  verified({ externalId, accountId }: Connection, outcome: ProbeResult["outcome"] | "wrongRoleId"): void {
    this.log.info("Verified a role that a customer made", {
      externalId: shortened(externalId),
      accountId,
      outcome,
    });
  }

  error(externalId: string, error: unknown): void {
    this.log.error("A connection could not be probed; it stays due", {
      externalId: shortened(externalId),
      error: describeError(error),
    });
  }

  ended(probed: number, behindSeconds: number): void {
    this.log.info("Probed the connections that were due", { probed, behindSeconds });
    this.add(METRIC.behindSeconds, "Seconds", behindSeconds);
  }
}
