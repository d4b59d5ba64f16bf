/** What a probe makes of a connection, and when the role is probed again. */
import assert from "node:assert/strict";
import { plain } from "../../../../functions/domain/plain-text.js";
import { nextProbeAfter, recordProbe } from "../../../../functions/domain/probe-outcome.js";
import { spread } from "../../../../functions/domain/spread.js";
import { connected, NOW, ROLE, STACK, unproven } from "../../fixtures.js";

const result = (outcome: "safe" | "denied" | "unsafe" | "unknown") => ({ outcome, reason: "As STS says." });
const minutesLater = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000).toISOString();
/** Exactly, up to an hour. */
const aboutMinutesLater = (minutes: number) => spread(minutesLater(minutes), connected, NOW);

describe("a probe that found the role", () => {
  for (const [outcome, status, minutes, reason] of [
    ["safe", "connected", 24 * 60, undefined],
    [
      "denied",
      "unreachable",
      60,
      /can no longer be assumed from our account.*no update of the stack brings it back/,
    ],
    ["unsafe", "unsafe", 60, /without its external ID.*"sts:ExternalId": "[^"]+"}.*Add it/],
  ] as const) {
    it(`${outcome} makes the connection ${status}, to be probed again in about ${minutes} minutes`, () => {
      const changes = recordProbe(result(outcome), connected, NOW);
      assert.equal(changes.status, status);
      assert.equal(changes.nextProbeAt, aboutMinutesLater(minutes));
      if (!reason) assert.ok("reason" in changes && changes.reason === undefined);
      else assert.ok(changes.reason?.includes(ROLE) && reason.test(changes.reason), changes.reason);
    });
  }

  it("safe forgets the failed attempts, and notes when", () => {
    const changes = recordProbe({ outcome: "safe" }, connected, NOW);
    assert.ok("attempts" in changes && changes.attempts === undefined);
    assert.equal(changes.verifiedAt, NOW.toISOString());
  });

  it("safe proves no request: it only does once no response can any more", () => {
    const acceptedAfter = (minutes: number, acceptedAt?: string) => {
      const connection = { ...unproven, acceptedAt, connectedAt: minutesLater(-minutes) };
      return { ...connection, ...recordProbe({ outcome: "safe" }, connection, NOW) }.acceptedAt;
    };
    assert.equal(acceptedAfter(120), undefined);
    assert.equal(acceptedAfter(121), NOW.toISOString());
    const { acceptedAt } = connected;
    assert.equal(acceptedAfter(121, acceptedAt), acceptedAt);
  });
});

describe("a role that stays denied", () => {
  it("is probed every hour for three days, and then about every day", () => {
    for (const [days, minutes] of [
      [2.99, 60],
      [3, 24 * 60],
    ] as const) {
      const statusChangedAt = minutesLater(-days * 24 * 60);
      const changes = recordProbe(
        result("denied"),
        { ...connected, status: "unreachable", statusChangedAt },
        NOW,
      );
      assert.equal(changes.nextProbeAt, aboutMinutesLater(minutes));
    }
  });
});

describe("a probe after a Delete that may be the stack's end", () => {
  const heard = (minutes: number) => ({ ...connected, deleteHeardAt: minutesLater(-minutes) });

  it("that cannot assume the role disconnects: the role went with its stack", () => {
    const changes = recordProbe(result("denied"), { ...heard(2), nextProbeAt: NOW.toISOString() }, NOW);
    assert.deepEqual(
      [changes.status, changes.endedBy, changes.openStackIds, changes.nextProbeAt],
      ["disconnected", "customer", [], undefined],
    );
    assert.ok(connected.openStackIds?.includes(STACK));
  });

  it("that comes before the first one that is due proves nothing: the role may be a new one", () => {
    const changes = recordProbe(result("denied"), heard(1.9), NOW);
    assert.equal(changes.status, undefined);
    assert.equal(changes.nextProbeAt, minutesLater(0.1));
  });

  for (const outcome of ["safe", "unsafe"] as const) {
    for (const [after, next] of [
      [2, 3],
      [4.9, 0.1],
      [5, 10],
    ] as const) {
      it(`that finds the role ${outcome} ${after} minutes after it looks again in ${next}`, () => {
        const changes = recordProbe(result(outcome), heard(after), NOW);
        assert.equal(changes.nextProbeAt, minutesLater(next));
        assert.ok(!("deleteHeardAt" in changes));
      });
    }

    it(`that finds the role ${outcome} a quarter of an hour after it takes the stack to be there`, () => {
      const changes = recordProbe(result(outcome), heard(15), NOW);
      assert.ok("deleteHeardAt" in changes && changes.deleteHeardAt === undefined);
      assert.equal(changes.nextProbeAt, aboutMinutesLater(outcome === "safe" ? 24 * 60 : 60));
    });
  }
});

describe("a probe of which STS said nothing", () => {
  it("changes nothing, so that the next one is due as it was", () => {
    assert.deepEqual(recordProbe(result("unknown"), connected, NOW), {});
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
