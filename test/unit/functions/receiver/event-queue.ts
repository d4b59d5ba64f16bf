/** Time that jumps from one event to the next. Whoever waits lets others go on meanwhile: what takes some time overlaps with what does, too. */
import type { Time } from "../../virtual-time.js";

interface Event {
  readonly at: number;
  readonly happen: () => Promise<unknown> | undefined;
}

export class EventQueue implements Time {
  now: number;
  private events: Event[] = [];
  private failure: { readonly error: unknown } | undefined;

  /** @param every happens again and again, first after as long */
  constructor(
    start: Date,
    private readonly every: { readonly milliseconds: number; readonly happen: () => Promise<unknown> },
  ) {
    this.now = start.getTime();
    this.repeat(this.now);
  }

  /** Lets something happen after a while. */
  after(milliseconds: number, happen: () => Promise<unknown> | undefined): void {
    this.events.push({ at: this.now + milliseconds, happen });
  }

  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.after(milliseconds, async () => resolve()));
  }

  /** No call takes so long. */
  abortAfter(): AbortSignal {
    return new AbortController().signal;
  }

  /**
   * Lets everything happen until a piece of work is over, and nothing is left but what happens again and again.
   * @throws what failed first
   */
  async run(work: Promise<unknown>): Promise<void> {
    let isOver = false;
    work.then(
      () => {
        isOver = true;
      },
      (error: unknown) => this.fail(error),
    );
    for (;;) {
      // Whoever need not wait any more has gone on after this.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.failure) throw this.failure.error;
      if (isOver && this.events.length === 1) return;
      const { at, happen } = this.take();
      this.now = Math.max(this.now, at);
      happen()?.catch((error: unknown) => this.fail(error));
    }
  }

  private fail(error: unknown): void {
    this.failure ??= { error };
  }

  private take(): Event {
    const first = this.events.reduce((one, other) => (other.at < one.at ? other : one));
    this.events = this.events.filter((event) => event !== first);
    return first;
  }

  private repeat(from: number): void {
    const { milliseconds, happen } = this.every;
    const at = from + milliseconds;
    this.events.push({
      at,
      happen: () => {
        this.repeat(at);
        return happen();
      },
    });
  }
}
