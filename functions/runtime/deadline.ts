/** The time by which something has to be done. */
export class Deadline {
  constructor(
    /** Milliseconds since 1970. */
    readonly at: number,
  ) {}

  /** @param milliseconds from now */
  static in(milliseconds: number): Deadline {
    return new Deadline(Date.now() + milliseconds);
  }

  /** Milliseconds; 0 when it is over. */
  get left(): number {
    return Math.max(0, this.at - Date.now());
  }

  /** The earlier of this one and the time from now. */
  within(milliseconds: number): Deadline {
    return new Deadline(Math.min(this.at, Date.now() + milliseconds));
  }

  /** Of this one, but earlier. */
  before(milliseconds: number): Deadline {
    return new Deadline(this.at - milliseconds);
  }

  /** For calls that take a signal. */
  get signal(): AbortSignal {
    return AbortSignal.timeout(this.left);
  }

  /** Waits. @returns false, at once, if the deadline comes earlier than the end of the wait */
  async sleep(milliseconds: number): Promise<boolean> {
    if (milliseconds >= this.left) return false;
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return true;
  }
}
