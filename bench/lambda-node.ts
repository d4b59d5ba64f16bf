/** The Node.js that Lambda runs, from npm, beside the one that runs the benchmark. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** @returns undefined where npm has none for this machine */
export function lambdaNode(): string | undefined {
  const name = `node-${process.platform}-${process.arch}`;
  const file = fileURLToPath(new URL(`baselines/node_modules/${name}/bin/node`, import.meta.url));
  return existsSync(file) ? file : undefined;
}
