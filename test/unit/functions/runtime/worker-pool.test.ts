import assert from "node:assert/strict";
import { forEach } from "../../../../functions/runtime/worker-pool.js";

const items = [1, 2, 3, 4, 5, 6, 7];
const always = () => true;

describe("a worker pool", () => {
  it("does everything, in order, as many at a time as it may", async () => {
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    const left = await forEach(items, { concurrency: 3, hasTime: always }, async (item) => {
      begun.push(item);
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    });
    assert.equal(left, undefined);
    assert.deepEqual(begun, items);
    assert.equal(most, 3);
  });

  it("takes items from a generator, no more of them than it works on", async () => {
    let made = 0;
    async function* generate() {
      for (const item of items) {
        made += 1;
        yield item;
      }
    }
    const done: number[] = [];
    await forEach(generate(), { concurrency: 2, hasTime: always }, async (item) => {
      assert.ok(made - done.length <= 2, `${made} were made and ${done.length} are done`);
      done.push(item);
    });
    assert.deepEqual(done, items);
  });

  it("stops when the time is up, and says what it left first", async () => {
    const done: number[] = [];
    const hasTime = () => done.length < 3;
    const left = await forEach(items, { concurrency: 1, hasTime }, async (item) => void done.push(item));
    assert.deepEqual([done, left], [[1, 2, 3], 4]);
  });

  it("throws the first error once everything that it can do is done", async () => {
    const done: number[] = [];
    const work = async (item: number) => {
      if (item === 2) throw new Error(`item ${item}`);
      await new Promise((resolve) => setImmediate(resolve));
      done.push(item);
    };
    await assert.rejects(forEach(items, { concurrency: 2, hasTime: always }, work), /item 2/);
    assert.deepEqual(done, [1, 3, 4, 5, 6, 7]);
  });

  it("throws what its source throws", async () => {
    async function* generate() {
      yield 1;
      throw new Error("no more pages");
    }
    await assert.rejects(
      forEach(generate(), { concurrency: 2, hasTime: always }, async () => {}),
      /no more pages/,
    );
  });
});
