import { mock } from "node:test";

/** How far the time moves at once, in milliseconds: what takes no time by itself is over within it. */
const STEP = 20;

/**
 * Runs something that waits a lot, in no time: clock and timers are moved as fast as it gets ready for it.
 * @returns the result, and the seconds that it thinks it took
 */
export async function inVirtualTime<Result>(
  run: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly seconds: number }> {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.parse("2026-03-01T12:00:00Z") });
  const started = Date.now();
  let settled = false;
  try {
    const running = run().finally(() => {
      settled = true;
    });
    // Whoever waits below meets a failure; until then it must not count as unhandled.
    running.catch(() => {});
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (settled) return { result: await running, seconds: (Date.now() - started) / 1000 };
      mock.timers.tick(STEP);
    }
  } finally {
    mock.timers.reset();
  }
}
