import type { Statement } from "../aws/topic.js";
import type { Connection } from "../domain/connection.js";
import { shortened } from "../domain/external-id.js";
import { externalIdOfLabel } from "../domain/topic-statement.js";
import { describeError, FunctionTelemetry } from "../runtime/telemetry.js";
import { METRIC, TOPIC_POLICIES_SERVICE } from "./metrics.js";
import type { Reconciled, RemovalReason, Telemetry, UnknownStatement } from "./topic-policies.js";

/** What the topic-policies function says of its work: a log for people, metrics for alarms. */
export class TopicPoliciesTelemetry extends FunctionTelemetry implements Telemetry {
  constructor() {
    super(TOPIC_POLICIES_SERVICE);
  }

  removed(connection: Connection, reason: RemovalReason): void {
    this.log.info("Removed the statement of a connection", { ...describe(connection), reason });
    this.add(METRIC.removedStatements, "Count");
  }

  restored(connection: Connection): void {
    this.log.warn("Added the missing statement of a connection", describe(connection));
    this.add(METRIC.restoredStatements, "Count");
  }

  removedUnknown(topicArn: string, statement: Statement, reason: UnknownStatement): void {
    const { Sid, Effect, Principal, Action, Condition } = statement;
    this.log.error("Removed a statement that is not ours from a topic's policy", {
      topicArn,
      reason,
      statement: { Sid: Sid && redacted(Sid), Effect, Principal, Action, Condition },
    });
    this.add(METRIC.errors, "Count");
  }

  accountRefused(connection: Connection): void {
    this.log.info(
      "A connection has no statement: AWS refuses its account, which was closed or has not enabled this region",
      describe(connection),
    );
    this.add(METRIC.refusedAccounts, "Count");
  }

  notRestored(connection: Connection, reason: string): void {
    this.log.error("A connection's statement is missing and cannot be added", {
      ...describe(connection),
      reason,
    });
    this.add(METRIC.errors, "Count");
  }

  error(label: string, error: unknown): void {
    this.log.error("A statement could not be reconciled", {
      label: redacted(label),
      error: describeError(error).replaceAll(label, redacted(label)),
    });
    this.add(METRIC.errors, "Count");
  }

  reconciled({ statements, capacity, complete }: Reconciled): void {
    this.log.info("Reconciled the policies of the region's topics", { statements, capacity, complete });
    // An incomplete run has not counted everything.
    if (!complete) return;
    this.add(METRIC.freeCapacity, "Count", capacity - statements);
    this.add(METRIC.usedCapacity, "Percent", (100 * statements) / capacity);
  }
}

function describe({ externalId, accountId, status, topicArn }: Connection) {
  return { externalId: shortened(externalId), accountId, status, topicArn };
}

/** A label as logs may show it: most are made from external IDs. */
function redacted(label: string): string {
  const externalId = externalIdOfLabel(label);
  return externalId === undefined ? label : shortened(externalId);
}
