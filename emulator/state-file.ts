/** Where other commands find a running `npm start`; client/cli/target.ts reads it. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { StackOutputs } from "./deploy/deployment.js";
import type { StackConfig } from "./deploy/stack-config.js";
import type { EmbeddedCloud } from "./embedded-cloud.js";
import { projectFolder } from "./paths.js";

export const STATE_FILE = join(projectFolder, ".onboarding", "state.json");

export function writeStateFile(
  cloud: EmbeddedCloud,
  stack: string,
  config: StackConfig,
  outputs: StackOutputs,
): void {
  const state = {
    endpoint: cloud.endpoint,
    account: cloud.vendor.accountId,
    secretAccessKey: cloud.secretAccessKey,
    stack,
    homeRegion: config["aws:region"],
    regions: config["onboarding:regions"],
    retiredRegions: config["onboarding:retiredRegions"],
    topicsPerRegion: config["onboarding:topicsPerRegion"],
    topicsByRegion: config["onboarding:topicsByRegion"],
    pid: process.pid,
    ...outputs,
  };
  mkdirSync(dirname(STATE_FILE), { recursive: true });
  writeFileSync(STATE_FILE, `${JSON.stringify(state, null, 2)}\n`);
}

export function removeStateFile(): void {
  rmSync(STATE_FILE, { force: true });
}
