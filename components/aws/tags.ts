import type * as pulumi from "@pulumi/pulumi";

/**
 * Adds the tags to every AWS resource below a component that takes tags: as one of the component's `transformations`, so that no
 * constructor repeats them. (They run in this process. The newer `transforms` go through the engine, for a plugin on another way.)
 *
 * The SDKs of the AWS providers hand over every input of a resource's type, set or not. A test compares what is tagged with
 * their declarations.
 */
export function withTags(tags: Record<string, string>): pulumi.ResourceTransformation {
  return ({ type, props, opts }) =>
    /^awsx?:/.test(type) && "tags" in props ? { props: { ...props, tags }, opts } : undefined;
}
