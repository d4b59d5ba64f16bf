/** Where a new connection most likely finds capacity, by what was measured and what became of others since. */
import assert from "node:assert/strict";
import type { FreeCapacity } from "../../../../functions/domain/capacity-hint.js";
import { LikelyCapacity } from "../../../../functions/url-generator/likely-capacity.js";
import { inVirtualTime } from "../../mocked-timers.js";

const likely = (topicCount: number, ...hints: (FreeCapacity | Error | undefined)[]) => {
  let reads = 0;
  const read = async () => {
    const hint = hints[Math.min(reads++, hints.length - 1)];
    if (hint instanceof Error) throw hint;
    return hint;
  };
  return { capacity: new LikelyCapacity(topicCount, { read }), reads: () => reads };
};
const measured = (free: readonly number[], measuredAt = "2026-03-01T12:00:00.000Z") => ({ measuredAt, free });
const minute = () => new Promise((resolve) => setTimeout(resolve, 60_000));

describe("The topics", () => {
  it("are ranked by their free capacity", async () => {
    assert.deepEqual(await likely(4, measured([3, 99, 0, 12])).capacity.ranked(), [1, 3, 0, 2]);
  });

  it("that have about as much of it as the first share new connections", async () => {
    const { capacity } = likely(4, measured([99, 50, 49, 0]));
    const first = new Set<number | undefined>();
    for (let round = 0; round < 200; round++) first.add((await capacity.ranked())?.[0]);
    assert.deepEqual([...first].sort(), [0, 1]);
  });

  it("that were made since count as empty", async () => {
    assert.deepEqual(await likely(3, measured([3, 7])).capacity.ranked(), [2, 1, 0]);
  });

  it("are not ranked where nothing was measured, or it cannot be read", async () => {
    assert.equal(await likely(3, undefined).capacity.ranked(), undefined);
    assert.equal(await likely(3, new Error("no")).capacity.ranked(), undefined);
    assert.equal(await new LikelyCapacity(1, undefined).ranked(), undefined);
  });

  it("are ranked by what became of other connections since, too, until they are measured again", async () => {
    const later = measured([2, 3], "2026-03-01T13:00:00.000Z");
    const { capacity, reads } = likely(2, measured([9, 8]), measured([9, 8]), later);
    await inVirtualTime(async () => {
      await capacity.ranked();
      capacity.full(0);
      assert.deepEqual(await capacity.ranked(), [1, 0]);
      for (let count = 0; count < 8; count++) capacity.taken(1);
      await minute();
      // Both are full by now: neither is better than the other.
      assert.deepEqual((await capacity.ranked())?.toSorted(), [0, 1]);
      assert.equal(reads(), 2);
      capacity.full(1);
      await minute();
      assert.ok([0, 1].includes((await capacity.ranked())?.[0] ?? -1));
      assert.equal(reads(), 3);
      capacity.full(0);
      assert.deepEqual(await capacity.ranked(), [1, 0]);
    });
  });
});
