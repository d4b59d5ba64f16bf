/** Credentials that are shared, and the names of their sessions. */
import assert from "node:assert/strict";
import { type Credentials, SharedCredentials, sessionName } from "../../../client/credentials.js";

const MINUTE = 60_000;

/** A provider of credentials that last some minutes, and how often it was asked. */
function provider(...minutes: number[]) {
  const calls = { count: 0 };
  const refresh = async (): Promise<Credentials> => {
    const lasts = minutes[calls.count] ?? 60;
    calls.count += 1;
    return {
      accessKeyId: String(calls.count),
      secretAccessKey: "secret",
      expiration: new Date(Date.now() + lasts * MINUTE),
    };
  };
  return { calls, refresh };
}

describe("Shared credentials", () => {
  it("are fetched once for all who ask at once, and for those who ask later", async () => {
    const { calls, refresh } = provider();
    const shared = new SharedCredentials(refresh);
    const all = await Promise.all([shared.get(), shared.get(), shared.get()]);
    assert.deepEqual(new Set(all.map(({ accessKeyId }) => accessKeyId)), new Set(["1"]));
    assert.equal((await shared.get()).accessKeyId, "1");
    assert.equal(calls.count, 1);
  });

  it("are renewed more than five minutes before they expire, which is when the SDK asks", async () => {
    const shared = new SharedCredentials(provider(5.5).refresh);
    assert.equal((await shared.get()).accessKeyId, "1");
    assert.equal((await shared.get()).accessKeyId, "2");
    assert.equal((await shared.get()).accessKeyId, "2");
  });

  it("are fetched again after a failure, which every waiting caller is told", async () => {
    let fails = true;
    const shared = new SharedCredentials(async () => {
      if (fails) throw new Error("throttled");
      return provider().refresh();
    });
    const results = await Promise.allSettled([shared.get(), shared.get()]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ["rejected", "rejected"],
    );
    fails = false;
    assert.equal((await shared.get()).accessKeyId, "1");
  });

  it("are stale once they have expired, and while there are none", async () => {
    const shared = new SharedCredentials(provider(60).refresh);
    assert.ok(shared.isStale);
    const first = shared.get();
    assert.ok(!shared.isStale, "while they are being fetched");
    await first;
    assert.ok(!shared.isStale);
    const expired = new SharedCredentials(provider(-1).refresh);
    await expired.get();
    assert.ok(expired.isStale);
  });
});

describe("A session's name", () => {
  for (const [caller, tenant, name] of [
    ["billing", "4711", "billing@4711"],
    ["billing service", "tenant ü 4711", "billing-service@tenant-4711"],
    ["billing", "", "billing"],
    ["", "", "onboarding"],
    ["x", "", "x-"],
    ["c".repeat(40), "t".repeat(100), `${"c".repeat(31)}@${"t".repeat(32)}`],
  ] as const) {
    it(`is ${name} for "${caller}" and "${tenant}"`, () => {
      assert.equal(sessionName(caller, tenant), name);
      assert.match(sessionName(caller, tenant), /^[\w+=,.@-]{2,64}$/);
    });
  }
});
