/** Seconds between two polls: few at first, while the customer waits, and more the longer nothing happens. */
const FIRST_SECONDS = 1.5;
const MAX_SECONDS = 30;
const GROWTH = 1.25;

/** Polls for as long as somebody looks at the page. */
export class Poller {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private seconds = FIRST_SECONDS;
  private isRunning = false;

  /** @param poll never throws; says whether to go on */
  constructor(private readonly poll: () => Promise<boolean>) {
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.pause();
      else if (this.isRunning) void this.now();
    });
  }

  /** Starts, or starts over with short intervals because something is about to happen. */
  start(): void {
    this.isRunning = true;
    this.seconds = FIRST_SECONDS;
    this.wait();
  }

  stop(): void {
    this.isRunning = false;
    this.pause();
  }

  /** Polls at once. */
  async now(): Promise<void> {
    this.pause();
    this.seconds = FIRST_SECONDS;
    this.isRunning = true;
    await this.pollOnce();
  }

  private pause(): void {
    clearTimeout(this.timer);
  }

  private wait(): void {
    this.pause();
    if (document.hidden) return;
    this.timer = setTimeout(() => void this.pollOnce(), this.seconds * 1000);
    this.seconds = Math.min(this.seconds * GROWTH, MAX_SECONDS);
  }

  private async pollOnce(): Promise<void> {
    const goesOn = await this.poll();
    if (!this.isRunning) return;
    if (goesOn) this.wait();
    else this.stop();
  }
}
