/** The arguments of the component, generated from schema.ts by npm run config-docs. */
import type * as pulumi from "@pulumi/pulumi";
import type { Auth, Confirmation, Domain, Grants, Jwt } from "./argument-types.js";

/** What a {@link CrossAccountOnboarding} can be told. All but `regions` can be left out. */
export interface CrossAccountOnboardingArgs {
  /**
   * What sets the physical names of one deployment apart from those of others in the same account: they begin with
   * `onboarding-<deployment>`. 1 to 16 lower-case letters, digits and hyphens, beginning with a letter. Never change it.
   *
   * @default the name of the stack
   * @example "prod"
   */
  deployment?: string;
  /**
   * The region of the URL generator, the template and the table that the other regions replicate. It decides the partition:
   * `aws`, `aws-us-gov` or `aws-cn`. Never change it.
   *
   * @default the region of the AWS provider
   * @example "us-east-1"
   */
  homeRegion?: string;
  /**
   * The regions that customers can choose from. All must be in the home region's partition and enabled in
   * your account. Keep a region that customers have used, here or in `retiredRegions`: without it they can
   * neither update nor delete their stacks.
   *
   * @example ["us-east-1","eu-west-1"]
   */
  regions: string[];
  /**
   * Regions for which no more links are made. Customers' stacks in them still work. Move a region on to
   * `releasedRegions` only once `onboarding regions` says that no stack needs it.
   *
   * @default []
   * @example ["eu-west-2"]
   */
  retiredRegions?: string[];
  /**
   * Retired regions that no customer's stack needs any more. `pulumi up` lifts the protection of everything
   * in them, and they still receive. Once it has run, take the region out of the list, and the next `pulumi
   * up` removes it.
   *
   * @default []
   * @example ["eu-west-2"]
   */
  releasedRegions?: string[];
  /**
   * How many SNS topics each region has; one serves 99 connections. You can raise the number at any time, but
   * never lower it, because a customer's stack is tied to its topic. Unit: topics.
   *
   * @default 1
   * @example 2
   */
  topicsPerRegion?: number;
  /**
   * How many SNS topics particular regions have, if `topicsPerRegion` does not suit them. The same rules
   * apply. Unit: topics.
   *
   * @default {}
   * @example {"eu-west-1":3}
   */
  topicsByRegion?: Record<string, number>;
  /**
   * How callers of the API are authenticated. `jwt`: by a token from your identity provider, which names the
   * tenant (see `jwt`). `iam`: by a request signed with AWS credentials that may invoke the API, such as your
   * back end's; there is no page then. `none`: not at all, so that anybody can make links. Use `none` for
   * trials only; `pulumi up` warns about it.
   *
   * @default "iam"
   * @example "jwt"
   */
  auth?: Auth;
  /**
   * Which tokens the API accepts: required with `auth: jwt`, and not allowed otherwise. `issuer`: the `iss`
   * of your tokens, an https address from which their signing keys are found. `audience`: a list; every token
   * must have one of its values as `aud` or `client_id`. `tenantClaim`: the claim that names the tenant, such
   * as `org_id`; a text. Tokens need `iat` and `exp`, and are refused once they are older than a day.
   *
   * @default {}
   * @example {"issuer":"https://login.example.com/","audience":["onboarding"],"tenantClaim":"org_id"}
   */
  jwt?: Jwt;
  /**
   * A domain name of yours at which the API and the page are, beside the one that AWS gives them. `name`: the
   * domain name. `certificateArn`: a certificate for it in AWS Certificate Manager, in the home region. Your
   * DNS has to lead there; docs/deploying.md says how.
   *
   * @default {}
   * @example {"name":"connect.example.com","certificateArn":"arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"}
   */
  domain?: Domain;
  /**
   * The origins of your own websites, if their pages call the API. The program's page does not have to be
   * listed. Not allowed with `auth: iam`.
   *
   * @default []
   * @example ["https://app.example.com"]
   */
  corsOrigins?: string[];
  /**
   * With `code`, a connection can be used only after its tenant has entered the code that the customer's
   * stack shows, so that nobody can trick a customer into connecting to the wrong tenant. Use it wherever
   * anybody can sign up.
   *
   * @default "none"
   * @example "code"
   */
  confirmation?: Confirmation;
  /**
   * How long customers have to create the stack, counted from the moment the link is made. Unit: hours.
   *
   * @default 24
   * @example 72
   */
  linkLifetimeHours?: number;
  /**
   * How many links without a connection there may be for one AWS account in a region, for each tenant. Each
   * of them takes up space in a topic's policy: until a day after it expired or was cancelled, and as long as
   * a stack that failed is there, for 30 days at most. Unit: links.
   *
   * @default 5
   * @example 2
   */
  pendingLinksPerAccount?: number;
  /**
   * How many such links one tenant may have in a region, for all accounts together. Callers without a tenant
   * are not counted. Unit: links.
   *
   * @default 20
   * @example 50
   */
  pendingLinksPerTenant?: number;
  /**
   * How many connections one AWS account may have in a region, for each tenant, with the links that can still
   * become one. Unit: connections.
   *
   * @default 5
   * @example 10
   */
  connectionsPerAccount?: number;
  /**
   * Your company's name, in ASCII characters: it tells customers who gets access, before they create the
   * stack. Existing connections keep the name they were made with.
   *
   * @default "onboarding"
   * @example "Example Corp"
   */
  vendorName?: string;
  /**
   * The path of an SVG or PNG file of at most 32 KB, inside the project's folder. Without one, the page shows
   * the initial of your name.
   *
   * @default ""
   * @example "assets/logo.svg"
   */
  logo?: string;
  /**
   * The color of buttons, links and the selected step, as `#` and six hexadecimal digits. Buttons have it as
   * it is, with black or white text; where nobody could read it as a text, the page uses a darker or a
   * lighter one.
   *
   * @default ""
   * @example "#7b2d8e"
   */
  brandColor?: string;
  /**
   * The languages that the page has, as tags such as `de` or `pt-BR`. A visitor gets the one that their
   * browser asks for, and the first one if it asks for none of them. A language that this program has no
   * texts in needs all of them in `texts`.
   *
   * @default ["en","de","fr","es","ja","pt"]
   * @example ["de","en"]
   */
  languages?: string[];
  /**
   * Texts to use instead of the page's own, by language and name. docs/page.md says where the names are.
   * `{vendorName}` and other names in braces stand for values.
   *
   * @default {}
   * @example {"en":{"startTitle":"Connect AWS to Example Corp"}}
   */
  texts?: Record<string, Record<string, string>>;
  /**
   * Where the page sends visitors to sign in, and from where your application sends them back with a token;
   * docs/page.md describes how. Only with `auth: jwt`, which has no page without it.
   *
   * @default ""
   * @example "https://app.example.com/connect"
   */
  loginUrl?: string;
  /**
   * What the role in a customer's account allows you to do. `actions`: IAM actions, on all resources;
   * patterns are fine, except for all actions of a service. `managedPolicies`: names of AWS managed policies.
   * `statements`: `actions` on `resources` only, with a `condition` if you need one; `wholeServices: true`
   * lets them name all actions of a service. `tiers`: named choices, of which each link asks for one; a tier
   * adds its own `actions`, `managedPolicies` and `statements` to those that every role has. Links that name
   * none ask for the first. The value replaces the default as a whole.
   *
   * @default {"actions":["ec2:Describe*"],"managedPolicies":[],"statements":[],"tiers":[]}
   * @example {"actions":["ec2:Describe*","s3:ListAllMyBuckets"],"managedPolicies":["SecurityAudit"]}
   */
  grants?: Grants;
  /**
   * The roles and users in your account that may assume customers' roles, as ARN patterns; this program's own
   * functions always may. If the list is empty, everyone in your account may whose IAM policies allow it.
   * Roles that customers have already created keep the list they were created with.
   *
   * @default []
   * @example ["arn:aws:iam::111122223333:role/backend-*"]
   */
  trustedPrincipals?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Whether a customer can connect all accounts of its AWS organization with one stack. Such a stack can be
   * created in those of your regions that are on by default in every account, and not in China, where
   * StackSets cannot be deployed to an organization. Before you switch it off, have the connected
   * organizations ended: their accounts are no longer followed then.
   *
   * @default true
   * @example false
   */
  organizations?: boolean;
  /**
   * How many accounts of one organization are connected; further ones are not. Unit: accounts of an
   * organization.
   *
   * @default 10000
   * @example 500
   */
  maxMembers?: number;
  /**
   * After how many minutes the accounts of an organization are listed again. A new account is connected, and
   * one that left is ended, only after that, unless somebody asks for it. Unit: minutes.
   *
   * @default 60
   * @example 240
   */
  listingMinutes?: number;
  /**
   * Tags for every resource that supports them, 9 at most.
   *
   * @default {}
   * @example {"cost-center":"4711"}
   */
  tags?: Record<string, string>;
  /**
   * The ARN of a managed policy: the permissions boundary of all roles that the program creates in your
   * account.
   *
   * @default ""
   * @example "arn:aws:iam::111122223333:policy/boundary"
   */
  permissionsBoundary?: pulumi.Input<string>;
  /**
   * The IAM path of all roles that the program creates in your account.
   *
   * @default "/"
   * @example "/vendor/onboarding/"
   */
  rolePath?: string;
  /**
   * Whether the topics and the table, with all its replicas, are protected against deletion. Customers'
   * stacks depend on them, so switch it off for trials only.
   *
   * @default true
   * @example false
   */
  protect?: boolean;
  /**
   * How long CloudWatch Logs keeps the logs of the functions and the API. Unit: days.
   *
   * @default 90
   * @example 365
   */
  logRetentionDays?: number;
  /**
   * How long each event in the history of a connection is kept. Unit: days.
   *
   * @default 400
   * @example 730
   */
  historyDays?: number;
  /**
   * For how many days a role has to be out of reach until its connection is ended, as that of an account that
   * was closed: 90 days after an account is closed AWS removes it for good. An event warns 14 days before. 0
   * ends none. Unit: days.
   *
   * @default 120
   * @example 0
   */
  endUnreachableAfterDays?: number;
  /**
   * How many requests the receiver of each region may handle at a time. So many executions of your account's
   * quota are kept for it, and it can use no more, so that a flood of messages takes nothing from your other
   * functions. A connection needs one for up to a minute. 0 reserves nothing: Lambda keeps 100 executions of
   * a region's quota unreserved, so that accounts that still have a new account's quota of 10 can reserve
   * none, and `pulumi up` would fail there. Unit: executions in each region.
   *
   * @default 0
   * @example 50
   */
  receiverReservedConcurrency?: number;
  /**
   * Whether the program creates a trail for all regions, with log file validation, in the home region. It
   * records each use of a customer's role and each change to a topic's policy. Leave it off if your
   * organization has a trail already.
   *
   * @default false
   * @example true
   */
  auditTrail?: boolean;
  /**
   * The address that alarms are sent to. SNS first asks it to confirm the subscription. Not together with
   * `alarmTopicArn`.
   *
   * @default ""
   * @example "operators@example.com"
   */
  alarmEmail?: string;
  /**
   * The ARN of a topic in the home region that alarms are sent to, instead of one that the program creates.
   * Its policy must allow `events.amazonaws.com` to publish. In GovCloud and China it hears of the home
   * region's alarms only. Not together with `alarmEmail`.
   *
   * @default ""
   * @example "arn:aws:sns:us-east-1:111122223333:alarms"
   */
  alarmTopicArn?: pulumi.Input<string>;
}
