import type * as pulumi from "@pulumi/pulumi";

/**
 * The component that resources belong to. What is made of a few resources in several places is a class over this, and no component of its own: each
 * would be one more registration in every region, and say nothing that the names do not.
 */
export interface Parent {
  readonly parent: pulumi.ComponentResource;
}
