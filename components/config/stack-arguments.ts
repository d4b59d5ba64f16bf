import * as pulumi from "@pulumi/pulumi";
import type { CrossAccountOnboardingArgs } from "./arguments.js";
import { ConfigurationError } from "./check.js";
import { describedValues } from "./described-values.js";
import { unknownProblem } from "./schema.js";
import { ofStackConfiguration, PROJECT, stackConfiguration } from "./source.js";

/**
 * The stack's configuration as arguments of the component, which checks them; with the home region, which is the AWS provider's, and
 * the deployment, which is the stack.
 *
 * @throws pulumi.RunError if there is no home region, or an unknown key
 */
export function stackArguments(): CrossAccountOnboardingArgs {
  const homeRegion = new pulumi.Config("aws").get("region");
  const prefix = `${PROJECT}:`;
  const types = new Map(describedValues().map(({ key, type }) => [key, type]));
  const values: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(pulumi.runtime.allConfig())) {
    if (!name.startsWith(prefix)) continue;
    const key = name.slice(prefix.length);
    if (!types.has(key)) {
      throw new pulumi.RunError(`${name} ${unknownProblem(key, stackConfiguration)}`);
    }
    values[key] = types.get(key) === "string" ? text : parsed(text);
  }
  if (homeRegion === undefined) {
    throw new ConfigurationError(
      "homeRegion",
      "is missing: set the home region, for example: pulumi config set aws:region us-east-1.",
      stackConfiguration,
    );
  }
  const args = { ...values, homeRegion, deployment: pulumi.getStack() };
  // Of whatever types the stack's values are: the component checks them as it checks those of a program without types.
  return ofStackConfiguration(args as unknown as CrossAccountOnboardingArgs);
}

/** Everything but strings arrives as JSON. What is not JSON is left for the schema to refuse. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
