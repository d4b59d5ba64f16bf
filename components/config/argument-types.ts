/** Types of single arguments, in the forms that Pulumi's schema can express. */
import type * as pulumi from "@pulumi/pulumi";

/** How callers of the API are recognized. */
export const Auth = {
  /** By a token of your identity provider. */
  Jwt: "jwt",
  /** By a signed request of somebody who may invoke the API. */
  Iam: "iam",
  /** Not at all: for a trial. */
  None: "none",
} as const;

/** How callers of the API are recognized. */
export type Auth = (typeof Auth)[keyof typeof Auth];

/** Whether a connection must be confirmed before it can be used. */
export const Confirmation = {
  /** By a code that the customer's stack shows. */
  Code: "code",
  /** It need not be. */
  None: "none",
} as const;

/** Whether a connection must be confirmed before it can be used. */
export type Confirmation = (typeof Confirmation)[keyof typeof Confirmation];

/** Which tokens the API accepts, and which claim names the tenant. */
export interface Jwt {
  /**
   * The https address that your tokens have as `iss`. The issuer's keys are found there.
   *
   * @example "https://login.example.com/"
   */
  issuer: pulumi.Input<string>;
  /**
   * A token must have one of these as its `aud` or `client_id`.
   *
   * @example ["onboarding"]
   */
  audience: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * The claim that says which of your customers it is.
   *
   * @example "org_id"
   */
  tenantClaim: string;
}

/** What the role in a customer's account lets you do. */
export interface Grants {
  /**
   * IAM actions on all resources, patterns among them, but never all actions of a service.
   *
   * @default []
   * @example ["ec2:Describe*", "s3:ListAllMyBuckets"]
   */
  actions?: string[];
  /**
   * Names of AWS managed policies.
   *
   * @default []
   * @example ["SecurityAudit"]
   */
  managedPolicies?: string[];
}
