import { setTimeout as sleep } from "node:timers/promises";

interface PollOptions {
  readonly timeoutSeconds: number;
  /** What to say when the time is up. */
  readonly failure: () => string;
}

/** Milliseconds between two looks: few at first, and more the longer it takes, so that waiting costs the machine little. */
const MIN_INTERVAL = 20;
const MAX_INTERVAL = 100;
const GROWTH = 1.5;

/**
 * Looks again and again until there is something to see.
 * @param look returns undefined as long as there is not
 * @throws Error when the time is up
 */
export async function poll<T>(
  look: () => T | undefined | Promise<T | undefined>,
  { timeoutSeconds, failure }: PollOptions,
): Promise<T> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (let interval = MIN_INTERVAL; ; interval = Math.min(MAX_INTERVAL, interval * GROWTH)) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(failure());
    await sleep(interval);
  }
}
