/** The roles allow the attributes that are written, and no others: found out by writing them. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Connection } from "../../../../functions/domain/connection.js";
import { physicalIdOf } from "../../../../functions/domain/physical-id.js";
import { HEALTH_ATTRIBUTES, RECEIVER_ATTRIBUTES } from "../../../../functions/domain/written-attributes.js";
import { verify } from "../../../../functions/health/verification.js";
import { VirtualDeadline } from "../../virtual-time.js";
import { life, outagesOf } from "../receiver/lives.js";
import { HERE, pending, request, roleNamed, START, stackNamed } from "../receiver/receiver-world.js";
import { StackModel } from "../receiver/stack-model.js";
import { VendorModel } from "../receiver/vendor-model.js";

const DAY = 24 * 60 * 60_000;
const daysAgo = (days: number) => new Date(START.getTime() - days * DAY).toISOString();

/** Out of reach for so long that it is about to be ended, until somebody mends the role. */
const aboutToEnd: Connection = {
  ...pending,
  status: "unreachable",
  statusChangedAt: daysAgo(119),
  stackId: stackNamed("stack"),
  logicalResourceId: "Connection",
  roleArn: roleNamed("safe"),
  connectedAt: daysAgo(200),
  acceptedAt: daysAgo(200),
  openStackIds: [stackNamed("stack")],
  failedStacks: { [stackNamed("stack")]: daysAgo(150) },
  blockedSince: daysAgo(5),
  deniedProbes: 100,
  deniedDays: ["2026-03-01", "2026-03-02", "2026-03-03"],
  endsAt: daysAgo(-1),
  confirmation: "required",
  deleteAfter: undefined,
  tier: "basic",
  requestedTier: "full",
};

/** To the tier that was asked for. */
const update = request("Update", "stack", "1", { role: "safe", version: "2" });
const toTier = { ...update, ResourceProperties: { ...update.ResourceProperties, Tier: "full" } };

const end = {
  ...request("Delete", "stack", "2", { role: "safe" }),
  PhysicalResourceId: physicalIdOf(pending.externalId),
};

/** Its role was not found yet. */
const member: Connection = {
  ...pending,
  kind: "member",
  status: "awaited",
  roleArn: roleNamed("safe"),
  deleteAfter: undefined,
};

/** A role is named by its ARN. */
function verifyRole({ world, time }: VendorModel) {
  const roleArn = roleNamed("safe");
  return verify(
    { externalId: pending.externalId, roleArn, roleId: `AROA ${roleArn}` },
    {
      connections: world.healthRepository,
      assumeRole: (...args) => world.assumeRole(...args),
      customerRolePath: HERE.customerRolePath,
      now: () => new Date(time.now),
      deadlineIn: (milliseconds) => new VirtualDeadline(time.now + milliseconds, time),
      telemetry: { verified: () => {} },
    },
  );
}

/** The stack of a whole organization. */
const WHOLE_ROLE = "organization-0f0e0d0c";
const whole = request("Create", "stack", "1", { role: WHOLE_ROLE });

function connectOrganization(vendor: VendorModel) {
  const { trustPolicies } = vendor.world;
  trustPolicies.set(roleNamed(WHOLE_ROLE), (externalId) => externalId === pending.externalId);
  return vendor.deliver(whole, START.getTime());
}

/** The organization's stack is gone with its role. */
function probeWithoutRole(vendor: VendorModel) {
  vendor.world.trustPolicies.clear();
  vendor.world.table.put({ ...aboutToEnd, kind: "organization", deleteHeardAt: daysAgo(1) });
  return vendor.health.check(pending.externalId);
}

describe("The attributes that a role allows to be written", () => {
  it("are those that the receiver and the health check write, and no others", async () => {
    const written = { receiver: new Set<string>(), health: new Set<string>() };
    const violations: string[] = [];
    const keep = ({ world }: VendorModel) => {
      for (const name of world.written.receiver) written.receiver.add(name);
      for (const name of world.written.health) written.health.add(name);
      violations.push(...world.violations);
    };

    const samples = fc.sample(fc.tuple(life, outagesOf("table", "STS")), { numRuns: 300, seed: 1 });
    for (const [life, outages] of samples) {
      const vendor = new VendorModel({ outages }, [{ ...pending, confirmation: "required" }]);
      await vendor.run([new StackModel(vendor, life).run()]);
      keep(vendor);
    }
    for (const act of [
      (vendor: VendorModel) => vendor.health.check(pending.externalId),
      (vendor: VendorModel) => {
        vendor.world.table.put({ ...aboutToEnd, confirmation: "done" });
        return vendor.health.check(pending.externalId);
      },
      (vendor: VendorModel) => {
        // The role alone proves one that connected so long ago.
        vendor.world.table.put({
          ...aboutToEnd,
          acceptedAt: undefined,
          beforeConnect: { reason: "It failed." },
        });
        return vendor.health.check(pending.externalId);
      },
      (vendor: VendorModel) => vendor.deliver(toTier, START.getTime()),
      (vendor: VendorModel) =>
        vendor.deliver(request("Delete", "stack", "2", { role: "safe" }), START.getTime()),
      (vendor: VendorModel) => {
        vendor.world.trustPolicies.clear();
        vendor.world.table.put({ ...aboutToEnd, deleteHeardAt: daysAgo(1) });
        return vendor.health.check(pending.externalId);
      },
    ]) {
      const vendor = new VendorModel({ outages: [] }, [aboutToEnd]);
      await vendor.time.run(act(vendor));
      keep(vendor);
    }
    for (const [connection, act] of [
      [
        { ...aboutToEnd, kind: "organization" },
        (vendor: VendorModel) => vendor.deliver(end, START.getTime()),
      ],
      [{ ...aboutToEnd, kind: "organization" }, probeWithoutRole],
      [{ ...pending, kind: "organization" }, connectOrganization],
      [member, (vendor: VendorModel) => vendor.health.check(pending.externalId)],
      [{ ...pending, method: "role", confirmation: "required" }, verifyRole],
    ] as const) {
      const vendor = new VendorModel({ outages: [] }, [connection]);
      await vendor.time.run(act(vendor));
      keep(vendor);
    }

    assert.deepEqual(violations, []);
    assert.deepEqual([...written.receiver].sort(), RECEIVER_ATTRIBUTES.toSorted());
    assert.deepEqual([...written.health].sort(), HEALTH_ATTRIBUTES.toSorted());
  });

  it("are none that says whose a connection is, but for the account, on which an attempt is conditional", () => {
    const fixed = ["region", "topicArn", "tenant", "grantedTo", "createdAt", "expiresAt", "confirmation"];
    const allowed: readonly string[] = RECEIVER_ATTRIBUTES;
    assert.deepEqual(
      fixed.filter((name) => allowed.includes(name)),
      [],
    );
    // A role that is named by its unique ID needs no code.
    const ofHealth: readonly string[] = HEALTH_ATTRIBUTES;
    assert.deepEqual(
      [...fixed, "accountId", "method"].filter((name) => ofHealth.includes(name)),
      ["confirmation"],
    );
  });
});
