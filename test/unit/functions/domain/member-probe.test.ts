/** What a probe makes of an organization's member. */
import assert from "node:assert/strict";
import type { Connection } from "../../../../functions/domain/connection.js";
import { memberExternalId } from "../../../../functions/domain/external-id.js";
import type { ProbeResult } from "../../../../functions/domain/probe.js";
import { recordProbe } from "../../../../functions/domain/probe-outcome.js";
import { EXTERNAL_ID, NOW, pending, ROLE } from "../../fixtures.js";

const MINUTE = 60_000;
const memberOf = (accountId: string, changes: Partial<Connection> = {}): Connection => ({
  ...pending,
  kind: "member",
  accountId,
  externalId: memberExternalId(EXTERNAL_ID, accountId),
  organization: EXTERNAL_ID,
  status: "awaited",
  roleArn: ROLE,
  topicArn: undefined,
  deleteAfter: undefined,
  ...changes,
});
const awaited = memberOf("555566667777");
const connected = { ...awaited, status: "connected", connectedAt: "2026-02-01T00:00:00.000Z" } as const;
const result = (outcome: ProbeResult["outcome"]) => ({ outcome, reason: "As STS says." });
const minutesUntil = (time: string | undefined) => (new Date(time ?? 0).getTime() - NOW.getTime()) / MINUTE;

describe("A member whose role is awaited", () => {
  it("is looked for after 1, 2, 5, 15 and 60 minutes and then about daily, and stays awaited without a reason", () => {
    let member: Connection = awaited;
    const waits: number[] = [];
    for (let looks = 0; looks < 8; looks++) {
      const changes = recordProbe(result("denied"), member, NOW);
      member = { ...member, ...changes };
      waits.push(minutesUntil(changes.nextProbeAt));
      assert.equal(member.status, "awaited");
      assert.equal(member.reason, undefined);
    }
    assert.deepEqual(waits.slice(0, 4), [1, 2, 5, 15]);
    const [hour = 0, ...days] = waits.slice(4);
    assert.ok(hour >= 45 && hour <= 75, `${hour}`);
    for (const day of days) assert.ok(day >= 18 * 60 && day <= 30 * 60, `${day}`);
  });

  it("says what is wrong where StackSets made the role and it is denied all the same", () => {
    const member = { ...awaited, stackInstance: "SUCCEEDED", deniedProbes: 3 };
    assert.match(recordProbe(result("denied"), member, NOW).reason ?? "", /resource control policies/);
    assert.equal(recordProbe(result("denied"), { ...member, deniedProbes: 2 }, NOW).reason, undefined);
  });

  it("is connected from the first probe on that found its role safe", () => {
    const changes = recordProbe({ outcome: "safe" }, { ...awaited, reason: "x", deniedProbes: 3 }, NOW);
    const { status, connectedAt, verifiedAt, reason, deniedProbes } = { ...awaited, ...changes };
    const now = NOW.toISOString();
    assert.deepEqual([status, connectedAt, verifiedAt], ["connected", now, now]);
    assert.deepEqual([reason, deniedProbes], [undefined, undefined]);
  });

  it("never works while its role is unsafe, and is connected once that is mended", () => {
    const changes = recordProbe(result("unsafe"), awaited, NOW);
    assert.equal(changes.status, "unsafe");
    assert.match(changes.reason ?? "", /StackSet/);
    const mended = recordProbe({ outcome: "safe" }, { ...awaited, ...changes }, NOW);
    assert.deepEqual([mended.status, mended.connectedAt], ["connected", NOW.toISOString()]);
  });

  it("stays awaited where STS refuses to say, and says so", () => {
    const changes = recordProbe(result("blocked"), awaited, NOW);
    assert.deepEqual([changes.status, changes.reason], [undefined, "As STS says."]);
  });
});

describe("A connected member", () => {
  it("becomes unreachable like any other, with advice that fits StackSets", () => {
    const changes = recordProbe(result("denied"), connected, NOW);
    assert.equal(changes.status, "unreachable");
    assert.match(changes.reason ?? "", /from the organization's StackSet/);
  });

  it("of an account that is not active is unreachable for that reason, whatever the probe found", () => {
    for (const outcome of ["safe", "denied"] as const) {
      const member = { ...connected, status: "unreachable", accountState: "SUSPENDED" } as const;
      const changes = recordProbe(result(outcome) as ProbeResult, member, NOW);
      assert.equal(changes.status, "unreachable");
      assert.match(changes.reason ?? "", /555566667777 is SUSPENDED/);
      assert.ok(minutesUntil(changes.nextProbeAt) >= 18 * 60);
    }
  });

  it("is probed at another time of the day than the thousands that connected with it", () => {
    const byHour = new Map<number, number>();
    for (let number = 0; number < 1000; number++) {
      const { nextProbeAt } = recordProbe(
        { outcome: "safe" },
        memberOf(String(100_000_000_000 + number * 7919)),
        NOW,
      );
      const hour = Math.floor(minutesUntil(nextProbeAt) / 60);
      byHour.set(hour, (byHour.get(hour) ?? 0) + 1);
    }
    assert.deepEqual(
      [...byHour.keys()].toSorted((a, b) => a - b),
      Array.from({ length: 12 }, (_, hour) => 18 + hour),
    );
    for (const [hour, members] of byHour) assert.ok(members < 150, `${members} in hour ${hour}`);
  });
});
