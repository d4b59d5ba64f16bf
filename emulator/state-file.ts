/** Where other commands find a running `npm start`: a file for each, under its process ID. client/cli/local-runs.ts reads it. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StackOutputs } from "./deploy/deployment.js";
import type { StackConfig } from "./deploy/stack-config.js";
import type { EmbeddedCloud } from "./embedded-cloud.js";
import { projectFolder } from "./paths.js";

const FOLDER = join(".onboarding", "runs");
const startedAt = new Date().toISOString();

/** The path from the project's folder of a file that goes with this run. */
export function runFile(extension: string): string {
  return join(FOLDER, `${process.pid}.${extension}`);
}

/** Says that this process is running, and nothing else yet. */
export function beginRun(): void {
  write({});
  process.once("exit", endRun);
}

/** Says how to reach the embedded cloud and the program in it. */
export function writeState(
  cloud: EmbeddedCloud,
  stack: string,
  config: StackConfig,
  outputs: StackOutputs,
): void {
  write({
    endpoint: cloud.endpoint,
    account: cloud.vendor.accountId,
    secretAccessKey: cloud.secretAccessKey,
    stack,
    homeRegion: config["aws:region"],
    regions: config["onboarding:regions"],
    retiredRegions: config["onboarding:retiredRegions"],
    releasedRegions: config["onboarding:releasedRegions"],
    topicsPerRegion: config["onboarding:topicsPerRegion"],
    topicsByRegion: config["onboarding:topicsByRegion"],
    ...outputs,
  });
}

/** Keeps a text that only the machine's owner may read, beside the state. @returns its path from the project's folder */
export function writeRunFile(extension: string, text: string): string {
  mkdirSync(join(projectFolder, FOLDER), { recursive: true, mode: 0o700 });
  writeFileSync(join(projectFolder, runFile(extension)), text, { mode: 0o600 });
  return runFile(extension);
}

function write(state: Readonly<Record<string, unknown>>): void {
  writeRunFile("json", `${JSON.stringify({ pid: process.pid, startedAt, ...state }, null, 2)}\n`);
}

function endRun(): void {
  const folder = join(projectFolder, FOLDER);
  for (const name of readdirSync(folder)) {
    if (name.startsWith(`${process.pid}.`)) rmSync(join(folder, name), { force: true });
  }
}
