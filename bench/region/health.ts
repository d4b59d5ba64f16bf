/**
 * Eight days of the health check's code, after all customers of a region connected within one hour. The table is in memory, roles are safe, and time is
 * simulated: each check takes as long as it does on AWS. The index of what is due is the benchmark's own.
 */

import { ConnectionRepository } from "../../functions/domain/connection-repository.js";
import type { Due } from "../../functions/domain/due.js";
import { Health } from "../../functions/health/health.js";
import { Deadline } from "../../functions/runtime/deadline.js";
import type { Item } from "../../test/stand-ins/expressions.js";
import { TableStandIn } from "../../test/stand-ins/table.js";
import { formatNumber, type Row } from "../section.js";
import { CONNECTIONS, connectedNumber, NOW } from "./connections.js";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const DAYS = 8;
const RUN_EVERY = 5 * MINUTE;
/** The function ends itself 25 seconds before the next run. */
const RUN_MILLISECONDS = RUN_EVERY - 25_000;
/** Five calls one after the other of 20 ms, and four connections are checked at a time. */
const CHECK_MILLISECONDS = 100 / 4;

const denied = Object.assign(new Error("AccessDenied"), { name: "AccessDenied" });

/** The most that an hour of the last day may have, against the average. */
const EVENNESS_TARGET = 1.25;

export async function health(): Promise<Row[]> {
  const table = new TableStandIn();
  const due = new DueTimes();
  table.onWrite = (item) => due.note(item);
  for (let number = 0; number < CONNECTIONS; number++) {
    const connectedAt = new Date(NOW.getTime() + (number * 60 * MINUTE) / CONNECTIONS);
    const nextProbeAt = new Date(connectedAt.getTime() + 5 * MINUTE).toISOString();
    table.put({ ...connectedNumber(number, connectedAt), nextProbeAt });
  }
  const calls = { dynamoDB: 0, sts: 0 };
  const clock = { now: NOW.getTime() };
  /** In seconds. */
  let mostBehind = 0;
  const checksOf = { day: 0, hours: Array.from({ length: 24 }, () => 0) };
  const check = new Health({
    connections: new ConnectionRepository(
      table.client(async () => void calls.dynamoDB++),
      "connections",
    ),
    due: (now) => due.until(now),
    assumeRole: async (_role, externalId) => {
      calls.sts++;
      if (externalId === undefined || !table.get(externalId)) throw denied;
      return table.get(externalId)?.roleId?.S;
    },
    telemetry: {
      checked: () => {
        clock.now += CHECK_MILLISECONDS;
        const hour = Math.floor((clock.now - NOW.getTime()) / (60 * MINUTE)) - (DAYS - 1) * 24;
        if (hour >= 0 && hour < 24) checksOf.hours[hour] = (checksOf.hours[hour] ?? 0) + 1;
        checksOf.day += 1;
      },
      error: (_externalId, error) => {
        throw error;
      },
      ended: (_probed, behind) => {
        mostBehind = Math.max(mostBehind, behind);
      },
    },
    now: () => new Date(clock.now),
    endUnreachableAfterDays: 120,
    templates: { "": { version: "0123456789ab" } },
    deadlineIn: (milliseconds) => Deadline.in(milliseconds),
  });
  for (let start = NOW.getTime(); start < NOW.getTime() + DAYS * DAY; start += RUN_EVERY) {
    clock.now = start;
    await check.checkDue(() => clock.now < start + RUN_MILLISECONDS);
  }
  const busiest = Math.max(...checksOf.hours);
  const average = CONNECTIONS / 24;
  return [
    {
      what: `Health: busiest hour of day ${DAYS}, after all connected in one, simulated`,
      value: `${busiest} checks`,
      baseline: `${formatNumber(average)} if perfectly even`,
      measure: busiest / average,
      target: EVENNESS_TARGET,
    },
    {
      what: "Health: most that a run was behind, simulated",
      value: `${formatNumber(mostBehind)} s`,
      baseline: "",
    },
    {
      what: "Health: calls of AWS for a check",
      value: formatNumber((calls.dynamoDB + calls.sts) / checksOf.day),
      baseline: `${formatNumber(calls.sts / checksOf.day)} of them STS`,
    },
  ];
}

/** When connections are due, by the run that finds them. */
class DueTimes {
  private readonly byRun = new Map<number, Map<string, string>>();
  private readonly runOf = new Map<string, number>();

  note({ externalId, nextProbeAt }: Item): void {
    const id = externalId?.S ?? "";
    const dueAt = nextProbeAt?.S ?? "";
    this.byRun.get(this.runOf.get(id) ?? 0)?.delete(id);
    const run = Math.ceil(Date.parse(dueAt) / RUN_EVERY);
    const ids = this.byRun.get(run) ?? new Map<string, string>();
    this.byRun.set(run, ids.set(id, dueAt));
    this.runOf.set(id, run);
  }

  /** The longest due first. */
  async *until(now: Date): AsyncGenerator<Due> {
    const last = Math.floor(now.getTime() / RUN_EVERY);
    const runs = [...this.byRun.keys()].filter((run) => run <= last).sort((a, b) => a - b);
    for (const run of runs) {
      const ids = [...(this.byRun.get(run) ?? [])].map(([externalId, dueAt]) => ({ externalId, dueAt }));
      yield* ids.sort((a, b) => (a.dueAt < b.dueAt ? -1 : 1));
      if (this.byRun.get(run)?.size === 0) this.byRun.delete(run);
    }
  }
}
