import assert from "node:assert/strict";
import { once } from "node:events";
import { Deadline } from "../../../../functions/runtime/deadline.js";
import { inVirtualTime } from "../../mocked-timers.js";

describe("a deadline", () => {
  it("tells what is left, and 0 when it is over", async () => {
    await inVirtualTime(async () => {
      const deadline = Deadline.in(100);
      assert.equal(deadline.left, 100);
      await new Promise((resolve) => setTimeout(resolve, 80));
      assert.equal(deadline.left, 20);
      await new Promise((resolve) => setTimeout(resolve, 80));
      assert.equal(deadline.left, 0);
    });
  });

  it("can be drawn closer and never pushed away", () => {
    const deadline = new Deadline(Date.now() + 10_000);
    assert.equal(deadline.before(4000).at, deadline.at - 4000);
    assert.ok(deadline.within(1000).at < deadline.at);
    assert.equal(deadline.within(60_000).at, deadline.at);
  });

  it("lets wait what ends before it, and says no at once to anything longer", async () => {
    const { seconds } = await inVirtualTime(async () => {
      const deadline = Deadline.in(1000);
      assert.equal(await deadline.sleep(1000), false);
      assert.equal(deadline.left, 1000);
      assert.equal(await deadline.sleep(900), true);
    });
    assert.equal(seconds, 0.9);
  });

  it("aborts calls when it comes, and at once when it is over", async () => {
    const { signal } = Deadline.in(20);
    assert.equal(signal.aborted, false);
    await once(signal, "abort");
    const over = Deadline.in(-1000).signal;
    if (!over.aborted) await once(over, "abort");
    assert.equal(over.reason.name, "TimeoutError");
  });
});
