/**
 * Probes the connections of a region again: when they are due, or when somebody asks. What is due stands in the table, so that a
 * run which ends too early loses nothing: the next one begins where it ended.
 */
import {
  type Connection,
  type Connections,
  isConnected,
  type Status,
  SupersededError,
} from "../domain/connection.js";
import { type AssumeRole, type ProbeResult, probe } from "../domain/probe.js";
import { found } from "../domain/probe-outcome.js";
import { Deadline } from "../runtime/deadline.js";

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

/** A connection that is due. */
export interface Due {
  readonly externalId: string;
  /** ISO 8601. */
  readonly nextProbeAt: string;
}

/** Told of what happens, for log and metrics. */
export interface HealthTelemetry {
  checked(connection: Connection, probe: ProbeResult, status: Status): void;
  trouble(externalId: string, error: unknown): void;
  ended(probed: number, behindSeconds: number): void;
}

/** Everything that the health check reaches outside itself. */
export interface Dependencies {
  readonly connections: Connections;
  /** The connections that are due at a time, the longest due first. */
  readonly due: (now: Date) => AsyncIterable<Due>;
  readonly assumeRole: AssumeRole;
  readonly telemetry: HealthTelemetry;
  readonly now: () => Date;
}

/** Each asks STS three times: a small part of what an account may ask in a second. */
const PROBES_AT_ONCE = 4;

/** A role that cannot be assumed at first is tried again for a while: a denial must be no hiccup. */
const PROBE_MILLISECONDS = 10_000;

export class Health {
  constructor(private readonly dependencies: Dependencies) {}

  /** Probes what is due. @param hasTime false when no further probe fits in */
  async checkDue(hasTime: () => boolean): Promise<void> {
    const { due, telemetry, now } = this.dependencies;
    const queue = due(now())[Symbol.asyncIterator]();
    let probed = 0;
    let left: Due | undefined;
    const worker = async () => {
      for (let next = await queue.next(); !next.done; next = await queue.next()) {
        if (!hasTime()) {
          left ??= next.value;
          return;
        }
        // One that fails stays due, and must not keep the others from being probed.
        await this.check(next.value.externalId).catch((error: unknown) =>
          telemetry.trouble(next.value.externalId, error),
        );
        probed += 1;
      }
    };
    await Promise.all(Array.from({ length: PROBES_AT_ONCE }, worker));
    telemetry.ended(probed, left ? (now().getTime() - new Date(left.nextProbeAt).getTime()) / 1000 : 0);
  }

  /** Probes one connection and marks it by what that finds. */
  async check(externalId: string): Promise<Checked> {
    const { connections, assumeRole, telemetry, now } = this.dependencies;
    for (;;) {
      const connection = await connections.get(externalId);
      if (!connection) return { externalId, outcome: "unknownConnection" };
      const { status: previousStatus, roleArn } = connection;
      if (!isConnected(connection) || roleArn === undefined) {
        return { externalId, outcome: "notConnected", status: previousStatus };
      }
      const result = await probe({ roleArn, externalId }, assumeRole, Deadline.in(PROBE_MILLISECONDS));
      const changes = found(result, roleArn, now());
      try {
        const { status, reason } =
          result.outcome === "unknown" ? connection : await connections.update(connection, changes);
        telemetry.checked(connection, result, status);
        return { externalId, outcome: result.outcome, status, previousStatus, ...(reason && { reason }) };
      } catch (error) {
        // The receiver was faster: look again at what it wrote.
        if (!(error instanceof SupersededError)) throw error;
      }
    }
  }
}
