import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { type Configuration, configure } from "../../../../components/config/configuration.js";
import { stackArguments } from "../../../../components/config/stack-arguments.js";
import { allRegions, answer, type Circumstances, type StackConfig, smallStack } from "../run-program.js";

/** Reads a stack's configuration alone, without the program. @param changes to the small stack */
export async function readConfiguration(
  changes: StackConfig,
  { stack = "dev", enabledRegions, replicas }: Circumstances = {},
): Promise<Configuration> {
  const config = { ...smallStack, ...changes };
  const homeRegion = String(config["aws:region"]);
  const circumstances = {
    homeRegion,
    enabledRegions: enabledRegions ?? allRegions(homeRegion),
    ...(replicas && { replicas }),
  };
  await pulumi.runtime.setMocks(
    {
      call: ({ token, inputs }) => answer(token, inputs, circumstances),
      newResource: ({ name }) => assert.fail(`${name} was registered.`),
    },
    "onboarding",
    stack,
    false,
  );
  const entries = Object.entries(config).filter(([, value]) => value !== undefined);
  pulumi.runtime.setAllConfig(
    Object.fromEntries(
      entries.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
    ),
  );
  return configure("onboarding", stackArguments());
}
