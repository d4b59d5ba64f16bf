/**
 * `pulumi up` for the embedded cloud: runs the unchanged program under Pulumi's mocks, where each registered resource
 * is made for real in ministack.
 *
 * A resource with the same inputs as in the last run stays as it is; one with other inputs is changed in place. A type that
 * cannot be changed is an error, and so is an unknown type.
 */
import { isDeepStrictEqual } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import * as settings from "@pulumi/pulumi/runtime/settings.js";
import type { EmbeddedCloud } from "../embedded-cloud.js";
import { invoke } from "./invokes.js";
import { resourceTypes } from "./resources/index.js";
import type { Inputs, Resource } from "./resources/resource-type.js";
import type { StackConfig } from "./stack-config.js";

const PROJECT = "onboarding";

/** Resolves when every registration of the program is done. Exported by Pulumi's runtime, but missing from its types. */
const { waitForRPCs } = settings as unknown as { readonly waitForRPCs: () => Promise<void> };

/** What index.ts exports, as far as the emulator and the tests need it. */
export interface StackOutputs {
  readonly onboardingUrl: string;
  readonly tableName: string;
  /** By region. */
  readonly topicArns: Readonly<Record<string, readonly string[]>>;
  readonly templateUrl: string;
  readonly clientPolicyArn: string;
}

interface Deployed extends Resource {
  readonly inputs: Inputs;
}

let runs = 0;

/** The stack `dev` of the program in the embedded cloud. */
export class Deployment {
  readonly stack = "dev";
  private readonly deployed = new Map<string, Deployed>();
  private lastOutputs: StackOutputs | undefined;

  constructor(private readonly cloud: EmbeddedCloud) {}

  /** How many resources the stack has. */
  get size(): number {
    return this.deployed.size;
  }

  /** The outputs of the last run. @throws Error where nothing was deployed yet */
  get outputs(): StackOutputs {
    if (!this.lastOutputs) throw new Error(`The stack ${this.stack} is not deployed.`);
    return this.lastOutputs;
  }

  /**
   * Deploys the program, or brings it to a new configuration.
   * @throws AggregateError with everything that failed
   */
  async up(config: StackConfig): Promise<StackOutputs> {
    const failures: Error[] = [];
    pulumi.runtime.setMocks(this.mocks(failures, String(config["aws:region"])), PROJECT, this.stack, false);
    const entries = Object.entries(config).map(([name, value]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
    pulumi.runtime.setAllConfig(Object.fromEntries(entries));
    // Pulumi takes a stack trace for every promise; source maps would make each of them slow, and the whole program twice as slow.
    const { sourceMapsEnabled } = process;
    process.setSourceMapsEnabled(false);
    // A component that refuses its arguments while it initializes rejects a promise that nobody awaits: Pulumi's own program listens, too.
    let refuse: (error: Error) => void = () => {};
    const refused = new Promise<never>((_resolve, reject) => (refuse = reject));
    refused.catch(() => {});
    process.on("unhandledRejection", refuse);
    try {
      const program: Record<string, unknown> = await import(`../../index.js?run=${++runs}`);
      await waitForRPCs();
      if (failures.length > 0) {
        const sentences = failures.map((failure) => failure.message).join("\n");
        throw new AggregateError(failures, `The deployment to the embedded cloud failed:\n${sentences}`);
      }
      const outputs = await Promise.race([resolved({ ...program }), refused]);
      this.lastOutputs = outputs as unknown as StackOutputs;
      return this.lastOutputs;
    } finally {
      process.off("unhandledRejection", refuse);
      process.setSourceMapsEnabled(sourceMapsEnabled);
    }
  }

  private mocks(failures: Error[], homeRegion: string): pulumi.runtime.Mocks {
    return {
      call: ({ token, inputs }) => invoke(token, inputs, homeRegion),
      newResource: async ({ custom, type, name, inputs }) => {
        if (custom === false) return { id: "", state: inputs };
        try {
          const deployed = await this.apply(type, name, (await unwrapped(inputs)) as Inputs);
          return { id: deployed.id, state: { ...deployed.inputs, ...deployed.state } };
        } catch (cause) {
          const failure = new Error(`${type}::${name}: ${(cause as Error).message}`, { cause });
          failures.push(failure);
          throw failure;
        }
      },
    };
  }

  private async apply(type: string, name: string, inputs: Inputs): Promise<Deployed> {
    const resourceType = resourceTypes[type];
    if (!resourceType) {
      throw new Error("the embedded cloud does not know this resource type (emulator/deploy/resources/)");
    }
    const key = `${type}::${name}`;
    const existing = this.deployed.get(key);
    if (existing && isDeepStrictEqual(existing.inputs, inputs)) return existing;
    if (existing && !resourceType.update) {
      throw new Error("its inputs changed, and the embedded cloud cannot change this resource type");
    }
    const resource =
      existing && resourceType.update
        ? await resourceType.update(inputs, this.cloud, existing)
        : await resourceType.create(inputs, this.cloud);
    const deployed = { ...resource, inputs };
    this.deployed.set(key, deployed);
    return deployed;
  }
}

/** The values of a program's exports. */
function resolved(exports: Record<string, unknown>): Promise<Record<string, unknown>> {
  return new Promise((resolve) => {
    pulumi.all(exports).apply((values) => resolve(values as Record<string, unknown>));
  });
}

/** Inputs without Pulumi's wrappers: archives as texts by file name, secrets as their values. */
async function unwrapped(value: unknown): Promise<unknown> {
  if (value instanceof pulumi.asset.AssetArchive) return unwrapped(await value.assets);
  if (value instanceof pulumi.asset.StringAsset) return await value.text;
  if (Array.isArray(value)) return Promise.all(value.map(unwrapped));
  if (typeof value !== "object" || value === null) return value;
  if (pulumi.runtime.isRpcSecret(value)) return unwrapped(pulumi.runtime.unwrapRpcSecret(value));
  const entries = Object.entries(value).map(async ([name, entry]) => [name, await unwrapped(entry)] as const);
  return Object.fromEntries(await Promise.all(entries));
}
