/** Time for tests of what waits: it passes only when everybody waits, and then at once. */
import { Deadline } from "../../functions/runtime/deadline.js";

/** Whoever can wait, and knows how late it is. */
export interface Time {
  /** Milliseconds since 1970. */
  readonly now: number;
  wait(milliseconds: number): Promise<void>;
  /** Aborts after a while. */
  abortAfter(milliseconds: number): AbortSignal;
}

/** A clock that goes on to the next time that somebody waits for, whenever there is nothing else to do. */
export class VirtualClock implements Time {
  now: number;
  private sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  constructor(start: Date) {
    this.now = start.getTime();
  }

  wait(milliseconds: number): Promise<void> {
    return new Promise((wake) => this.sleepers.push({ at: this.now + milliseconds, wake }));
  }

  abortAfter(milliseconds: number): AbortSignal {
    const controller = new AbortController();
    this.wait(milliseconds).then(() => controller.abort(new DOMException("Too late", "TimeoutError")));
    return controller.signal;
  }

  /** Lets time pass until a piece of work is over. @throws Error if it waits for what never comes */
  async run<Result>(work: Promise<Result>): Promise<Result> {
    let isOver = false;
    const end = () => {
      isOver = true;
    };
    work.then(end, end);
    for (;;) {
      // Whatever can go on without waiting has gone on after this.
      await new Promise((resolve) => setImmediate(resolve));
      if (isOver) return work;
      const next = this.sleepers.toSorted((one, other) => one.at - other.at)[0];
      if (!next) throw new Error("Everybody waits, and nobody for a time.");
      this.sleepers = this.sleepers.filter((sleeper) => sleeper !== next);
      this.now = Math.max(this.now, next.at);
      next.wake();
    }
  }
}

/** Every wait is over at once, and moves the clock on by as long as it would have been. */
export class HastyClock implements Time {
  now: number;

  /** @param pause what a wait is instead */
  constructor(
    start: Date,
    private readonly pause: () => Promise<unknown> = async () => {},
  ) {
    this.now = start.getTime();
  }

  async wait(milliseconds: number): Promise<void> {
    this.now += milliseconds;
    await this.pause();
  }

  abortAfter(): AbortSignal {
    return new AbortController().signal;
  }
}

/** A deadline by another clock than the machine's. */
export class VirtualDeadline extends Deadline {
  constructor(
    at: number,
    private readonly time: Time,
  ) {
    super(at);
  }

  override get left(): number {
    return Math.max(0, this.at - this.time.now);
  }

  override within(milliseconds: number): VirtualDeadline {
    return new VirtualDeadline(Math.min(this.at, this.time.now + milliseconds), this.time);
  }

  override before(milliseconds: number): VirtualDeadline {
    return new VirtualDeadline(this.at - milliseconds, this.time);
  }

  override get signal(): AbortSignal {
    return this.time.abortAfter(this.left);
  }

  override async sleep(milliseconds: number): Promise<boolean> {
    if (milliseconds >= this.left) return false;
    await this.time.wait(milliseconds);
    return true;
  }
}
