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

  /** Milliseconds until then; 0 once it has passed. */
  get left(): number {
    return Math.max(0, this.at - Date.now());
  }

  /** This deadline, or an earlier one that is so many milliseconds from now. */
  within(milliseconds: number): Deadline {
    return new Deadline(Math.min(this.at, Date.now() + milliseconds));
  }

  /** A deadline that is so many milliseconds earlier than this one. */
  before(milliseconds: number): Deadline {
    return new Deadline(this.at - milliseconds);
  }

  /** For calls that take a signal. */
  get signal(): AbortSignal {
    return AbortSignal.timeout(this.left);
  }

  /** Waits. @returns false, at once, if the deadline would pass before the wait is over */
  async sleep(milliseconds: number): Promise<boolean> {
    if (milliseconds >= this.left) return false;
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return true;
  }
}
