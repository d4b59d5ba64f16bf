/**
 * The same sequences in every run of property tests: a failure can be repeated, and nobody's change fails for somebody else's fault.
 * `npm run fuzz` looks for new ones: SEED=random, or the seed that a failure printed.
 */
import fc from "fast-check";

const { SEED = "20261126" } = process.env;

if (SEED !== "random") fc.configureGlobal({ seed: Number(SEED) });
