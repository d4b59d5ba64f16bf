/** In which of a region's topics there most likely is capacity. */
import { MAX_STATEMENTS } from "../aws/topic.js";
import type { CapacityHint } from "../domain/capacity-hint.js";

/** How long the hint is not read again; it is written every hour. */
const CACHE_MILLISECONDS = 60_000;

/** What is likely, as far as this function has heard: from the hint, and from what became of the connections that it made since. */
export class LikelyCapacity {
  private free: number[] = [];
  private measuredAt: string | undefined;
  private readAt = 0;

  /** @param hint undefined where there is nothing to choose from */
  constructor(
    private readonly topicCount: number,
    private readonly hint: Pick<CapacityHint, "read"> | undefined,
  ) {}

  /**
   * The topics by number, from 0, the likeliest first. The first one is drawn from all that have at least half as much as the one with the
   * most, so that links made at the same time spread.
   * @returns undefined where nothing is known
   */
  async ranked(): Promise<readonly number[] | undefined> {
    await this.refresh();
    if (this.measuredAt === undefined) return undefined;
    const numbers = Array.from({ length: this.topicCount }, (_, index) => index);
    const ranked = numbers.sort((one, other) => this.of(other) - this.of(one));
    const most = this.of(ranked[0] ?? 0);
    const first = ranked[Math.floor(Math.random() * ranked.filter((one) => 2 * this.of(one) >= most).length)];
    return first === undefined ? ranked : [first, ...ranked.filter((one) => one !== first)];
  }

  /** A connection got its statement in this topic. */
  taken(number: number): void {
    this.free[number] = this.of(number) - 1;
  }

  /** This topic turned out to be full. */
  full(number: number): void {
    this.free[number] = 0;
  }

  /** A topic that the hint does not know was made after it, and is empty. */
  private of(number: number): number {
    return this.free[number] ?? MAX_STATEMENTS - 1;
  }

  /** What this function knows better is kept until the topics are measured again. */
  private async refresh(): Promise<void> {
    if (!this.hint || Date.now() - this.readAt < CACHE_MILLISECONDS) return;
    this.readAt = Date.now();
    // It is only a hint: where it cannot be read, the policies are.
    const read = await this.hint.read().catch(() => undefined);
    if (!read || read.measuredAt === this.measuredAt) return;
    this.measuredAt = read.measuredAt;
    this.free = [...read.free];
  }
}
