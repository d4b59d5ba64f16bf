/** What AWS's list of accounts makes of an organization's members. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { AccountState, ListedAccount, StackInstance } from "../../../../functions/aws/organizations.js";
import { type Connection, isEnded } from "../../../../functions/domain/connection.js";
import { end } from "../../../../functions/domain/ending.js";
import { newMember } from "../../../../functions/domain/organization.js";
import { type Listing, type Plan, reconcile } from "../../../../functions/organizations/reconcile.js";
import { ACCOUNT, connected, EXTERNAL_ID, NOW } from "../../fixtures.js";

const MINUTE = 60_000;
const PATH = "/onboarding/dev/";

const organization: Connection = {
  ...connected,
  kind: "organization",
  organizationId: "o-a1b2c3d4e5",
  acceptedAt: "2026-03-01T11:30:00.000Z",
};
const idOf = (number: number) => String(100_000_000_000 + number);
const at = (minutes: number) => new Date(NOW.getTime() + minutes * MINUTE);

type States = Readonly<Record<string, AccountState>>;

function listing(states: States, changes: Partial<Listing> = {}): Listing {
  const accounts = Object.entries({ [ACCOUNT]: "ACTIVE" as const, ...states }).map(
    ([accountId, state]): [string, ListedAccount] => [accountId, { accountId, name: `n${accountId}`, state }],
  );
  return {
    accounts: new Map(accounts),
    complete: true,
    instances: undefined,
    managementAccountId: ACCOUNT,
    ...changes,
  };
}

/** An organization and its members, from one listing to the next. */
class World {
  readonly members = new Map<string, Connection>();
  organization = organization;
  maxMembers = 1000;

  constructor(members: readonly Connection[] = []) {
    for (const member of members) this.members.set(member.accountId, member);
  }

  plan(listed: Listing, now: Date): Plan {
    const { maxMembers } = this;
    return reconcile(this.organization, this.members, listed, { now, maxMembers, customerRolePath: PATH });
  }

  list(listed: Listing, now = NOW): Plan {
    const plan = this.plan(listed, now);
    for (const member of plan.joining) this.members.set(member.accountId, member);
    for (const member of plan.changing) {
      const changes = plan.changesOf(member) ?? assert.fail("it was to change");
      const isNewStatus = changes.status !== undefined && changes.status !== member.status;
      this.members.set(member.accountId, {
        ...member,
        ...changes,
        ...(isNewStatus && { statusChangedAt: now.toISOString() }),
        revision: member.revision + 1,
      });
    }
    return plan;
  }

  of(accountId: string): Connection {
    return this.members.get(accountId) ?? assert.fail(`no member ${accountId}`);
  }

  get living(): Connection[] {
    return [...this.members.values()].filter((member) => !isEnded(member));
  }
}

const ONE = idOf(1);
const memberOf = (accountId: string, changes: Partial<Connection> = {}): Connection => ({
  ...newMember(organization, { accountId, accountName: `n${accountId}`, customerRolePath: PATH }, at(-600)),
  nextProbeAt: at(60).toISOString(),
  ...changes,
});
const connectedMember = memberOf(ONE, { status: "connected", connectedAt: at(-500).toISOString() });
const others = Array.from({ length: 4 }, (_, number) => memberOf(idOf(number + 2)));
const present = (members: readonly Connection[]): States =>
  Object.fromEntries(members.map(({ accountId }) => [accountId, "ACTIVE"]));

describe("An account that AWS lists", () => {
  it("as active, and that has no record, is awaited and probed now", () => {
    const world = new World();
    world.list(listing({ [ONE]: "ACTIVE" }));
    const { status, nextProbeAt, organization: of, accountName } = world.of(ONE);
    assert.deepEqual([status, nextProbeAt, of], ["awaited", NOW.toISOString(), EXTERNAL_ID]);
    assert.equal(accountName, `n${ONE}`);
  });

  for (const state of ["SUSPENDED", "PENDING_CLOSURE", "PENDING_ACTIVATION", "CLOSED"] as const) {
    it(`as ${state}, and that has no record, gets none`, () => {
      assert.deepEqual(new World().list(listing({ [ONE]: state })).joining.length, 1, "only the own account");
    });
  }

  for (const status of ["awaited", "connected", "unreachable", "unsafe"] as const) {
    it(`as active leaves a member alone that is ${status}`, () => {
      const world = new World([memberOf(ACCOUNT), memberOf(ONE, { status })]);
      assert.deepEqual(world.list(listing({ [ONE]: "ACTIVE" })).changing, []);
    });

    for (const state of ["SUSPENDED", "PENDING_CLOSURE", "PENDING_ACTIVATION"] as const) {
      it(`as ${state} makes a member unreachable for that reason that is ${status}, and is probed in a day`, () => {
        const world = new World([memberOf(ONE, { status })]);
        world.list(listing({ [ONE]: state }));
        const member = world.of(ONE);
        assert.deepEqual([member.status, member.accountState], ["unreachable", state]);
        assert.match(member.reason ?? "", new RegExp(`${ONE} is ${state}`));
        assert.equal(member.nextProbeAt, at(24 * 60).toISOString());
        assert.deepEqual(world.plan(listing({ [ONE]: state }), at(60)).changing, []);
      });
    }
  }

  it("as active again is probed now, and is awaited where it never was connected", () => {
    const world = new World([connectedMember, memberOf(idOf(2))]);
    world.list(listing({ [ONE]: "SUSPENDED", [idOf(2)]: "PENDING_ACTIVATION" }));
    world.list(listing({ [ONE]: "ACTIVE", [idOf(2)]: "ACTIVE" }), at(60));
    const [one, two] = [world.of(ONE), world.of(idOf(2))];
    assert.deepEqual([one.status, one.nextProbeAt], ["unreachable", at(60).toISOString()]);
    assert.deepEqual([two.status, two.nextProbeAt, two.reason], ["awaited", at(60).toISOString(), undefined]);
    assert.deepEqual([one.accountState, two.accountState], [undefined, undefined]);
  });

  it("under another name has it in its record", () => {
    const world = new World([{ ...connectedMember, accountName: "Build" }]);
    world.list(listing({ [ONE]: "ACTIVE" }));
    assert.equal(world.of(ONE).accountName, `n${ONE}`);
  });

  it("under a name with control characters has it without them, and is written once", () => {
    const world = new World([memberOf(ACCOUNT), connectedMember]);
    const listed = listing({ [ONE]: "ACTIVE" });
    const accounts = new Map([
      ...listed.accounts,
      [ONE, { accountId: ONE, name: "a\u0007b", state: "ACTIVE" }],
    ]);
    const named = { ...listed, accounts } as Listing;
    world.list(named);
    assert.equal(world.of(ONE).accountName, "a b");
    assert.deepEqual(world.plan(named, at(60)).changing, []);
  });
});

describe("An account that is closed, or that a complete listing lacks", () => {
  for (const [what, listed, reason] of [
    ["closed", listing({ ...present(others), [ONE]: "CLOSED" }), /was closed/],
    ["gone", listing(present(others)), /no longer in the organization/],
  ] as const) {
    it(`ends when a second one half an hour later says that it is ${what}`, () => {
      const world = new World([connectedMember, ...others]);
      world.list(listed);
      assert.equal(world.of(ONE).status, "connected");
      world.list(listed, at(29.9));
      assert.equal(world.of(ONE).status, "connected");
      world.list(listed, at(30));
      const { status, endedBy, endReason, missingSince, nextProbeAt, deleteAfter } = world.of(ONE);
      assert.deepEqual([status, endedBy], ["disconnected", "organization"]);
      assert.match(endReason ?? "", reason);
      assert.deepEqual([missingSince, nextProbeAt], [undefined, undefined]);
      assert.equal(deleteAfter, at(30).getTime() / 1000 + 30 * 24 * 3600);
    });

    it(`does not end when one in between does not say that it is ${what}`, () => {
      const world = new World([connectedMember, ...others]);
      world.list(listed);
      world.list(listing({ ...present(others), [ONE]: "ACTIVE" }), at(20));
      assert.equal(world.of(ONE).missingSince, undefined);
      world.list(listed, at(40));
      assert.equal(world.of(ONE).status, "connected");
    });
  }

  it("is awaited again when it comes back, with its key, and nothing of its end is left", () => {
    const denied = { ...connectedMember, deniedProbes: 4, accountState: "SUSPENDED" };
    const world = new World([denied, ...others]);
    for (const minutes of [0, 30]) world.list(listing(present(others)), at(minutes));
    world.list(listing({ ...present(others), [ONE]: "ACTIVE" }), at(90));
    const member = world.of(ONE);
    assert.deepEqual(
      [member.status, member.externalId, member.nextProbeAt],
      ["awaited", connectedMember.externalId, at(90).toISOString()],
    );
    const gone = [member.endedAt, member.endedBy, member.endReason, member.deleteAfter, member.connectedAt];
    assert.deepEqual(new Set([...gone, member.deniedProbes, member.accountState]), new Set([undefined]));
  });

  it("stays ended when somebody on the vendor's side ended it", () => {
    const ended = { ...connectedMember, ...end(connectedMember, { by: "vendor", reason: "x" }, at(-10)) };
    assert.deepEqual(new World([ended]).list(listing({ [ONE]: "ACTIVE" })).changing, []);
  });
});

describe("A listing that was not walked to its last page", () => {
  it("changes no member, and lets those join whom it has", () => {
    const world = new World([connectedMember, ...others]);
    const plan = world.list(listing({ [ONE]: "SUSPENDED", [idOf(50)]: "ACTIVE" }, { complete: false }));
    assert.deepEqual(plan.changing, []);
    assert.deepEqual(plan.joining.map(({ accountId }) => accountId).toSorted(), [idOf(50), ACCOUNT]);
  });
});

describe("A listing that would end more than ten members and more than a fifth of them", () => {
  const many = (count: number) => Array.from({ length: count }, (_, number) => memberOf(idOf(number)));
  const withoutFirst = (members: readonly Connection[], gone: number) =>
    listing(present(members.slice(gone)));

  for (const [members, gone, held] of [
    [50, 10, 0],
    [50, 11, 11],
    [55, 11, 0],
    [54, 11, 11],
    [8, 7, 0],
    [1000, 200, 0],
    [1000, 201, 201],
  ] as const) {
    it(`ends ${held ? "none" : "them"} where ${gone} of ${members} are gone`, () => {
      const world = new World([memberOf(ACCOUNT), ...many(members - 1)]);
      const listed = withoutFirst(many(members - 1), gone);
      world.list(listed);
      const { heldEnds } = world.list(listed, at(60));
      assert.equal(heldEnds, held);
      assert.equal(world.living.length, members - (held ? 0 : gone));
    });
  }

  it("ends them once an operator has confirmed as many", () => {
    for (const [confirmedEnds, held] of [
      [19, 20],
      [20, 0],
    ] as const) {
      const world = new World(many(50));
      world.list(withoutFirst(many(50), 20));
      world.organization = { ...organization, confirmedEnds };
      assert.equal(world.list(withoutFirst(many(50), 20), at(60)).heldEnds, held);
      assert.equal(world.living.length, held ? 51 : 31);
    }
  });
});

describe("An organization with more accounts than the vendor takes", () => {
  it("has as many members, and says so", () => {
    const world = new World();
    world.maxMembers = 3;
    const states = present(Array.from({ length: 9 }, (_, number) => memberOf(idOf(number))));
    assert.match(world.list(listing(states)).problem ?? "", /has 10 accounts, and 3 are taken/);
    assert.equal(world.living.length, 3);
    assert.deepEqual(world.list(listing(states), at(60)).joining, []);
    world.maxMembers = 10;
    assert.equal(world.list(listing(states), at(120)).problem, undefined);
    assert.equal(world.living.length, 10);
  });

  it("keeps no place for whom somebody on the vendor's side ended", () => {
    const ended = { ...connectedMember, ...end(connectedMember, { by: "vendor", reason: "x" }, at(-10)) };
    const world = new World([ended]);
    world.maxMembers = 3;
    const { problem } = world.list(listing({ [ONE]: "ACTIVE", ...present(others.slice(0, 2)) }));
    assert.equal(problem, undefined);
    assert.equal(world.living.length, 3);
  });
});

describe("What StackSets say of an account", () => {
  const instance = (status: string, reason?: string) =>
    new Map<string, StackInstance>([
      [ONE, { accountId: ONE, status, ...(reason !== undefined && { reason }) }],
    ]);
  const withInstance = (status: string, reason?: string) =>
    listing({ [ONE]: "ACTIVE" }, { instances: instance(status, reason) });

  it("has it probed as soon as the role is made, with a new series of tries", () => {
    const world = new World([memberOf(ONE, { stackInstance: "RUNNING", deniedProbes: 5, reason: "x" })]);
    world.list(withInstance("SUCCEEDED"), at(1));
    const { stackInstance, nextProbeAt, deniedProbes, reason } = world.of(ONE);
    assert.deepEqual([stackInstance, nextProbeAt], ["SUCCEEDED", at(1).toISOString()]);
    assert.deepEqual([deniedProbes, reason], [undefined, undefined]);
    assert.deepEqual(world.plan(withInstance("SUCCEEDED"), at(2)).changing, []);
  });

  it("is the reason where no role is made", () => {
    const world = new World([memberOf(ONE)]);
    world.list(withInstance("FAILED", "iam:CreateRole was denied"));
    assert.equal(world.of(ONE).reason, "iam:CreateRole was denied");
    world.list(withInstance("RUNNING"), at(1));
    assert.equal(world.of(ONE).reason, undefined);
  });

  it("is written when it tells something", () => {
    const world = new World([memberOf(ACCOUNT), memberOf(ONE, { stackInstance: "PENDING" })]);
    world.list(withInstance("PENDING"));
    assert.deepEqual(world.plan(withInstance("RUNNING"), at(1)).changing, []);
    const connectedWorld = new World([memberOf(ACCOUNT, { status: "connected" }), connectedMember]);
    assert.deepEqual(connectedWorld.plan(withInstance("FAILED", "x"), NOW).changing, []);
  });

  it("is nothing of the management account, where they make none", () => {
    const world = new World();
    world.list(listing({ [ONE]: "ACTIVE" }, { instances: instance("PENDING") }));
    assert.match(world.of(ACCOUNT).reason ?? "", /make no role in the management account/);
    assert.equal(world.of(ONE).stackInstance, "PENDING");
  });
});

describe("Any series of listings", () => {
  const ACCOUNTS = 40;
  const state = fc.oneof(
    { weight: 12, arbitrary: fc.constant("ACTIVE" as const) },
    { weight: 2, arbitrary: fc.constantFrom("SUSPENDED" as const, "PENDING_CLOSURE" as const) },
    { weight: 2, arbitrary: fc.constant("CLOSED" as const) },
    { weight: 3, arbitrary: fc.constant("absent" as const) },
  );
  const step = fc.record({
    minutes: fc.constantFrom(1, 5, 29, 30, 60),
    complete: fc.oneof(
      { weight: 3, arbitrary: fc.constant(true) },
      { weight: 1, arbitrary: fc.constant(false) },
    ),
    /** How many accounts the listing has at all: shrinking. */
    size: fc.oneof(
      { weight: 3, arbitrary: fc.constant(ACCOUNTS) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: ACCOUNTS }) },
    ),
    states: fc.array(state, { minLength: ACCOUNTS, maxLength: ACCOUNTS }),
    ended: fc.option(fc.nat(ACCOUNTS - 1), { freq: 5 }),
    confirmed: fc.option(fc.nat(ACCOUNTS), { freq: 5 }),
  });

  it("ends whom two complete ones lack, half an hour apart, and nobody else; brings back whom AWS names again", () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 2, maxLength: 14 }),
        fc.constantFrom(20, 1000),
        (steps, max) => {
          const world = new World();
          world.maxMembers = max;
          /** Since when complete listings lack an account. */
          const lackedSince = new Map<string, number>();
          let time = 0;
          for (const { minutes, complete, size, states, ended, confirmed } of steps) {
            time += minutes;
            if (ended !== null) {
              const member = world.members.get(idOf(ended));
              if (member && !isEnded(member)) {
                const changes = end(member, { by: "vendor", reason: "x" }, at(time));
                world.members.set(member.accountId, { ...member, ...changes });
              }
            }
            world.organization = { ...organization, confirmedEnds: confirmed ?? undefined };
            const listed = states
              .slice(0, size)
              .flatMap((one, number) => (one === "absent" ? [] : [[idOf(number), one]]));
            const given = listing(Object.fromEntries(listed), { complete });
            const before = new Map(world.members);
            const living = world.living.length;
            const plan = world.list(given, at(time));

            let ends = 0;
            for (const [accountId, member] of before) {
              const after = world.of(accountId);
              const now = given.accounts.get(accountId)?.state;
              const isLacked = now === undefined || now === "CLOSED";
              if (!complete) {
                if (isEnded(member)) assert.ok(isEnded(after) || now === "ACTIVE");
                else assert.equal(after, member, "an incomplete listing says nothing");
                continue;
              }
              if (isLacked) lackedSince.set(accountId, lackedSince.get(accountId) ?? time);
              else lackedSince.delete(accountId);
              if (isEnded(after) && !isEnded(member)) {
                ends += 1;
                assert.ok(
                  isLacked && time - (lackedSince.get(accountId) ?? time) >= 30,
                  "two listings, apart",
                );
                assert.equal(after.endedBy, "organization");
              }
              if (member.endedBy === "vendor")
                assert.equal(after, member, "whom the vendor ended stays ended");
              if (now === "SUSPENDED" && !isEnded(after)) assert.equal(after.status, "unreachable");
            }
            const isMuch = ends > 10 && ends > living * 0.2;
            assert.ok(!isMuch || ends <= (confirmed ?? 0), "the brake");
            assert.ok(ends === 0 || plan.heldEnds === 0);
            assert.ok(world.living.length <= Math.max(max, living));
            for (const [accountId, { state }] of given.accounts) {
              const member = world.members.get(accountId);
              const isOut = member === undefined || isEnded(member);
              if (state === "ACTIVE" && isOut) {
                assert.ok(
                  member?.endedBy === "vendor" || plan.problem !== undefined,
                  "who is there is a member",
                );
              }
            }
            for (const member of world.members.values()) {
              assert.equal(member.externalId, `${EXTERNAL_ID}.${member.accountId}`);
              assert.ok(isEnded(member) || member.deleteAfter === undefined, "TTL takes no living member");
              assert.ok(isEnded(member) || member.nextProbeAt !== undefined);
              assert.ok(member.status !== "disconnected" || member.nextProbeAt === undefined);
            }
            // Who ended made room for the next listing.
            if (plan.problem !== undefined && ends > 0) continue;
            const again = world.plan(given, at(time));
            assert.deepEqual(
              [again.joining, again.changing],
              [[], []],
              "the same listing again changes nothing",
            );
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});
