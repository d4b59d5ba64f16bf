/** Seconds between two looks: short at first, when the customer waits, and longer the longer nothing happens. */
const FIRST_SECONDS = 1.5;
const MAX_SECONDS = 30;
const GROWTH = 1.25;

/** Asks again and again, as long as somebody looks at the page. */
export class Poller {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private seconds = FIRST_SECONDS;
  private isRunning = false;

  /** @param ask never throws; says whether to ask again */
  constructor(private readonly ask: () => Promise<boolean>) {
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.pause();
      else if (this.isRunning) void this.now();
    });
  }

  /** Begins, or begins anew with short times, because something is about to happen. */
  start(): void {
    this.isRunning = true;
    this.seconds = FIRST_SECONDS;
    this.wait();
  }

  stop(): void {
    this.isRunning = false;
    this.pause();
  }

  /** Asks at once. */
  async now(): Promise<void> {
    this.pause();
    this.seconds = FIRST_SECONDS;
    this.isRunning = true;
    await this.askOnce();
  }

  private pause(): void {
    clearTimeout(this.timer);
  }

  private wait(): void {
    this.pause();
    if (document.hidden) return;
    this.timer = setTimeout(() => void this.askOnce(), this.seconds * 1000);
    this.seconds = Math.min(this.seconds * GROWTH, MAX_SECONDS);
  }

  private async askOnce(): Promise<void> {
    const goesOn = await this.ask();
    if (!this.isRunning) return;
    if (goesOn) this.wait();
    else this.stop();
  }
}
