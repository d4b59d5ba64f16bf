/**
 * Probes the connections of a region again: when they are due, or when somebody asks. The table says what is due, so a run that ends
 * early loses nothing: the next one begins where it ended.
 */

import type { AssumeRole } from "../aws/sts.js";
import { type Changes, type Connection, hasOwnRole, hasRole, type Status } from "../domain/connection.js";
import { type ConnectionRepository, SupersededError } from "../domain/connection-repository.js";
import type { Due } from "../domain/due.js";
import { end } from "../domain/ending.js";
import { noteLaterTemplate } from "../domain/later-template.js";
import { isDenial, type ProbeResult, type ProbeTarget, probe } from "../domain/probe.js";
import { recordProbe } from "../domain/probe-outcome.js";
import * as sentences from "../domain/sentences.js";
import { isToEnd, plannedEnd } from "../domain/streaks.js";
import type { TemplateVersions } from "../domain/templates.js";
import type { Deadline } from "../runtime/deadline.js";
import { forEach } from "../runtime/worker-pool.js";

/** What became of one connection. */
export interface Checked {
  readonly externalId: string;
  /** `notConnected` where there is no role to probe, `unknownConnection` where there is no connection. */
  readonly outcome: ProbeResult["outcome"] | "notConnected" | "unknownConnection";
  readonly status?: Status;
  readonly previousStatus?: Status;
  /** What is wrong, as the record has it. */
  readonly reason?: string;
}

/** Told of what happens, for log and metrics. */
export interface Telemetry {
  checked(connection: Connection, probe: ProbeResult, status: Status): void;
  error(externalId: string, error: unknown): void;
  ended(probed: number, behindSeconds: number): void;
}

/** Everything that the health check reaches outside itself. */
export interface Dependencies {
  readonly connections: ConnectionRepository;
  /** The connections that are due at a time, the longest due first. */
  readonly due: (now: Date) => AsyncIterable<Due>;
  readonly assumeRole: AssumeRole;
  readonly telemetry: Telemetry;
  readonly now: () => Date;
  /** For how many days a connection has to be unreachable until it is ended; 0 for ever. */
  readonly endUnreachableAfterDays: number;
  /** The templates that links lead to. */
  readonly templates: TemplateVersions;
  readonly deadlineIn: (milliseconds: number) => Deadline;
}

/** Each probe calls STS at least three times: this many stay far below what an account may call in a second. */
const MAX_CONCURRENT_PROBES = 4;

/** A role that is denied at first is tried again for so long: a glitch of STS must not look like a denial. */
const PROBE_MILLISECONDS = 10_000;

export class Health {
  constructor(private readonly dependencies: Dependencies) {}

  /** Probes what is due. @param hasTime false when no further probe fits in */
  async checkDue(hasTime: () => boolean): Promise<void> {
    const { due, telemetry, now } = this.dependencies;
    let probed = 0;
    const limits = { concurrency: MAX_CONCURRENT_PROBES, hasTime };
    const left = await forEach(due(now()), limits, async ({ externalId }) => {
      // One that fails stays due, and must not keep the others from being probed.
      await this.check(externalId).catch((error: unknown) => telemetry.error(externalId, error));
      probed += 1;
    });
    telemetry.ended(probed, left ? (now().getTime() - new Date(left.dueAt).getTime()) / 1000 : 0);
  }

  /** What a probe makes of a connection. One whose role has been denied for long enough is ended. */
  private changesAfter(result: ProbeResult, connection: Connection): Changes {
    const { now, endUnreachableAfterDays: days } = this.dependencies;
    const changes = recordProbe(result, connection, now());
    const latest = { ...connection, ...changes };
    // Members end by their organization's list.
    if (!isDenial(result) || connection.kind === "member") return changes;
    if (isToEnd(latest, days, now())) {
      const reason = sentences.unreachableForDays(days);
      return { ...changes, ...end(latest, { by: "vendor", reason }, now()) };
    }
    return { ...changes, ...plannedEnd(latest, days, now()) };
  }

  /** Probes one connection, and records what that finds. */
  async check(externalId: string): Promise<Checked> {
    const { connections, assumeRole, telemetry, templates, deadlineIn } = this.dependencies;
    for (;;) {
      const connection = await connections.get(externalId);
      if (!connection) return { externalId, outcome: "unknownConnection" };
      const { status: previousStatus, roleArn } = connection;
      if (!hasRole(connection) || roleArn === undefined) {
        return { externalId, outcome: "notConnected", status: previousStatus };
      }
      const result = await probe(targetOf(connection, roleArn), assumeRole, deadlineIn(PROBE_MILLISECONDS));
      const found = this.changesAfter(result, connection);
      const changes = { ...found, ...noteLaterTemplate({ ...connection, ...found }, templates) };
      try {
        const { status, reason } =
          Object.keys(changes).length === 0 ? connection : await connections.update(connection, changes);
        telemetry.checked(connection, result, status);
        return { externalId, outcome: result.outcome, status, previousStatus, ...(reason && { reason }) };
      } catch (error) {
        // The receiver was faster: probe what it wrote.
        if (!(error instanceof SupersededError)) throw error;
      }
    }
  }
}

/**
 * A role of the customer's own must be the one that was connected: nobody would tell us of another one with its name. A stack's name for its
 * role is used by nobody else, and whoever repairs it by hand may make it anew.
 */
function targetOf(connection: Connection, roleArn: string): ProbeTarget {
  const { externalId, roleId, status } = connection;
  // Most roles that are awaited are not there yet, and thousands may be: each gets one try.
  return { roleArn, externalId, once: status === "awaited", ...(hasOwnRole(connection) && { roleId }) };
}
