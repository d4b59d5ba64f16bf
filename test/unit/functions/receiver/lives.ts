/** What fast-check thinks of: lives of stacks, and what goes wrong on the vendor's side. */
import fc from "fast-check";
import type { Fate, Life, RoleState } from "./stack-model.js";
import { MINUTE, type Outage, SECOND } from "./vendor-model.js";

/** Soon, or any time. */
export const moment = (latest: number) =>
  fc.oneof(fc.nat(5 * SECOND), fc.integer({ min: MINUTE, max: 10 * MINUTE }), fc.nat(latest));

export const SMOOTH: Fate = { delay: 50, again: [], isLost: false, isTried: false };
const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(SMOOTH) },
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
export const life: fc.Arbitrary<Life> = fc.record({
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
  forgeries: fc.array(
    fc.record({
      at: fc.oneof(fc.nat(300), fc.nat(60 * MINUTE)),
      type: fc.constantFrom("Create", "Update", "Delete"),
      isOfCreate: fc.boolean(),
    }),
    { maxLength: 2 },
  ),
});

/** A stack that is created, and stays. */
export const smooth: Life = {
  role: 0,
  create: SMOOTH,
  cancelled: undefined,
  isPreserved: false,
  retries: [],
  changes: [],
  isDeleted: false,
  remove: SMOOTH,
  forgeries: [],
};

export const outagesOf = (...parts: readonly Outage["of"][]): fc.Arbitrary<Outage[]> =>
  fc.array(fc.record({ of: fc.constantFrom(...parts), from: moment(30 * MINUTE), for: fc.nat(3 * MINUTE) }), {
    maxLength: 2,
  });
