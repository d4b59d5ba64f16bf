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

/** A domain name of yours for the API and the page. */
export interface Domain {
  /**
   * The domain name, which the certificate is for.
   *
   * @example "connect.example.com"
   */
  name: string;
  /**
   * The ARN of a certificate of AWS Certificate Manager in the home region.
   *
   * @example "arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"
   */
  certificateArn: pulumi.Input<string>;
}

/** Actions on some resources only, or under a condition. */
export interface GrantedStatement {
  /**
   * IAM actions, patterns among them.
   *
   * @example ["s3:GetObject"]
   */
  actions: string[];
  /**
   * ARNs or patterns. `${AWS::Partition}`, `${AWS::Region}` and `${AWS::AccountId}` stand for the customer's.
   *
   * @example ["arn:${AWS::Partition}:s3:::billing-*"]
   */
  resources: string[];
  /**
   * IAM's condition block: operator, key, values.
   *
   * @default none
   * @example { "StringEquals": { "aws:ResourceTag/team": ["data"] } }
   */
  condition?: Record<string, Record<string, string[]>>;
  /**
   * Whether the actions may be all of a service, such as `s3:*`.
   *
   * @default false
   * @example true
   */
  wholeServices?: boolean;
}

/** What a role allows. */
export interface TierGrants {
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
  /**
   * Actions on some resources only, or under a condition.
   *
   * @default []
   * @example [{ "actions": ["s3:GetObject"], "resources": ["arn:${AWS::Partition}:s3:::billing-*"] }]
   */
  statements?: GrantedStatement[];
}

/** A named choice: what it allows besides what every role does. */
export interface Tier extends TierGrants {
  /**
   * 1 to 32 lower-case letters, digits and hyphens.
   *
   * @example "manage"
   */
  name: string;
}

/** What the role in a customer's account lets you do. */
export interface Grants extends TierGrants {
  /**
   * Named choices, of which each link asks for one. The first is that of links which name none.
   *
   * @default []
   * @example [{ "name": "read" }, { "name": "manage", "actions": ["ec2:StartInstances", "ec2:StopInstances"] }]
   */
  tiers?: Tier[];
}
