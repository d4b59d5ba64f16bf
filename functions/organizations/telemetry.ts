import type { Connection } from "../domain/connection.js";
import { shortened } from "../domain/external-id.js";
import { describeError, FunctionTelemetry } from "../runtime/telemetry.js";
import type { Listed, Telemetry } from "./lister.js";
import { METRIC, ORGANIZATIONS_SERVICE } from "./metrics.js";

/** What the lister says of its work: a log for people, metrics for alarms. */
export class OrganizationsTelemetry extends FunctionTelemetry implements Telemetry {
  constructor() {
    super(ORGANIZATIONS_SERVICE);
  }

  readonly listed: Telemetry["listed"] = ({ externalId, accountId }: Connection, result: Listed) => {
    const { accounts, complete, joined, ended, held, problem, error } = result;
    this.log.info("Listed the accounts of an organization", {
      externalId: shortened(externalId),
      accountId,
      accounts,
      complete,
      joined,
      ended,
      held,
      ...(problem !== undefined && { problem }),
      ...(error !== undefined && { error: describeError(error) }),
    });
    this.add(METRIC.joinedMembers, "Count", joined);
    this.add(METRIC.endedMembers, "Count", ended);
    this.add(METRIC.heldEnds, "Count", held);
    if (problem !== undefined || error !== undefined) this.add(METRIC.incompleteListings, "Count");
  };

  readonly error: Telemetry["error"] = (externalId: string, error: unknown) => {
    const [, accountId] = externalId.split(".");
    this.log.error("An organization or a member could not be written; it is tried again", {
      externalId: shortened(externalId),
      ...(accountId !== undefined && { accountId }),
      error: describeError(error),
    });
    this.add(METRIC.errors, "Count");
  };
}
