/** Calls of a customer's AWS Organizations and StackSets, whose limits their own tools live on, too. */
import type { Deadline } from "../runtime/deadline.js";

/** AWS documents no limit of ListAccounts. */
const CALLS_A_SECOND = 5;

/** What a throttled call waits, in milliseconds; then it is given up. */
const BACKOFF_MILLISECONDS = [1000, 2000, 4000, 8000, 16_000];

/** There was no time left for a call. */
class OutOfTimeError extends Error {
  override readonly name = "OutOfTimeError";
}

/** Makes calls one after the other, at most {@link CALLS_A_SECOND}, and waits longer where AWS says that it is too many. */
export class Pace {
  /** When the next call may be made, in milliseconds before the deadline. */
  private next = Number.POSITIVE_INFINITY;

  constructor(private readonly deadline: Deadline) {}

  /** @throws OutOfTimeError, or what the call throws */
  async call<Result>(work: () => Promise<Result>): Promise<Result> {
    for (let tries = 0; ; tries++) {
      await this.wait(Math.max(0, this.deadline.left - this.next));
      this.next = this.deadline.left - 1000 / CALLS_A_SECOND;
      try {
        return await work();
      } catch (error) {
        const wait = BACKOFF_MILLISECONDS[tries];
        if (wait === undefined || !isThrottled(error)) throw error;
        await this.wait(wait);
      }
    }
  }

  private async wait(milliseconds: number): Promise<void> {
    if (!(await this.deadline.sleep(milliseconds))) {
      throw new OutOfTimeError("There was no time left for another call.");
    }
  }
}

function isThrottled(error: unknown): boolean {
  return error instanceof Error && /^(TooManyRequests|Throttling|RequestLimitExceeded)/.test(error.name);
}
