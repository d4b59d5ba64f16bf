/** Time that jumps from one event to the next. Whoever waits lets the events that are due in between happen first. */
import type { Time } from "../../virtual-time.js";

interface Event {
  readonly at: number;
  readonly happen: () => Promise<unknown> | undefined;
}

export class EventQueue implements Time {
  now: number;
  private events: Event[] = [];

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

  async wait(milliseconds: number): Promise<void> {
    const end = this.now + milliseconds;
    await this.happenUntil(end);
    this.now = Math.max(this.now, end);
  }

  /** No call takes so long. */
  abortAfter(): AbortSignal {
    return new AbortController().signal;
  }

  /** Lets everything happen until a moment, and until nothing is left but what happens again and again. */
  async run(isOver: () => boolean): Promise<void> {
    while (!isOver() || this.events.length > 1) {
      const next = this.take();
      if (!next) throw new Error("Nothing happens any more.");
      await this.happen(next);
      // Whoever waited for that goes on.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  private async happenUntil(end: number): Promise<void> {
    for (;;) {
      const next = this.take(end);
      if (!next) return;
      await this.happen(next);
    }
  }

  private async happen({ at, happen }: Event): Promise<void> {
    this.now = Math.max(this.now, at);
    await happen();
  }

  /** The first event, if it is due before a moment. */
  private take(end = Number.POSITIVE_INFINITY): Event | undefined {
    let first: Event | undefined;
    for (const event of this.events) if (!first || event.at < first.at) first = event;
    if (!first || first.at >= end) return undefined;
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
