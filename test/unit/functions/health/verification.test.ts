/** Roles that customers name by their ARNs: what the health check connects, what it refuses, and what it calls. */
import assert from "node:assert/strict";
import type { AssumeRole } from "../../../../functions/aws/sts.js";
import type { Connection } from "../../../../functions/domain/connection.js";
import { ConnectionRepository } from "../../../../functions/domain/connection-repository.js";
import type { NamedRole, Verification } from "../../../../functions/domain/own-role.js";
import * as sentences from "../../../../functions/domain/own-role-sentences.js";
import { HEALTH_ATTRIBUTES } from "../../../../functions/domain/written-attributes.js";
import { verify } from "../../../../functions/health/verification.js";
import { Deadline } from "../../../../functions/runtime/deadline.js";
import { TableStandIn } from "../../../stand-ins/table.js";
import { ACCOUNT, EXTERNAL_ID, HERE, pending, ROLE } from "../../fixtures.js";
import { inVirtualTime } from "../../mocked-timers.js";

const { topicArn: _, ...withoutTopic } = pending;
const waiting: Connection = { ...withoutTopic, method: "role" };
const ROLE_ID = "AROADBQP57FF2AEXAMPLE";
const OTHER = `arn:aws:iam::${ACCOUNT}:role/onboarding/other`;

const denied = () => Promise.reject(Object.assign(new Error("no"), { name: "AccessDenied" }));

/** STS, as it answers for a role with the template's trust policy. */
const safe: AssumeRole = async (_role, externalId) => (externalId === EXTERNAL_ID ? ROLE_ID : denied());

class World {
  readonly table = new TableStandIn();
  readonly tried = new Set<string>();
  readonly log: string[] = [];
  /** Done once, right before the next write. */
  beforeWrite: (() => void) | undefined;

  constructor(
    record: Connection,
    private readonly sts: AssumeRole = safe,
  ) {
    this.table.put(record);
  }

  get record(): Connection {
    return this.table.connections()[EXTERNAL_ID] as unknown as Connection;
  }

  async verify(role: Partial<NamedRole> = {}): Promise<Verification> {
    const client = this.table.client(async (operation) => {
      if (operation !== "UpdateItem") return;
      const act = this.beforeWrite;
      this.beforeWrite = undefined;
      act?.();
    });
    const { result, seconds } = await inVirtualTime(() =>
      verify(
        { externalId: EXTERNAL_ID, roleArn: ROLE, ...role },
        {
          connections: new ConnectionRepository(client, "table"),
          assumeRole: (roleArn, ...rest) => {
            this.tried.add(roleArn);
            return this.sts(roleArn, ...rest);
          },
          customerRolePath: HERE.customerRolePath,
          now: () => new Date(),
          deadlineIn: (milliseconds) => Deadline.in(milliseconds),
          telemetry: { verified: (_connection, outcome) => void this.log.push(outcome) },
        },
      ),
    );
    assert.ok(seconds <= 20.5, `it took ${seconds} s`);
    return result;
  }
}

describe("A role that a customer named by its ARN", () => {
  it("is connected when it is safe, with its unique ID", async () => {
    const world = new World({ ...waiting, reason: "It was wrong.", attempts: 3 });
    assert.deepEqual(await world.verify(), { outcome: "connected" });
    const { status, roleArn, roleId, reason, attempts, deleteAfter, confirmation, ...rest } = world.record;
    assert.deepEqual(
      { status, roleArn, roleId, reason, attempts, deleteAfter, confirmation },
      {
        ...{ status: "connected", roleArn: ROLE, roleId: ROLE_ID },
        ...{ reason: undefined, attempts: undefined, deleteAfter: undefined, confirmation: undefined },
      },
    );
    const times = [rest.connectedAt, rest.acceptedAt, rest.verifiedAt, rest.nextProbeAt];
    assert.ok(times.every((time) => time !== undefined));
    const written = Object.keys(world.record).filter((name) => !(name in waiting));
    for (const name of written) assert.ok((HEALTH_ATTRIBUTES as readonly string[]).includes(name), name);
  });

  for (const [what, sts, outcome] of [
    ["cannot be assumed", denied, "denied"],
    [
      "can be assumed without the external ID",
      async (_, id) => (id === undefined || id === EXTERNAL_ID ? ROLE_ID : denied()),
      "unsafe",
    ],
    [
      "can be assumed with any external ID",
      async (_, id) => (id === undefined ? denied() : ROLE_ID),
      "unsafe",
    ],
    [
      "is in an account where STS is switched off",
      () => Promise.reject(Object.assign(new Error("no"), { name: "RegionDisabledException" })),
      "blocked",
    ],
  ] satisfies [string, AssumeRole, string][]) {
    it(`is refused without a reason when it ${what}: that is for the log`, async () => {
      const world = new World(waiting, sts);
      assert.deepEqual(await world.verify(), { outcome: "refused" });
      assert.deepEqual(world.log, [outcome]);
      assert.deepEqual(world.record, waiting);
    });
  }

  it("is left as it is where STS does not say", async () => {
    const world = new World(waiting, () =>
      Promise.reject(Object.assign(new Error("slow"), { name: "Throttling" })),
    );
    assert.deepEqual(await world.verify(), { outcome: "unknown" });
    assert.deepEqual(world.record, waiting);
  });

  for (const [what, changes, role, reason] of [
    [
      "of another account",
      {},
      { roleArn: "arn:aws:iam::999988887777:role/onboarding/x" },
      sentences.ownRoleOfAnotherAccount(ACCOUNT, "999988887777"),
    ],
    [
      "of another partition",
      {},
      { roleArn: `arn:aws-cn:iam::${ACCOUNT}:role/onboarding/x` },
      sentences.notTheArnOfARole(`arn:aws-cn:iam::${ACCOUNT}:role/onboarding/x`, "aws"),
    ],
    [
      "under another path",
      {},
      { roleArn: `arn:aws:iam::${ACCOUNT}:role/x` },
      sentences.ownRoleUnderAnotherPath("/onboarding/", "/"),
    ],
    ["of a connection that a stack makes", { method: undefined }, {}, sentences.MADE_BY_A_STACK],
    ["of a connection that ended", { status: "disconnected" }, {}, sentences.OWN_ROLE_ENDED],
    ["of one that was cancelled", { status: "cancelled" }, {}, sentences.OWN_ROLE_ENDED],
    [
      "of one that expired",
      { expiresAt: "2026-03-01T11:59:59.000Z" },
      {},
      sentences.ownRoleExpired("2026-03-01T11:59:59.000Z"),
    ],
  ] satisfies [string, Partial<Connection>, Partial<NamedRole>, string][]) {
    it(`${what} is refused before anybody is called`, async () => {
      const world = new World({ ...waiting, ...changes });
      assert.deepEqual(await world.verify(role), { outcome: "closed", reason });
      assert.equal(world.tried.size, 0);
    });
  }

  it("whose connection is cancelled while it is probed is not connected", async () => {
    const world = new World(waiting);
    world.beforeWrite = () => world.table.put({ ...waiting, status: "cancelled", revision: 2 });
    assert.deepEqual(await world.verify(), { outcome: "closed", reason: sentences.OWN_ROLE_ENDED });
    assert.equal(world.record.status, "cancelled");
  });

  it("does not replace one that was connected while it was probed", async () => {
    const world = new World(waiting);
    world.beforeWrite = () =>
      world.table.put({ ...waiting, status: "connected", roleArn: OTHER, revision: 2 });
    assert.deepEqual(await world.verify(), { outcome: "closed", reason: sentences.OTHER_ROLE_CONNECTED });
    assert.equal(world.record.roleArn, OTHER);
  });

  it("replaces the one that was connected before, and only when it is safe", async () => {
    const before: Connection = {
      ...waiting,
      status: "unreachable",
      roleArn: OTHER,
      roleId: "AROA2",
      connectedAt: "2026-03-01T11:30:00.000Z",
      acceptedAt: "2026-03-01T11:30:01.000Z",
      deniedProbes: 3,
      deniedDays: ["2026-02-28"],
      endsAt: "2026-03-10T00:00:00.000Z",
    };
    const unsafe = new World(before, async () => ROLE_ID);
    assert.deepEqual(await unsafe.verify(), { outcome: "refused" });
    assert.deepEqual(unsafe.record, before);
    const world = new World(before);
    assert.deepEqual(await world.verify(), { outcome: "connected" });
    const { status, roleArn, roleId, connectedAt, acceptedAt, deniedProbes, deniedDays, endsAt } =
      world.record;
    assert.deepEqual(
      [status, roleArn, roleId, connectedAt, acceptedAt],
      ["connected", ROLE, ROLE_ID, before.connectedAt, before.acceptedAt],
    );
    assert.deepEqual([deniedProbes, deniedDays, endsAt], [undefined, undefined, undefined]);
  });

  it("must have the ID that was named, if one was", async () => {
    const world = new World(waiting);
    assert.deepEqual(await world.verify({ roleId: "AROADBQP57FF2AEXAMPL" }), { outcome: "refused" });
    assert.deepEqual(world.log, ["wrongRoleId"]);
    assert.deepEqual(await world.verify({ roleId: ROLE_ID }), { outcome: "connected" });
  });

  describe("where connections have to be confirmed", () => {
    const unconfirmed: Connection = { ...waiting, confirmation: "required" };

    it("is confirmed by its ID, and is not connected without", async () => {
      const world = new World(unconfirmed);
      assert.deepEqual(await world.verify(), { outcome: "refused" });
      assert.deepEqual(await world.verify({ roleId: ROLE_ID }), { outcome: "connected" });
      const { confirmation, confirmationTries } = world.record;
      assert.deepEqual([confirmation, confirmationTries], ["done", undefined]);
    });

    it("is connected no more after five wrong IDs, even by the right one", async () => {
      const world = new World(unconfirmed);
      for (let tries = 0; tries < 5; tries++) {
        assert.deepEqual(await world.verify({ roleId: `AROA${tries}` }), { outcome: "refused" });
      }
      const closed = { outcome: "closed", reason: sentences.tooManyRoleIds(5) };
      assert.deepEqual(await world.verify({ roleId: ROLE_ID }), closed);
      assert.equal(world.record.status, "pending");
    });

    it("uses up no try as long as it cannot be assumed", async () => {
      const world = new World(unconfirmed, denied);
      await world.verify({ roleId: "AROA1" });
      assert.equal(world.record.confirmationTries, undefined);
    });
  });
});
