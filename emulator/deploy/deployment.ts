/**
 * `pulumi up` for the embedded cloud: runs the unchanged program under Pulumi's mocks, where each registered resource
 * is made for real in ministack.
 *
 * A resource whose inputs are what they were in the last run stays as it is; one whose inputs changed is updated in
 * place, and a type that cannot do that is an error, as is an unknown type.
 */
import { isDeepStrictEqual } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import * as settings from "@pulumi/pulumi/runtime/settings.js";
import type { EmbeddedCloud } from "../aws/embedded-cloud.js";
import { invoke } from "./invokes.js";
import { type Inputs, type ResourceContext, resourceTypes } from "./resources.js";

const PROJECT = "onboarding";

/** Resolves when every registration of the program is done. Exported by Pulumi's runtime, but not in its types. */
const { waitForRPCs } = settings as unknown as { readonly waitForRPCs: () => Promise<void> };

export type StackConfig = Readonly<Record<string, unknown>>;
export type StackOutputs = Readonly<Record<string, unknown>>;

interface Deployed {
  readonly inputs: Inputs;
  readonly id: string;
  readonly state: Inputs;
}

let runs = 0;

/** One stack of the program in the embedded cloud. */
export class Deployment {
  private readonly deployed = new Map<string, Deployed>();
  /** The outputs of the last run. */
  outputs: StackOutputs = {};

  constructor(
    private readonly cloud: EmbeddedCloud,
    readonly stack = "dev",
  ) {}

  /** How many resources the stack has. */
  get size(): number {
    return this.deployed.size;
  }

  /**
   * Deploys the program, or brings it to a new configuration.
   * @param config values by their names in Pulumi.yaml (without the project), and `aws:region`
   * @throws AggregateError with everything that failed
   */
  async up(config: StackConfig): Promise<StackOutputs> {
    const failures: Error[] = [];
    pulumi.runtime.setMocks(this.mocks(failures), PROJECT, this.stack, false);
    const entries = Object.entries(config).map(([name, value]) => [
      name.includes(":") ? name : `${PROJECT}:${name}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
    pulumi.runtime.setAllConfig(Object.fromEntries(entries));
    const program = (await import(`../../index.js?run=${++runs}`)) as Record<string, unknown>;
    await waitForRPCs();
    if (failures.length > 0) {
      const sentences = failures.map((failure) => failure.message).join("\n");
      throw new AggregateError(failures, `The deployment to the embedded cloud failed:\n${sentences}`);
    }
    this.outputs = await resolved({ ...program });
    return this.outputs;
  }

  private mocks(failures: Error[]): pulumi.runtime.Mocks {
    const context: ResourceContext = { cloud: this.cloud };
    return {
      call: ({ token, inputs }) => invoke(token, inputs),
      newResource: async (args) => {
        if (args.custom === false) return { id: "", state: args.inputs };
        const key = `${args.type}::${args.name}`;
        try {
          const { id, state } = await this.apply(key, args.type, args.inputs, context);
          return { id, state: { ...state } };
        } catch (cause) {
          const failure = new Error(`${key}: ${(cause as Error).message}`, { cause });
          failures.push(failure);
          throw failure;
        }
      },
    };
  }

  private async apply(key: string, type: string, given: Inputs, context: ResourceContext): Promise<Deployed> {
    const resourceType = resourceTypes[type];
    if (!resourceType)
      throw new Error("the embedded cloud does not know this resource type (emulator/deploy/resources.ts)");
    const inputs = (await plain(given)) as Inputs;
    const existing = this.deployed.get(key);
    if (existing && isDeepStrictEqual(existing.inputs, inputs)) return existing;
    if (existing && !resourceType.update) {
      throw new Error("its inputs changed, and the embedded cloud cannot update this resource type");
    }
    const result = existing
      ? await resourceType.update?.(inputs, existing, context)
      : await resourceType.create(inputs, context);
    const deployed = { inputs, id: result?.id ?? "", state: { ...inputs, ...result?.state } };
    this.deployed.set(key, deployed);
    return deployed;
  }
}

/** The values of a program's exports. */
function resolved(exports: Record<string, unknown>): Promise<StackOutputs> {
  return new Promise((resolve) => {
    pulumi.all(exports).apply((values) => resolve(values as StackOutputs));
  });
}

/** Inputs without Pulumi's wrappers: archives as file name -> text, secrets as their values. */
async function plain(value: unknown): Promise<unknown> {
  if (value instanceof pulumi.asset.AssetArchive) return plain(await value.assets);
  if (value instanceof pulumi.asset.StringAsset) return await value.text;
  if (Array.isArray(value)) return Promise.all(value.map(plain));
  if (typeof value !== "object" || value === null) return value;
  const secret = value as { readonly value?: unknown; readonly [key: string]: unknown };
  if (pulumi.runtime.isRpcSecret(value)) return plain(pulumi.runtime.unwrapRpcSecret(value));
  const entries = Object.entries(secret).map(async ([name, entry]) => [name, await plain(entry)] as const);
  return Object.fromEntries(await Promise.all(entries));
}
