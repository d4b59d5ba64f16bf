import type { Connection } from "../domain/connection.js";
import { shortened } from "../domain/external-id.js";
import { statementLabel } from "../domain/topic-statement.js";
import { describeError, FunctionTelemetry } from "../runtime/telemetry.js";
import type { Telemetry } from "./ended-statements.js";
import type { EndingSoon } from "./ending-soon.js";
import type { StatusChange } from "./status-change.js";
import type { TemplateOutdated } from "./template-outdated.js";

/** The metric that counts the changes to each status. */
const METRICS: Readonly<Record<StatusChange["status"], string>> = {
  connected: "Connected",
  unreachable: "BecameUnreachable",
  unsafe: "BecameUnsafe",
  disconnected: "Disconnected",
};

/** What the changes function says of its work: a log for people, metrics for dashboards. */
export class ChangesTelemetry extends FunctionTelemetry implements Telemetry {
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

  foundOutdated({ externalId, accountId, templateVersion, currentTemplateVersion }: TemplateOutdated): void {
    this.log.info("A connected stack was made from an earlier template", {
      externalId: shortened(externalId),
      accountId,
      templateVersion,
      currentTemplateVersion,
    });
    this.add("FoundOutdated", "Count");
  }

  removed({ externalId, accountId, topicArn }: Connection): void {
    this.log.info("Removed the statement of a connection that ended", {
      externalId: shortened(externalId),
      accountId,
      topicArn,
    });
    this.add("RemovedStatements", "Count");
  }

  leftToReconcile({ externalId, accountId, topicArn }: Connection, error?: unknown): void {
    const label = statementLabel(externalId);
    this.log.warn("The statement of a connection that ended is left to the next hourly run", {
      externalId: shortened(externalId),
      accountId,
      topicArn,
      reason:
        error === undefined
          ? "there was no time for it"
          : describeError(error).replaceAll(label, shortened(externalId)),
    });
  }

  error(error: unknown): void {
    this.log.error("A change could not be handled; it will be tried again", { error: describeError(error) });
  }
}
