/**
 * Random numbers that depend on a seed and not on the moment: each question has a name, and the same name gets the same number in every
 * run with that seed, in whatever order the questions come.
 */
import { createHash } from "node:crypto";

/** The name of a question: what happens to whom. */
export type Question = readonly (string | number)[];

export class SeededRandom {
  constructor(private readonly seed: number) {}

  /** A number from 0 up to 1. */
  number(...question: Question): number {
    const hash = createHash("md5").update(`${this.seed} ${question.join(" ")}`);
    return hash.digest().readUInt32LE(0) / 2 ** 32;
  }

  /** @param probability 0 to 1 */
  happens(probability: number, ...question: Question): boolean {
    return this.number(...question) < probability;
  }
}

/** Nothing ever happens. */
export class NeverRandom extends SeededRandom {
  constructor() {
    super(0);
  }

  override number(): number {
    return 1;
  }
}
