/** The health check, with a table and an STS that do what a test says. */
import assert from "node:assert/strict";
import type { Changes, Connection } from "../../../../functions/domain/connection.js";
import {
  type ConnectionRepository,
  SupersededError,
} from "../../../../functions/domain/connection-repository.js";
import type { Due } from "../../../../functions/domain/due.js";
import { spread } from "../../../../functions/domain/spread.js";
import { HEALTH_ATTRIBUTES } from "../../../../functions/domain/written-attributes.js";
import { type Dependencies, Health } from "../../../../functions/health/health.js";
import { Deadline } from "../../../../functions/runtime/deadline.js";
import { inVirtualTime } from "../../mocked-timers.js";

const NOW = new Date("2026-03-01T12:00:00.000Z");

const denied = Object.assign(new Error("no"), { name: "AccessDenied" });

/** Records and what is written to them. */
class Table {
  readonly writes: [externalId: string, changes: Changes][] = [];
  supersede = 0;
  readonly clock = { now: NOW };
  constructor(readonly records: Map<string, Connection>) {}

  async get(externalId: string): Promise<Connection | undefined> {
    return this.records.get(externalId);
  }

  async update(seen: Connection, changes: Changes): Promise<Connection> {
    for (const name of Object.keys(changes)) assert.ok(HEALTH_ATTRIBUTES.includes(name as "status"), name);
    if (this.supersede-- > 0) throw new SupersededError(seen.externalId, undefined);
    this.writes.push([seen.externalId, changes]);
    const isNewStatus = changes.status !== undefined && changes.status !== seen.status;
    const statusChangedAt = isNewStatus ? this.clock.now.toISOString() : seen.statusChangedAt;
    const now = { ...seen, ...changes, statusChangedAt };
    this.records.set(seen.externalId, now);
    return now;
  }
}

const connection = (externalId: string, changes: Partial<Connection> = {}) =>
  ({
    externalId,
    status: "connected",
    roleArn: "arn:aws:iam::222233334444:role/onboarding/dev/role",
    verifiedAt: "2026-02-01T00:00:00.000Z",
    nextProbeAt: "2026-03-01T11:00:00.000Z",
    revision: 2,
    ...changes,
  }) as Connection;

function setUp(records: Connection[], assumeRole: Dependencies["assumeRole"]) {
  const table = new Table(new Map(records.map((record) => [record.externalId, record])));
  const ended: [number, number][] = [];
  const errors: string[] = [];
  const health = new Health({
    connections: table as unknown as ConnectionRepository,
    due: async function* (): AsyncGenerator<Due> {
      for (const { externalId, nextProbeAt = "" } of records) yield { externalId, dueAt: nextProbeAt };
    },
    assumeRole,
    telemetry: {
      checked: () => undefined,
      error: (externalId) => void errors.push(externalId),
      ended: (probed, behindSeconds) => void ended.push([probed, behindSeconds]),
    },
    now: () => table.clock.now,
    endUnreachableAfterDays: 120,
    templates: { "": { version: "version00002" } },
    deadlineIn: (milliseconds) => Deadline.in(milliseconds),
  });
  return { health, table, ended, errors, clock: table.clock };
}

/** A connection with a stack would end. */
const longDenied: Partial<Connection> = {
  statusChangedAt: "2025-03-01T12:00:00.000Z",
  deniedProbes: 100,
  deniedDays: ["2026-01-01", "2026-01-02", "2026-01-03"],
  endsAt: "2026-02-28T12:00:00.000Z",
};

/** STS, as it responds for a safe role. */
const safe: Dependencies["assumeRole"] = async (_role, externalId) => {
  if (externalId !== "one") throw denied;
};

describe("The health check", () => {
  it("notes that a role is safe, and when to probe it again: in about a day", async () => {
    const { health, table } = setUp([connection("one", { reason: "was gone", status: "unreachable" })], safe);
    assert.deepEqual(await health.check("one"), {
      externalId: "one",
      outcome: "safe",
      status: "connected",
      previousStatus: "unreachable",
    });
    assert.deepEqual(table.writes, [
      [
        "one",
        {
          status: "connected",
          verifiedAt: "2026-03-01T12:00:00.000Z",
          acceptedAt: "2026-03-01T12:00:00.000Z",
          reason: undefined,
          attempts: undefined,
          nextProbeAt: spread("2026-03-02T12:00:00.000Z", { externalId: "one" }, NOW),
        },
      ],
    ]);
  });

  it("marks a role that anybody can make us assume, and looks again in an hour", async () => {
    const { health, table } = setUp([connection("one")], async () => undefined);
    const { outcome, status, reason } = await health.check("one");
    assert.deepEqual([outcome, status], ["unsafe", "unsafe"]);
    assert.match(reason ?? "", /needs the condition "StringEquals"/);
    assert.equal(table.writes[0]?.[1].nextProbeAt, "2026-03-01T13:00:00.000Z");
  });

  it("ends a connection whose role is denied for 120 days, 14 days after it said so", async () => {
    const never: Dependencies["assumeRole"] = () => Promise.reject(denied);
    const { health, table, clock } = setUp([connection("one")], never);
    const days: Record<string, number> = {};
    const start = clock.now.getTime();
    for (let day = 0; day < 400 && table.records.get("one")?.status !== "disconnected"; day++) {
      clock.now = new Date(start + day * 86_400_000);
      await inVirtualTime(() => health.check("one"));
      const { status, endsAt } = table.records.get("one") as Connection;
      for (const what of [status, endsAt === undefined ? "silent" : "warned"]) days[what] ??= day;
    }
    assert.deepEqual(days, { unreachable: 0, silent: 0, warned: 106, disconnected: 120 });
    const { endedBy, endReason, nextProbeAt, endsAt } = table.records.get("one") as Connection;
    assert.deepEqual([endedBy, nextProbeAt, endsAt], ["vendor", undefined, undefined]);
    assert.match(endReason ?? "", /120 days/);
  });

  it("notes once that a stack was made from an earlier template", async () => {
    const outdated = { stackId: "stack", templateVersion: "version00001" };
    const { health, table } = setUp([connection("one", outdated)], safe);
    await health.check("one");
    assert.equal(table.writes[0]?.[1].laterTemplate, "version00002");
    await health.check("one");
    assert.equal("laterTemplate" in (table.writes[1]?.[1] ?? {}), false);
  });

  it("takes a role that was made anew under its name for a stack's, and not for the one that a customer named", async () => {
    const anew = async (_role: string, externalId: string | undefined) =>
      externalId?.startsWith("eu-west-1:") && externalId.length < 20 ? "AROANEW" : Promise.reject(denied);
    const { health, table } = setUp(
      [
        connection("eu-west-1:stack", { roleId: "AROAOLD", stackId: "s" }),
        connection("eu-west-1:own", { roleId: "AROAOLD", method: "role" }),
      ],
      anew,
    );
    await health.checkDue(() => true);
    const [stack, own] = [table.records.get("eu-west-1:stack"), table.records.get("eu-west-1:own")];
    assert.deepEqual([stack?.status, stack?.roleId], ["connected", "AROANEW"]);
    assert.deepEqual([own?.status, own?.roleId], ["unreachable", "AROAOLD"]);
  });

  it("ends no member of an organization, and tries a role that is awaited once", async () => {
    const tries: unknown[] = [];
    const never: Dependencies["assumeRole"] = (...given) => {
      tries.push(given);
      return Promise.reject(denied);
    };
    const gone = connection("gone", { kind: "member", status: "unreachable", ...longDenied });
    const { health, table } = setUp([connection("new", { kind: "member", status: "awaited" }), gone], never);
    assert.deepEqual(await health.check("new"), {
      externalId: "new",
      outcome: "denied",
      status: "awaited",
      previousStatus: "awaited",
    });
    assert.equal(tries.length, 1);
    await inVirtualTime(() => health.check("gone"));
    assert.equal(table.records.get("gone")?.status, "unreachable");
  });

  it("changes nothing where STS does not say", async () => {
    let first = true;
    const { health, table } = setUp([connection("one")], async () => {
      if (!first) throw Object.assign(new Error("slow"), { name: "ThrottlingException" });
      first = false;
    });
    const { result } = await inVirtualTime(() => health.check("one"));
    assert.equal(result.outcome, "unknown");
    assert.deepEqual(table.writes, []);
  });

  it("looks again at what the receiver has written meanwhile", async () => {
    const { health, table } = setUp([connection("one")], safe);
    table.supersede = 1;
    assert.equal((await health.check("one")).outcome, "safe");
    assert.equal(table.writes.length, 1);
  });

  it("leaves alone what is not connected, and says so", async () => {
    const never: Dependencies["assumeRole"] = () => assert.fail("it probed");
    const { health, table } = setUp([connection("one", { status: "disconnected" })], never);
    assert.deepEqual(await health.check("one"), {
      externalId: "one",
      outcome: "notConnected",
      status: "disconnected",
    });
    assert.deepEqual(await health.check("two"), { externalId: "two", outcome: "unknownConnection" });
    assert.deepEqual(table.writes, []);
  });

  it("ends when its time is up, leaves the rest due, and says how far it is behind", async () => {
    const records = Array.from({ length: 20 }, (_, index) =>
      connection(`due ${index}`, { nextProbeAt: `2026-03-01T11:00:${String(index).padStart(2, "0")}.000Z` }),
    );
    const sts: Dependencies["assumeRole"] = async (_role, externalId) => {
      if (!externalId?.startsWith("due")) throw denied;
    };
    let looks = 0;
    const { health, table, ended } = setUp(records, sts);
    await health.checkDue(() => looks++ < 6);
    assert.deepEqual(
      table.writes.map(([externalId]) => externalId).toSorted(),
      records
        .slice(0, 6)
        .map(({ externalId }) => externalId)
        .toSorted(),
    );
    assert.deepEqual(ended, [[6, 3600 - 6]]);
  });

  it("goes on after one that fails, which stays due", async () => {
    const records = [connection("broken"), connection("one")];
    const { health, table, ended, errors } = setUp(records, safe);
    const { get } = table;
    table.get = async (externalId) => {
      if (externalId === "broken") throw new Error("the table is out of order");
      return get.call(table, externalId);
    };
    await health.checkDue(() => true);
    assert.deepEqual(errors, ["broken"]);
    assert.deepEqual(
      table.writes.map(([externalId]) => externalId),
      ["one"],
    );
    assert.deepEqual(ended, [[2, 0]]);
  });
});
