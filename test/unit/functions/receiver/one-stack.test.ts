/** However CloudFormation works through one stack, and whatever goes wrong on the way: the record ends as the stack does. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { isConnected } from "../../../../functions/domain/connection.js";
import { needsStatement } from "../../../../functions/domain/topic-statement.js";
import { roleNamed, stackNamed } from "./receiver-world.js";
import { type Fate, type Life, MINUTE, type RoleState, SECOND, StackModel } from "./stack-model.js";

/** `npm run fuzz` tries more. */
const RUNS = Number(process.env.RUNS ?? 2000);
const DAY = 24 * 60 * MINUTE;

/** Soon, or any time. */
const moment = (latest: number) =>
  fc.oneof(fc.nat(5 * SECOND), fc.integer({ min: MINUTE, max: 10 * MINUTE }), fc.nat(latest));

const smooth: Fate = { delay: 50, again: [], isLost: false, isTried: false };
const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(smooth) },
  {
    weight: 3,
    arbitrary: fc.record({
      // CloudFormation gives up after ten minutes; what it no longer waits for it tells nobody about.
      delay: fc.oneof(fc.nat(2 * SECOND), fc.nat(4 * MINUTE)),
      again: fc.array(moment(180 * MINUTE), { maxLength: 2 }),
      isLost: fc.boolean(),
      isTried: fc.boolean(),
    }),
  },
);
const role: fc.Arbitrary<RoleState> = fc.constantFrom<RoleState[]>(
  0,
  0,
  20 * SECOND,
  100 * SECOND,
  "missing",
  "open",
);
const life: fc.Arbitrary<Life> = fc.record({
  role,
  create: fate,
  cancelled: fc.option(fc.nat(MINUTE), { nil: undefined, freq: 5 }),
  isPreserved: fc.boolean(),
  retries: fc.array(
    fc.record({
      by: fc.constantFrom("Create", "Update"),
      cleanUp: fc.constantFrom("before", "after"),
      role,
      fate,
      cleanUpFate: fate,
    }),
    { maxLength: 3 },
  ),
  changes: fc.array(
    fc.record({
      role: fc.constantFrom("same", "same", "other", "missing", "open"),
      fate,
      back: fate,
      isRolledBack: fc.boolean(),
    }),
    { maxLength: 2 },
  ),
  isDeleted: fc.boolean(),
  remove: fate,
  outages: fc.array(
    fc.record({ of: fc.constantFrom("table", "STS"), from: moment(30 * MINUTE), for: fc.nat(3 * MINUTE) }),
    { maxLength: 2 },
  ),
  forgeries: fc.array(
    fc.record({ at: fc.nat(60 * MINUTE), type: fc.constantFrom("Create", "Update", "Delete") }),
    { maxLength: 2 },
  ),
});

function check(model: StackModel): void {
  const { connection, resource } = model;
  const open = connection.openStackIds ?? [];
  const daysLater = (days: number) =>
    new Date(new Date(connection.endedAt ?? connection.expiresAt).getTime() + days * DAY);
  if (!resource) {
    assert.equal(isConnected(connection), false, "the stack is gone");
    assert.deepEqual(open, []);
    assert.equal(needsStatement(connection, daysLater(1)), false);
    return;
  }
  // The stack is there without its role, and a Delete of what was tried before was heard: that is how a stack looks that is gone.
  if (model.expectedStatus === "unreachable" && connection.status === "disconnected") return;
  // Whatever the record says, the stack is there and has to be able to publish.
  assert.equal(needsStatement(connection, daysLater(29)), true, "the stack may not publish any more");
  assert.ok(open.includes(stackNamed("stack")));
  if (model.isStuck || model.isContradicted) return;
  if (!resource.isLive) {
    if (!model.isUnseen) assert.equal(isConnected(connection), false, "the stack failed");
    return;
  }
  assert.deepEqual(
    [connection.status, connection.stackId, connection.roleArn, connection.templateVersion],
    [model.expectedStatus, stackNamed("stack"), roleNamed(resource.values.role), resource.values.version],
  );
  assert.equal(connection.deleteAfter, undefined);
  assert.equal(connection.deleteHeardAt, undefined);
}

describe("The record of one stack", function () {
  this.timeout(60 * RUNS);

  it("ends as the stack does", () =>
    fc.assert(
      fc.asyncProperty(life, async (life) => {
        const model = new StackModel(life);
        await model.run();
        try {
          check(model);
        } catch (error) {
          const { connection, resource } = model;
          throw new Error([...model.log, JSON.stringify(connection), JSON.stringify(resource)].join("\n"), {
            cause: error,
          });
        }
      }),
      { numRuns: RUNS },
    ));
});
