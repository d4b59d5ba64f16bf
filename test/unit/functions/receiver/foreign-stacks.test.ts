/**
 * Whoever knows an external ID can have CloudFormation send a genuine request that names it, from a stack of its own. Whatever happens, the
 * response tells that stack nothing of the connection.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Connection } from "../../../../functions/domain/connection.js";
import { FAILED_PHYSICAL_ID, physicalIdOf } from "../../../../functions/domain/physical-id.js";
import { VirtualClock } from "../../virtual-time.js";
import {
  EXTERNAL_ID,
  type Fault,
  pending,
  request,
  responseUrl,
  roleNamed,
  START,
  stackNamed,
  World,
} from "./receiver-world.js";

/** `npm run fuzz` tries more. */
const RUNS = Number(process.env.RUNS ?? 500);
const OTHER_ACCOUNT = "444455556666";
const secrets = {
  confirmationCode: "ABCD2345",
  stackId: stackNamed("victim"),
  roleArn: roleNamed("victims-role"),
  grantedTo: "The victim's vendor",
  tenant: "the-victims-tenant",
  reason: "The victim's reason.",
  requestId: "the-victims-request",
  expiresAt: "2026-06-01T12:34:56.789Z",
} as const;

const ago = (milliseconds: number) => new Date(START.getTime() - milliseconds).toISOString();
const connected: Connection = {
  ...pending,
  ...secrets,
  status: "connected",
  logicalResourceId: "Connection",
  requestedAt: ago(1000),
  connectedAt: ago(1000),
  openStackIds: [secrets.stackId],
  confirmation: "required",
  deleteAfter: undefined,
};
const open = { stackId: undefined, roleArn: undefined, confirmationCode: undefined } as const;
const records: Readonly<Record<string, Connection>> = {
  "connected a second ago": connected,
  connected: { ...connected, connectedAt: ago(3_600_000), acceptedAt: ago(3_600_000) },
  unsafe: { ...connected, status: "unsafe", connectedAt: ago(3_600_000) },
  ended: { ...connected, status: "disconnected", endedAt: ago(1000), endedBy: "customer" },
  pending: { ...connected, ...open, status: "pending", failedStacks: { [secrets.stackId]: ago(1000) } },
  cancelled: { ...connected, ...open, status: "cancelled", endedAt: ago(1000) },
  expired: { ...connected, ...open, status: "pending", expiresAt: ago(1000) },
};

describe("A stack that names the connection of another one", function () {
  this.timeout(1000 * RUNS);

  it("fails, or is deleted, and learns nothing of it, whatever goes wrong", () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(records)),
        fc.constantFrom("Create", "Update", "Update", "Delete"),
        fc.constantFrom(stackNamed("attacker"), stackNamed("attacker").replace(/[0-9]{12}/, OTHER_ACCOUNT)),
        fc.constantFrom(physicalIdOf(EXTERNAL_ID), FAILED_PHYSICAL_ID, "made-up"),
        fc.infiniteStream(fc.constantFrom<Fault>("none", "none", "throttled", "hangs")),
        async (name, type, StackId, physicalId, faults) => {
          const clock = new VirtualClock(START);
          const world = new World(clock, {
            duration: () => 20,
            fault: (call) => (call === "PUT" ? "none" : faults.next().value),
          });
          world.table.put(records[name] as Connection);
          const message = request(type, "attacker", "an-attack", { role: "victims-role", physicalId });
          const key = { stackId: StackId, logicalResourceId: "Connection", requestId: "an-attack" };
          await clock.run(
            world.deliver({ ...message, StackId, ResponseURL: responseUrl(key, "genuine") }).catch(() => {}),
          );

          assert.equal(world.responses.length, 1);
          const [response] = world.responses;
          assert.equal(response?.Status, type === "Delete" ? "SUCCESS" : "FAILED");
          const text = JSON.stringify(response);
          // Its own account may know which stack it has connected; whoever runs the stack sees the role in its own message.
          const isOwnAccount = StackId === stackNamed("attacker");
          const { confirmationCode, ...others } = secrets;
          for (const secret of isOwnAccount
            ? [confirmationCode]
            : [confirmationCode, ...Object.values(others)]) {
            assert.ok(!text.includes(secret), `${secret} is in ${text}`);
          }
          assert.ok(!text.includes("ConfirmationCode"), text);
          const record = world.connection;
          assert.equal(record.status, records[name]?.status);
          assert.equal(record.stackId, records[name]?.stackId);
        },
      ),
      { numRuns: RUNS },
    ));
});
