/** The lister, between an organization at AWS and its records. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Connection, isEnded } from "../../../../functions/domain/connection.js";
import { end } from "../../../../functions/domain/ending.js";
import { confirmHeldEnds, lookAgain } from "../../../../functions/domain/organization.js";
import { LISTER_ATTRIBUTES, NEW_MEMBER_ATTRIBUTES } from "../../../../functions/domain/written-attributes.js";
import { EXTERNAL_ID, NOW } from "../../fixtures.js";
import { idOf, MINUTE, OrganizationWorld, writtenNames } from "./organization-world.js";

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, number) => from + number);
const minutesAfter = (minutes: number) => new Date(NOW.getTime() + minutes * MINUTE).toISOString();

/** An organization whose accounts were listed, and are all connected. */
async function settled(accounts: number): Promise<OrganizationWorld> {
  const world = new OrganizationWorld();
  world.add(...range(0, accounts));
  await world.run();
  for (const member of world.members)
    world.change({ status: "connected", connectedAt: member.createdAt }, member);
  await world.pass(70);
  world.calls.length = 0;
  world.runs.length = 0;
  return world;
}

describe("The lister", () => {
  it("makes a member of each account, over empty pages, and counts them", async () => {
    const world = new OrganizationWorld();
    world.add(...range(0, 100));
    await world.run();
    const { listedAt, listings, counts, reasons, listingProblem, heldEnds } = world.record;
    assert.equal(world.members.length, 101);
    assert.deepEqual([listedAt, listings], [NOW.toISOString(), 1]);
    // Without IncludeThisAccount, which nobody knows yet, the management account is left out.
    assert.deepEqual(counts, {
      connected: 0,
      awaited: 100,
      unreachable: 0,
      unsafe: 0,
      disconnected: 0,
      excluded: 1,
    });
    assert.deepEqual([reasons, listingProblem, heldEnds], [undefined, undefined, undefined]);
    assert.deepEqual(world.errors, []);
  });

  it("asks AWS at most five times a second", async () => {
    const world = new OrganizationWorld();
    world.add(...range(0, 1000));
    await world.run();
    const times = world.calls.map(([, at]) => at);
    assert.ok(times.length > 50);
    for (const [index, time] of times.entries()) {
      assert.ok((times[index + 5] ?? Number.POSITIVE_INFINITY) - time >= 1000, `call ${index}`);
    }
  });

  it("begins with no organization when there is too little time for it", async () => {
    const world = new OrganizationWorld();
    await world.run(150_000);
    assert.deepEqual(world.calls, []);
    assert.equal(world.record.nextListingAt, NOW.toISOString());
    await world.run(150_001);
    assert.notDeepEqual(world.calls, []);
  });

  it("leaves an organization due again after six minutes when its process ends", async () => {
    const world = new OrganizationWorld();
    // It reads the organization, and says that it is at work on it.
    world.lifetime = 2;
    await world.run();
    assert.equal(world.record.nextListingAt, minutesAfter(6));
    assert.deepEqual(world.members, []);
  });

  it("writes with the next listing what there was no time for", async () => {
    const world = new OrganizationWorld();
    world.add(...range(0, 100));
    world.onTable = async (operation) => {
      if (operation === "PutItem") world.clock.now += 10_000;
    };
    await world.run();
    const { length } = world.members;
    assert.ok(length > 0 && length < 101, `${length} members`);
    assert.ok((world.record.nextListingAt ?? "") <= new Date(world.clock.now).toISOString());
    world.onTable = async () => {};
    await world.pass(5);
    assert.equal(world.members.length, 101);
  });

  it("writes the others where one member cannot be written, and that one with the next listing", async () => {
    const world = new OrganizationWorld();
    world.add(...range(0, 5));
    let creates = 0;
    world.onTable = async (operation) => {
      if (operation === "PutItem" && ++creates === 3) throw new Error("The table is out of reach.");
    };
    await world.run();
    assert.deepEqual([world.members.length, world.errors.length, world.runs[0]?.joined], [5, 1, 6]);
    await world.pass(6);
    assert.equal(world.members.length, 6);
  });

  it("is due again at once where a member could not be written, although nothing else is on its way", async () => {
    const world = await settled(3);
    world.change({ accountName: "Another" }, world.memberOf(idOf(1)));
    const now = new Date(world.clock.now).toISOString();
    world.change({ nextListingAt: now });
    let updates = 0;
    world.onTable = async (operation) => {
      // The first one says that it is at work.
      if (operation === "UpdateItem" && ++updates === 2) throw new Error("The table is out of reach.");
    };
    await world.run();
    assert.ok((world.record.nextListingAt ?? "") <= now, world.record.nextListingAt);
    await world.run();
    assert.equal(world.memberOf(idOf(1)).accountName, `n${idOf(1)}`);
  });

  it("waits longer where AWS says that it asks too often, and lists all the same", async () => {
    const world = new OrganizationWorld();
    world.add(...range(0, 100));
    world.fault = (call) => (call % 3 === 0 ? "throttled" : undefined);
    await world.run();
    assert.equal(world.members.length, 101);
    assert.equal(world.runs[0]?.complete, true);
  });

  it("looks each minute while roles are on their way, and for accounts each five; after that once an hour", async () => {
    const world = new OrganizationWorld();
    world.add(...range(0, 3));
    await world.pass(60);
    const pages = world.calls.filter(([what]) => what === "page").length;
    const instances = world.calls.filter(([what]) => what === "instances").length;
    assert.ok(pages >= 12 && pages <= 14, `${pages} listings`);
    assert.ok(instances >= 55, `${instances} looks`);
    for (const member of world.members) world.change({ status: "connected" }, member);
    await world.pass(10);
    world.calls.length = 0;
    await world.pass(240);
    assert.deepEqual(
      world.calls.map(([what]) => what),
      Array.from({ length: 4 }, () => ["describe", "page", "instances"]).flat(),
    );
  });

  it("lists accounts for whoever asks, although roles are on their way", async () => {
    const world = new OrganizationWorld();
    world.add(1);
    await world.pass(2);
    world.add(2);
    await world.pass(1);
    assert.equal(world.members.length, 2);
    world.change(lookAgain(world.record, new Date(world.clock.now)) ?? assert.fail());
    await world.pass(1);
    assert.equal(world.members.length, 3);
  });

  it("has a role probed in the minute after StackSets made it", async () => {
    const world = new OrganizationWorld();
    world.add(1);
    await world.pass(2);
    world.instances.set(idOf(1), { accountId: idOf(1), status: "RUNNING" });
    await world.pass(1);
    assert.equal(world.memberOf(idOf(1)).stackInstance, "RUNNING");
    world.change({ nextProbeAt: minutesAfter(600), deniedProbes: 4 }, world.memberOf(idOf(1)));
    world.instances.set(idOf(1), { accountId: idOf(1), status: "SUCCEEDED" });
    await world.pass(1);
    const { nextProbeAt = "", deniedProbes } = world.memberOf(idOf(1));
    assert.ok(nextProbeAt <= minutesAfter(4), nextProbeAt);
    assert.equal(deniedProbes, undefined);
  });

  it("tells the commonest reasons, of all accounts that have the same one together", async () => {
    const world = new OrganizationWorld();
    world.add(...range(0, 30));
    for (const number of range(0, 30)) {
      const accountId = idOf(number);
      const reason = `User arn:aws:sts::${accountId}:assumed-role/x may not iam:CreateRole (${number < 10 ? "a" : "b"})`;
      world.instances.set(accountId, { accountId, status: "FAILED", reason });
    }
    await world.run();
    assert.deepEqual(world.record.reasons, {
      "User arn:aws:sts::<account>:assumed-role/x may not iam:CreateRole (b)": 20,
      "User arn:aws:sts::<account>:assumed-role/x may not iam:CreateRole (a)": 10,
    });
  });

  it("tells five reasons at most, and the same one of all that differ in an ID only", async () => {
    const world = new OrganizationWorld();
    world.add(...range(0, 8));
    for (const number of range(0, 8)) {
      const accountId = idOf(number);
      const uuid = `0b1f5a0e-1111-4222-8333-44445555666${number}`;
      const reason = `No (RequestId: ${uuid})${number < 2 ? "" : ` ${"x".repeat(number)}`}`;
      world.instances.set(accountId, { accountId, status: "FAILED", reason });
    }
    await world.run();
    const { reasons = {} } = world.record;
    assert.equal(Object.keys(reasons).length, 5);
    assert.equal(reasons["No (RequestId: <id>)"], 2);
  });

  it("looks once an hour where StackSets have given up on every role", async () => {
    const world = new OrganizationWorld();
    world.add(1);
    world.instances.set(idOf(1), { accountId: idOf(1), status: "FAILED", reason: "x" });
    await world.pass(1);
    assert.ok((world.record.nextListingAt ?? "") > minutesAfter(59));
  });

  it("gives a call up at once after an error that is no throttling", async () => {
    const world = await settled(3);
    world.fault = () => "broken";
    await world.pass(61);
    assert.equal(world.calls.length, world.runs.length, "one call in each run");
  });

  it("counts accounts apart for which StackSets make no role", async () => {
    const world = new OrganizationWorld();
    world.add(1, 2, 3);
    for (const number of [1, 2]) {
      world.instances.set(idOf(number), { accountId: idOf(number), status: "PENDING" });
    }
    await world.run();
    assert.deepEqual([world.record.counts?.awaited, world.record.counts?.excluded], [2, 2]);
  });

  it("has whoever joins as a member within the hour, and ends whoever leaves within two", async () => {
    const world = await settled(30);
    world.add(50);
    world.accounts.delete(idOf(1));
    world.accounts.set(idOf(2), "CLOSED");
    await world.pass(61);
    assert.equal(world.memberOf(idOf(50)).status, "awaited");
    assert.ok(!isEnded(world.memberOf(idOf(1))));
    await world.pass(60);
    for (const number of [1, 2]) assert.equal(world.memberOf(idOf(number)).endedBy, "organization");
    assert.equal(world.living.length, 30);
    const sum = (what: "joined" | "ended") => world.runs.reduce((all, run) => all + run[what], 0);
    assert.deepEqual([sum("joined"), sum("ended")], [1, 2]);
  });

  for (const [fault, problem] of [
    ["denied", /could not be listed with the role/],
    ["broken", undefined],
    ["throttled", undefined],
  ] as const) {
    it(`ends nobody, and changes nobody, while the listing is ${fault}`, async () => {
      const world = await settled(30);
      const before = structuredClone(world.members);
      world.accounts.clear();
      world.fault = (call) => (call > 1 ? fault : undefined);
      await world.pass(180);
      assert.deepEqual(world.members, before);
      assert.equal(
        world.runs.some(({ complete }) => complete),
        false,
      );
      // What somebody has to mend is looked at as usual; what may pass by itself soon again.
      assert.ok(problem ? world.runs.length <= 4 : world.runs.length >= 20, `${world.runs.length} runs`);
      if (problem) assert.match(world.record.listingProblem ?? "", problem);
      else assert.equal(world.record.listingProblem, undefined);
    });
  }

  it("ends nobody when the list has not even the account that asks for it", async () => {
    const world = await settled(5);
    world.accounts.clear();
    await world.pass(180);
    assert.equal(world.living.length, 6);
  });

  it("ends nobody when the account of the stack has moved to another organization, and says so", async () => {
    const world = await settled(30);
    world.organizationId = "o-another000";
    for (const number of range(0, 5)) world.accounts.delete(idOf(number));
    await world.pass(180);
    assert.equal(world.living.length, 31);
    assert.match(world.record.listingProblem ?? "", /o-another000, but o-a1b2c3d4e5/);
  });

  it("holds the end of too many until an operator confirms it, and lets them through once", async () => {
    const world = await settled(50);
    for (const number of range(0, 20)) world.accounts.delete(idOf(number));
    await world.pass(180);
    assert.equal(world.living.length, 51);
    assert.deepEqual([world.record.heldEnds, world.runs.at(-1)?.held], [20, 20]);
    assert.match(world.record.listingProblem ?? "", /lacks 20 of 51 accounts/);
    world.change(confirmHeldEnds(world.record, new Date(world.clock.now)) ?? assert.fail());
    await world.pass(2);
    const { heldEnds, confirmedEnds, listingProblem } = world.record;
    assert.equal(world.living.length, 31);
    assert.deepEqual([heldEnds, confirmedEnds, listingProblem], [undefined, undefined, undefined]);
    for (const number of range(20, 40)) world.accounts.delete(idOf(number));
    await world.pass(180);
    assert.equal(world.living.length, 31, "the next one is held again");
  });

  for (const [what, changes, left] of [
    ["whose response CloudFormation has not taken yet", { acceptedAt: undefined }, true],
    ["whose code was not entered", { confirmation: "required" }, false],
    ["whose role is unsafe", { status: "unsafe" }, true],
    ["that is pending again", { status: "pending" }, false],
  ] as const) {
    it(`lists no organization ${what}`, async () => {
      const world = new OrganizationWorld(changes);
      await world.pass(3);
      assert.deepEqual([world.calls, world.members], [[], []]);
      assert.equal(world.record.nextListingAt !== undefined, left);
    });
  }

  it("ends all members of an organization that ended", async () => {
    const world = await settled(30);
    world.change(end(world.record, { by: "customer" }, new Date(world.clock.now)));
    await world.pass(1);
    assert.deepEqual(world.living, []);
    assert.ok(world.members.every(({ endedBy, endReason }) => endedBy === "organization" && endReason));
    await world.pass(15);
    assert.deepEqual([world.record.nextListingAt, world.record.status], [undefined, "disconnected"]);
    assert.equal(world.record.counts?.disconnected, 31);
    assert.deepEqual(world.calls, [], "its role is gone");
  });

  it("ends those, too, that another run was adding when the organization ended, and that died then", async () => {
    const world = new OrganizationWorld();
    world.add(...range(0, 60));
    let creates = 0;
    world.onTable = async (operation) => {
      if (operation !== "PutItem" || ++creates !== 20) return;
      world.change(end(world.record, { by: "customer" }, new Date(world.clock.now)));
      await world.run();
      world.lifetime = 15;
    };
    await world.run();
    const left = world.living.length;
    assert.ok(left > 0 && left < 60, `${left} were added after the end`);
    world.lifetime = Number.POSITIVE_INFINITY;
    await world.pass(15);
    assert.deepEqual(world.living, []);
    assert.equal(world.record.nextListingAt, undefined);
  });

  it("takes members for there that the index does not have yet", async () => {
    const world = new OrganizationWorld();
    world.letIndexLag();
    world.add(...range(0, 30));
    await world.run();
    world.change({ nextListingAt: NOW.toISOString() });
    world.change({ status: "connected" }, world.memberOf(idOf(1)));
    await world.run();
    assert.equal(world.runs.length, 2);
    assert.deepEqual(world.errors, []);
    assert.equal(world.record.counts?.connected, 1, "it counts what the table has");
  });

  it("keeps what somebody asked for during a run: another look, or the end of those who are held", async () => {
    const world = await settled(50);
    for (const number of range(0, 20)) world.accounts.delete(idOf(number));
    await world.pass(121);
    assert.equal(world.record.heldEnds, 20);
    await world.pass(58);
    let calls = 0;
    const asked = new Date(world.clock.now + 10 * MINUTE).toISOString();
    world.onCall = () => {
      if (++calls === 2) {
        world.change({ ...confirmHeldEnds(world.record, new Date(world.clock.now)), nextListingAt: asked });
      }
    };
    while (calls < 2) await world.pass(1);
    assert.deepEqual([world.record.nextListingAt, world.record.confirmedEnds], [asked, 20]);
    assert.equal(world.living.length, 51);
    await world.pass(12);
    assert.equal(world.living.length, 31);
  });

  it("does the same whichever call its process ends at, and however far the index lags behind", async () => {
    const step = fc.record({
      minutes: fc.constantFrom(1, 7, 31, 61),
      lifetime: fc.option(fc.nat(60), { freq: 3 }),
      lags: fc.boolean(),
      join: fc.array(fc.nat(30), { maxLength: 8 }),
      leave: fc.array(fc.nat(30), { maxLength: 4 }),
      suspend: fc.array(fc.nat(30), { maxLength: 3 }),
      fault: fc.option(fc.tuple(fc.nat(5), fc.constantFrom("denied" as const, "broken" as const)), {
        freq: 4,
      }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), fc.boolean(), async (steps, ends) => {
        const world = new OrganizationWorld();
        for (const { minutes, lifetime, lags, join, leave, suspend, fault } of steps) {
          world.add(...join);
          for (const number of leave) world.accounts.delete(idOf(number));
          for (const number of suspend) {
            if (world.accounts.has(idOf(number))) world.accounts.set(idOf(number), "SUSPENDED");
          }
          if (lags) world.letIndexLag();
          world.lifetime = lifetime ?? Number.POSITIVE_INFINITY;
          const [after, what] = fault ?? [];
          const calls = world.calls.length;
          world.fault = (call) => (after !== undefined && call > calls + after ? what : undefined);
          await world.run();
          world.letIndexCatchUp();
          world.clock.now += minutes * MINUTE;
        }
        world.lifetime = Number.POSITIVE_INFINITY;
        world.fault = () => undefined;
        const last = new Date(world.clock.now);
        if (ends) world.change(end(world.record, { by: "customer" }, last));
        await world.pass(200);
        const expected = ends
          ? []
          : [...world.accounts].filter(([id]) => world.members.some((m) => m.accountId === id));
        const isHeld = world.record.heldEnds !== undefined;
        if (!isHeld) {
          assert.deepEqual(
            world.living.map(({ accountId }) => accountId).sort(),
            expected.map(([id]) => id).sort(),
          );
        }
        for (const [accountId, state] of ends ? [] : world.accounts) {
          const member = world.members.find((one) => one.accountId === accountId);
          assert.ok(state !== "ACTIVE" || (member && !isEnded(member)), `${accountId} is a member`);
          if (member && state === "SUSPENDED") assert.equal(member.status, "unreachable");
        }
        const counted = Object.values(world.record.counts ?? {}).reduce((sum, count) => sum + count, 0);
        assert.equal(counted, world.members.length);
        assert.equal(world.record.nextListingAt === undefined, ends);
      }),
      { numRuns: 60 },
    );
  });

  it("may write what it writes, and nothing else", async () => {
    const world = await settled(30);
    world.change({ deleteHeardAt: NOW.toISOString() } as Partial<Connection>, world.memberOf(idOf(3)));
    world.change({ accountName: "Another" }, world.memberOf(idOf(4)));
    world.accounts.delete(idOf(3));
    world.add(50);
    world.instances.set(idOf(50), { accountId: idOf(50), status: "FAILED", reason: "x" });
    await world.pass(130);
    world.add(3);
    await world.pass(61);
    assert.equal(world.memberOf(idOf(3)).status, "awaited");
    assert.deepEqual([...writtenNames.updated].sort(), LISTER_ATTRIBUTES.toSorted());
    const optional = ["tier"];
    assert.deepEqual([...writtenNames.created, ...optional].sort(), NEW_MEMBER_ATTRIBUTES.toSorted());
    assert.equal(world.record.externalId, EXTERNAL_ID);
  });
});
