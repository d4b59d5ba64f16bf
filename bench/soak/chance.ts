/**
 * Chance that a seed decides, and not the moment: each question has a name, and the same name has the same answer in every run
 * with that seed, in whatever order the questions come.
 */
import { createHash } from "node:crypto";

export class Chance {
  constructor(private readonly seed: number) {}

  /** A number from 0 up to 1. */
  number(...name: readonly (string | number)[]): number {
    return (
      createHash("md5")
        .update(`${this.seed} ${name.join(" ")}`)
        .digest()
        .readUInt32LE(0) /
      2 ** 32
    );
  }

  /** @param probability 0 to 1 */
  happens(probability: number, ...name: readonly (string | number)[]): boolean {
    return this.number(...name) < probability;
  }
}

/** Nothing ever happens. */
export class NoChance extends Chance {
  constructor() {
    super(0);
  }

  override number(): number {
    return 1;
  }
}
