import type { EmbeddedCloud } from "../../aws/embedded-cloud.js";

/** A resource's inputs as the program registered them, without Pulumi's wrappers. */
// biome-ignore lint/suspicious/noExplicitAny: each type's inputs are described by @pulumi/aws, not here
export type Inputs = Readonly<Record<string, any>>;

export interface ResourceContext {
  readonly cloud: EmbeddedCloud;
}

export interface ResourceResult {
  readonly id: string;
  /** Outputs beside the inputs. */
  readonly state?: Inputs;
}

/** How one type of resource is made in the embedded cloud. */
export interface ResourceType {
  readonly create: (inputs: Inputs, context: ResourceContext) => Promise<ResourceResult>;
  /** Brings an existing resource to new inputs; a type without it can only be made. */
  readonly update?: (
    inputs: Inputs,
    existing: { readonly id: string; readonly inputs: Inputs; readonly state: Inputs },
    context: ResourceContext,
  ) => Promise<ResourceResult>;
}

/** IAM has no region; its clients still want one. */
export const IAM_REGION = "us-east-1";

/** Pulumi's tags as AWS's list of keys and values. */
export const tagList = (tags: Inputs | undefined) =>
  Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value: String(Value) }));
