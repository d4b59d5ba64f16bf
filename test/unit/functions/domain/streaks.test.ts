/** What probes found several times in a row, and what that leads to. */
import assert from "node:assert/strict";
import type { Connection } from "../../../../functions/domain/connection.js";
import type { ProbeResult } from "../../../../functions/domain/probe.js";
import { recordProbe } from "../../../../functions/domain/probe-outcome.js";
import { isToEnd, plannedEnd, streaksAfter } from "../../../../functions/domain/streaks.js";
import { connected, NOW } from "../../fixtures.js";

const DAY = 86_400_000;
const days = (count: number) => new Date(NOW.getTime() + count * DAY);
const result = (outcome: ProbeResult["outcome"]): ProbeResult => ({ outcome, reason: "As STS says." });
/** Unreachable since some days ago, denied as often as is needed. */
const unreachable = (since: number, changes: Partial<Connection> = {}): Connection => ({
  ...connected,
  status: "unreachable",
  statusChangedAt: days(-since).toISOString(),
  deniedProbes: 5,
  deniedDays: ["2026-02-01", "2026-02-02", "2026-02-03"],
  ...changes,
});

describe("Denials in a row", () => {
  it("are counted, and the days on which there were some up to three", () => {
    let record: Connection = connected;
    for (const at of [0, 0.1, 1, 2, 3, 4]) {
      record = { ...record, ...streaksAfter(result("denied"), record, days(at)) };
    }
    assert.equal(record.deniedProbes, 6);
    assert.deepEqual(record.deniedDays, ["2026-03-01", "2026-03-02", "2026-03-03"]);
  });

  for (const outcome of ["safe", "unsafe", "unknown", "blocked"] as const) {
    it(`begin anew after a probe that was ${outcome}`, () => {
      const { deniedProbes, deniedDays } = {
        ...unreachable(9),
        ...streaksAfter(result(outcome), unreachable(9), NOW),
      };
      assert.deepEqual([deniedProbes, deniedDays], [undefined, undefined]);
    });
  }

  it("write nothing where there were none", () => {
    assert.deepEqual(recordProbe(result("unknown"), connected, NOW), {});
  });
});

describe("A role that STS refuses to probe", () => {
  const blocked = (since: number, record: Connection = connected) => ({
    ...record,
    blockedSince: days(-since).toISOString(),
  });

  it("changes no status for three days, and is probed every hour", () => {
    const first = recordProbe(result("blocked"), connected, NOW);
    assert.deepEqual(first, { blockedSince: NOW.toISOString(), nextProbeAt: days(1 / 24).toISOString() });
    assert.equal(recordProbe(result("blocked"), blocked(2.99), NOW).status, undefined);
  });

  it("is unreachable after three days, for the reason that STS gives", () => {
    const { status, reason } = recordProbe(result("blocked"), blocked(3), NOW);
    assert.deepEqual([status, reason], ["unreachable", "As STS says."]);
  });

  it("is as any other role once a probe finds something out", () => {
    for (const outcome of ["safe", "denied", "unsafe", "unknown"] as const) {
      const changes = recordProbe(result(outcome), blocked(3), NOW);
      assert.ok("blockedSince" in changes && changes.blockedSince === undefined, outcome);
    }
  });
});

describe("A connection that is unreachable", () => {
  for (const [since, wait] of [
    [105.9, undefined],
    [106, 14],
    [119, 14],
    [400, 14],
  ] as const) {
    it(`for ${since} days is ${wait ? `to end in ${wait} days` : "not to end"}, of 120`, () => {
      assert.deepEqual(
        plannedEnd(unreachable(since), 120, NOW),
        wait ? { endsAt: days(wait).toISOString() } : {},
      );
    });
  }

  it("is to end after as many days where those are less than the warning takes", () => {
    assert.deepEqual(plannedEnd(unreachable(0), 3, NOW), { endsAt: days(3).toISOString() });
  });

  it("is planned to end once, never by 0 days, and in no other status", () => {
    assert.deepEqual(plannedEnd(unreachable(119, { endsAt: NOW.toISOString() }), 120, NOW), {});
    assert.deepEqual(plannedEnd(unreachable(9999), 0, NOW), {});
    assert.deepEqual(plannedEnd({ ...unreachable(9999), status: "unsafe" }, 120, NOW), {});
  });

  const due = unreachable(120, { endsAt: NOW.toISOString() });
  for (const [what, connection, ends, limit] of [
    ["when all of it is true", due, true, 120],
    ["before the vendor's time is up", { ...due, endsAt: days(0.01).toISOString() }, false, 120],
    [
      "before it has been unreachable for so long",
      { ...due, statusChangedAt: days(-119).toISOString() },
      false,
      120,
    ],
    ["without a warning", { ...due, endsAt: undefined }, false, 120],
    ["after four denials only", { ...due, deniedProbes: 4 }, false, 120],
    ["after denials on two days only", { ...due, deniedDays: ["2026-02-01", "2026-02-02"] }, false, 120],
    ["where none is to end", due, false, 0],
    ["that is unsafe", { ...due, status: "unsafe" }, false, 120],
  ] as const satisfies readonly (readonly [string, Connection, boolean, number])[]) {
    it(`${ends ? "ends" : "does not end"} ${what}`, () =>
      assert.equal(isToEnd(connection, limit, NOW), ends));
  }

  it("is not to end any more once the role is safe or unsafe, and still is after a glitch", () => {
    for (const [outcome, stays] of [
      ["safe", false],
      ["unsafe", false],
      ["denied", true],
      ["unknown", true],
      ["blocked", true],
    ] as const) {
      const { endsAt } = { ...due, ...streaksAfter(result(outcome), due, NOW) };
      assert.equal(endsAt !== undefined, stays, outcome);
    }
  });
});
