import { shortened } from "../domain/external-id.js";
import { describeError, FunctionTelemetry } from "../runtime/telemetry.js";
import type { EndingSoon } from "./ending-soon.js";
import type { StatusChange } from "./status-change.js";

/** The metric that counts the changes to each status. */
const METRICS: Readonly<Record<StatusChange["status"], string>> = {
  connected: "Connected",
  unreachable: "BecameUnreachable",
  unsafe: "BecameUnsafe",
  disconnected: "Disconnected",
};

/** What the changes function says of its work: a log for people, metrics for dashboards. */
export class ChangesTelemetry extends FunctionTelemetry {
  constructor() {
    super("changes");
  }

  published({ externalId, accountId, previousStatus, status }: StatusChange): void {
    this.log.info("A connection changed", {
      externalId: shortened(externalId),
      accountId,
      previousStatus,
      status,
    });
    this.add(METRICS[status], "Count");
  }

  warned({ externalId, accountId, endsAt }: EndingSoon): void {
    this.log.warn("A connection will be ended: its role cannot be assumed", {
      externalId: shortened(externalId),
      accountId,
      endsAt,
    });
    this.add("EndingSoon", "Count");
  }

  error(error: unknown): void {
    this.log.error("A change could not be handled; it will be tried again", { error: describeError(error) });
  }
}
