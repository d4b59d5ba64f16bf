import type { EmbeddedCloud } from "../../embedded-cloud.js";

/** A resource's inputs as the program registered them, without Pulumi's wrappers. */
// biome-ignore lint/suspicious/noExplicitAny: each type's inputs are described by @pulumi/aws, not here
export type Inputs = Readonly<Record<string, any>>;

export interface Resource {
  readonly id: string;
  /** Outputs besides the inputs. */
  readonly state?: Inputs;
}

/** How one type of resource is made in the embedded cloud. */
export interface ResourceType {
  readonly create: (inputs: Inputs, cloud: EmbeddedCloud) => Promise<Resource>;
  /** Changes an existing resource in place; a type without it cannot be changed. */
  readonly update?: (inputs: Inputs, cloud: EmbeddedCloud, existing: Resource) => Promise<Resource>;
}

/** The types of one of AWS's services, by Pulumi's type token. */
export type ResourceTypes = Readonly<Record<string, ResourceType>>;

/** A type whose one call both creates a resource and changes it. */
export function put(call: ResourceType["create"]): ResourceType {
  return { create: call, update: call };
}

/** Pulumi's tags as a list of keys and values. */
export function tagList(tags: Inputs | undefined) {
  return Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value: String(Value) }));
}
