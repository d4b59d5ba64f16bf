/** Which onboardings one run of a program has: two of the same deployment would fight over everything that has a name in AWS. */
import * as pulumi from "@pulumi/pulumi";
import type { Account } from "./account.js";
import { ConfigurationError } from "./check.js";
import type { CheckedValues } from "./schema.js";
import type { Source } from "./source.js";

/** For each run, the names of the components by account and deployment. */
const runs = new WeakMap<object, Map<string, string>>();

/**
 * Remembers that a component has this deployment in this account.
 *
 * @param component its name
 * @throws ConfigurationError if another component of the same run has it
 */
export function claimDeployment(
  { deployment = "" }: CheckedValues,
  { accountId }: Account,
  component: string,
  source: Source,
): void {
  const run = currentRun();
  if (run === undefined) return;
  const claimed = runs.get(run) ?? new Map<string, string>();
  runs.set(run, claimed);
  const key = `${accountId}/${deployment}`;
  const other = claimed.get(key) ?? component;
  if (other !== component) {
    throw new ConfigurationError(
      "deployment",
      `is "${deployment}", which "${other}" is already in account ${accountId}: give each onboarding of a program a deployment of its own.`,
      source,
    );
  }
  claimed.set(key, component);
}

/** The connection to the engine as it is for gRPC. */
interface Client {
  getChannel?(): { getTarget(): string };
}

/** By the engine's address, which is another one for each run. */
const runAt = new Map<string, object>();

/** One process can run programs one after the other, and a plugin has a new connection to the engine for each component of one run. */
function currentRun(): object | undefined {
  const monitor = pulumi.runtime.getMonitor() as Client | undefined;
  const address = monitor?.getChannel?.().getTarget();
  if (address === undefined) return monitor;
  const run = runAt.get(address) ?? {};
  runAt.set(address, run);
  return run;
}
