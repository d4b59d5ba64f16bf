/** What a probe makes of a connection, and when the role is probed again. */
import assert from "node:assert/strict";
import { nextProbeAfter, plain, recordProbe } from "../../../../functions/domain/probe-outcome.js";
import { NOW, ROLE } from "../../fixtures.js";

const minutesLater = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000).toISOString();

describe("a probe that found the role", () => {
  for (const [outcome, status, minutes, reason] of [
    ["safe", "connected", 24 * 60, undefined],
    ["denied", "unreachable", 60, /can no longer be assumed from our account.*Restore the role/],
    ["unsafe", "unsafe", 60, /without its external ID.*Restore the role/],
  ] as const) {
    it(`${outcome} makes the connection ${status}, to be probed again in ${minutes} minutes`, () => {
      const changes = recordProbe({ outcome }, ROLE, NOW);
      assert.equal(changes.status, status);
      assert.equal(changes.nextProbeAt, minutesLater(minutes));
      if (!reason) assert.ok("reason" in changes && changes.reason === undefined);
      else assert.ok(changes.reason?.includes(ROLE) && reason.test(changes.reason), changes.reason);
    });
  }

  it("safe forgets the failed attempts, and notes when", () => {
    const changes = recordProbe({ outcome: "safe" }, ROLE, NOW);
    assert.ok("attempts" in changes && changes.attempts === undefined);
    assert.equal(changes.verifiedAt, NOW.toISOString());
  });
});

describe("a probe of which STS said nothing", () => {
  it("changes nothing, so that the next one is due as it was", () => {
    assert.deepEqual(recordProbe({ outcome: "unknown" }, ROLE, NOW), {});
  });
});

describe("a role that has just connected", () => {
  it("is probed again five minutes later", () => {
    assert.equal(nextProbeAfter("connecting", NOW), minutesLater(5));
  });
});

describe("a reason in a record", () => {
  for (const [what, given, kept] of [
    ["control characters", "line one\r\nline two\u0007", "line one line two "],
    ["format characters", "turned \u202egnitirw\u202c around", "turned  gnitirw  around"],
    ["more than a thousand characters", "\u{1F600}".repeat(1200), "\u{1F600}".repeat(1000)],
  ] as const) {
    it(`is kept without ${what}`, () => assert.equal(plain(given), kept));
  }
});
