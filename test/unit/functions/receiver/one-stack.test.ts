/** However CloudFormation works through one stack, and whatever goes wrong on the way: the record ends as the stack does. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { isConnected } from "../../../../functions/domain/connection.js";
import { needsStatement } from "../../../../functions/domain/topic-statement.js";
import { life, outagesOf, SMOOTH, smooth } from "./lives.js";
import { templateVersionOf } from "./receiver-world.js";
import { type Fate, type Life, StackModel } from "./stack-model.js";
import { MINUTE, type Outage, VendorModel } from "./vendor-model.js";

/** `npm run fuzz` tries more. */
const RUNS = Number(process.env.RUNS ?? 2000);
const DAY = 24 * 60 * MINUTE;

/** A stack that its customer keeps although it failed for want of a role, and tries again by an Update. @param fate of the Update, where it is not smooth */
const triedAgain = (fate: Partial<Fate>): Life => ({
  ...smooth,
  role: "missing",
  isPreserved: true,
  retries: [
    {
      by: "Update",
      cleanUp: "before",
      role: 100_000,
      fate: { ...SMOOTH, ...fate },
      cleanUpFate: SMOOTH,
    },
  ],
});

/** Found by `npm run fuzz`. */
const examples: [Life, Outage[]][] = [
  // A forged Create is refused only after the genuine one has waited for that.
  [
    {
      ...smooth,
      create: { ...SMOOTH, delay: 80 },
      forgeries: [{ at: 0, type: "Create", isOfCreate: false }],
    },
    [],
  ],
  // A forged Create takes the place of an Update that tries again, and is undone; the clean-up comes before the Update's response is noted.
  [
    {
      ...triedAgain({ delay: 0 }),
      forgeries: [{ at: 311_350, type: "Create", isOfCreate: false }],
    },
    [],
  ],
  // The same, and the receiver does not learn that its response was accepted.
  [
    {
      ...triedAgain({ delay: 0, isTried: true }),
      forgeries: [{ at: 311_350, type: "Create", isOfCreate: false }],
    },
    [],
  ],
  // CloudFormation goes by a SUCCESS that the receiver does not know to be accepted; the next delivery cannot reach the table, and says FAILED.
  [
    {
      ...triedAgain({ delay: 0, isTried: true }),
    },
    [{ of: "table", from: 311_331, for: 120_040 }],
  ],
  // One of two deliveries at once says FAILED, and the other, after the role was mended, SUCCESS; nothing of the next try can be written.
  [
    {
      ...smooth,
      role: "open",
      create: { ...SMOOTH, delay: 0, again: [21] },
      isPreserved: true,
      retries: [
        {
          by: "Create",
          cleanUp: "before",
          role: 0,
          fate: { ...SMOOTH, delay: 0 },
          cleanUpFate: SMOOTH,
        },
      ],
    },
    [{ of: "table", from: 82, for: 5069 }],
  ],
  // CloudFormation sees neither SUCCESS nor the FAILED of a second delivery, in a stack that it preserves: nobody tells us how it ended.
  [
    {
      ...smooth,
      role: "open",
      isPreserved: true,
      retries: [
        {
          by: "Create",
          cleanUp: "before",
          role: 0,
          fate: { ...SMOOTH, again: [MINUTE], isLost: true },
          cleanUpFate: SMOOTH,
        },
      ],
    },
    [{ of: "table", from: MINUTE, for: 5201 }],
  ],
];

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
  assert.ok(open.includes(model.id));
  if (model.isStuck || model.isContradicted) return;
  if (!resource.isLive) {
    if (!model.isUnseen) assert.equal(isConnected(connection), false, "the stack failed");
    return;
  }
  assert.deepEqual(
    [connection.status, connection.stackId, connection.roleArn, connection.templateVersion],
    [model.expectedStatus, model.id, model.roleArn, templateVersionOf(resource.values.version)],
  );
  assert.equal(connection.deleteAfter, undefined);
  assert.equal(connection.deleteHeardAt, undefined);
}

describe("The record of one stack", function () {
  this.timeout(1000 * RUNS);

  it("ends as the stack does", () =>
    fc.assert(
      fc.asyncProperty(life, outagesOf("table", "STS"), async (life, outages) => {
        const vendor = new VendorModel({ outages });
        const model = new StackModel(vendor, life);
        await vendor.run([model.run()]);
        try {
          assert.deepEqual(vendor.world.violations, []);
          check(model);
        } catch (error) {
          const { connection, resource } = model;
          throw new Error([...vendor.log, JSON.stringify(connection), JSON.stringify(resource)].join("\n"), {
            cause: error,
          });
        }
      }),
      { numRuns: RUNS, examples },
    ));
});
