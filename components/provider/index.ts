/** The component as a plugin: it makes it usable in Python, Go, .NET, Java and YAML. */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { main } from "@pulumi/pulumi/provider/index.js";
import type { ConstructResult, Provider } from "@pulumi/pulumi/provider/provider.js";
import type { CrossAccountOnboardingArgs } from "../config/arguments.js";
import { ConfigurationError } from "../config/check.js";
import { prepare } from "../config/configuration.js";
import { CrossAccountOnboarding } from "../cross-account-onboarding.js";

/** Part of the URN of everything that was ever deployed: never change it. */
const TYPE = "onboarding:index:CrossAccountOnboarding";

/** Answers the engine. Its schema is made by `npm run config-docs`. */
class OnboardingProvider implements Provider {
  readonly schema = readFileSync(new URL("./schema.json", import.meta.url), "utf8");
  readonly version: string;
  private readonly outputs: readonly (keyof CrossAccountOnboarding)[];

  constructor() {
    const { version, resources } = JSON.parse(this.schema);
    this.version = version;
    this.outputs = resources[TYPE].required;
  }

  /** @throws pulumi.InputPropertiesError that says which argument is not valid, why, and what would be; nothing is registered then */
  async construct(
    name: string,
    type: string,
    inputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
  ): Promise<ConstructResult> {
    if (type !== TYPE) throw new Error(`There is no resource ${type} in this package: use ${TYPE}.`);
    const args = inputs as CrossAccountOnboardingArgs;
    try {
      await prepare(name, args, invokeOptions(options));
    } catch (error) {
      throw error instanceof ConfigurationError ? refusal(name, error) : error;
    }
    const component = new CrossAccountOnboarding(name, args, options);
    const state = Object.fromEntries(this.outputs.map((output) => [output, component[output]]));
    return { urn: component.urn, state };
  }
}

/** With the AWS provider that the component was given, if any. */
function invokeOptions({ providers }: pulumi.ComponentResourceOptions): pulumi.InvokeOptions {
  const provider = (providers as Record<string, pulumi.ProviderResource> | undefined)?.aws;
  return provider ? { provider } : {};
}

function refusal(name: string, { property, reason }: ConfigurationError): pulumi.InputPropertiesError {
  return new pulumi.InputPropertiesError({
    message: `${name} has an invalid argument`,
    errors: [{ propertyPath: property, reason }],
  });
}

/** Serves the engine that started this process, until it ends it. @param args those that the engine gave the process */
export function serve(args: readonly string[] = process.argv.slice(2)): Promise<void> {
  return main(new OnboardingProvider(), [...args]);
}
