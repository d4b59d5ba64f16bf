import { createHash } from "node:crypto";
import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketObjectv2 } from "@pulumi/aws/s3/bucketObjectv2.js";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls.js";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js";
import * as pulumi from "@pulumi/pulumi";
import { partitionOf } from "../functions/aws/partitions.js";
import { healthNameOf, receiverNameOf } from "../functions/domain/names.js";
import source from "../templates/cross-account-role.json" with { type: "json" };
import type { Configuration } from "./config/configuration.js";
import { bucketArn, roleArn } from "./iam/arn.js";
import { policyDocument } from "./iam/policy-document.js";
import { topicArnsIn } from "./topics.js";

/** What a {@link RoleTemplate} is made of. */
export interface RoleTemplateArgs {
  configuration: Configuration;
}

/** The template that customers run, where CloudFormation can read it from any account and any region. */
export class RoleTemplate extends pulumi.ComponentResource {
  /** The template's address; known only when it can be read there. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, { configuration }: RoleTemplateArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:RoleTemplate", name, {}, options);

    const bucket = createBucket(this, name, configuration);
    const versioning = keepVersions(this, name, configuration, bucket);
    const ownership = ignoreAccessLists(this, name, configuration, bucket);
    const publicAccess = allowPublicPolicy(this, name, configuration, bucket);
    const policy = letAnyoneReadTemplates(this, name, configuration, bucket, publicAccess);
    const template = uploadTemplate(this, name, configuration, bucket, [versioning, ownership, policy]);

    this.url = templateUrl(configuration, bucket, template);
    this.registerOutputs({ url: this.url });
  }
}

/** The only keys that the public may read. */
const PUBLIC_PREFIX = "templates/";

function createBucket(parent: RoleTemplate, name: string, configuration: Configuration): Bucket {
  return new Bucket(
    `${name}-bucket`,
    {
      region: configuration.homeRegion,
      bucket: `${configuration.prefix}-${configuration.accountId}-${configuration.homeRegion}`,
      // Old templates are kept when the program replaces them, so that only a trial's bucket can go with its stack.
      forceDestroy: !configuration.protect,
      tags: configuration.tags,
    },
    { parent },
  );
}

function keepVersions(
  parent: RoleTemplate,
  name: string,
  configuration: Configuration,
  bucket: Bucket,
): BucketVersioning {
  return new BucketVersioning(
    `${name}-versioning`,
    {
      region: configuration.homeRegion,
      bucket: bucket.bucket,
      versioningConfiguration: { status: "Enabled" },
    },
    { parent },
  );
}

function ignoreAccessLists(
  parent: RoleTemplate,
  name: string,
  configuration: Configuration,
  bucket: Bucket,
): BucketOwnershipControls {
  return new BucketOwnershipControls(
    `${name}-ownership`,
    {
      region: configuration.homeRegion,
      bucket: bucket.bucket,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    },
    { parent },
  );
}

/** S3 blocks everything public on a new bucket. Only the policy is let through, access lists stay blocked. */
function allowPublicPolicy(
  parent: RoleTemplate,
  name: string,
  configuration: Configuration,
  bucket: Bucket,
): BucketPublicAccessBlock {
  return new BucketPublicAccessBlock(
    `${name}-public-access`,
    {
      region: configuration.homeRegion,
      bucket: bucket.bucket,
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: false,
      restrictPublicBuckets: false,
    },
    { parent },
  );
}

/**
 * A customer's CloudFormation reads with the customer's own rights, and nobody knows beforehand which account that is.
 * The template holds nothing secret: external IDs are in the links.
 */
function letAnyoneReadTemplates(
  parent: RoleTemplate,
  name: string,
  configuration: Configuration,
  bucket: Bucket,
  publicAccess: BucketPublicAccessBlock,
): BucketPolicy {
  const templates = bucket.bucket.apply((bucketName) =>
    bucketArn(configuration.homeRegion, `${bucketName}/${PUBLIC_PREFIX}*`),
  );
  return new BucketPolicy(
    `${name}-policy`,
    {
      region: configuration.homeRegion,
      bucket: bucket.bucket,
      policy: policyDocument([
        {
          Sid: "PublicTemplates",
          Effect: "Allow",
          Principal: "*",
          Action: ["s3:GetObject"],
          Resource: [templates],
        },
        {
          Sid: "EncryptedOnly",
          Effect: "Deny",
          Principal: "*",
          Action: ["s3:GetObject"],
          Resource: [templates],
          Condition: { Bool: { "aws:SecureTransport": ["false"] } },
        },
      ]),
    },
    // S3 refuses a public policy as long as the block is on.
    { parent, dependsOn: [publicAccess] },
  );
}

function uploadTemplate(
  parent: RoleTemplate,
  name: string,
  configuration: Configuration,
  bucket: Bucket,
  dependsOn: pulumi.Resource[],
): BucketObjectv2 {
  const { key, body } = renderTemplate(configuration);
  return new BucketObjectv2(
    `${name}-template`,
    {
      region: configuration.homeRegion,
      bucket: bucket.bucket,
      key,
      content: body,
      contentType: "application/json",
      tags: configuration.tags,
    },
    // Another template has another key and replaces this resource; links already sent lead to this one.
    { parent, dependsOn, retainOnDelete: true },
  );
}

/** Virtual-host and regional: the quick-create page reads from no other form of address in every region. */
function templateUrl(
  configuration: Configuration,
  bucket: Bucket,
  template: BucketObjectv2,
): pulumi.Output<string> {
  const { dnsSuffix } = partitionOf(configuration.homeRegion);
  return pulumi.interpolate`https://${bucket.bucket}.s3.${configuration.homeRegion}.${dnsSuffix}/${template.key}`;
}

/** A template made ready for one vendor. */
export interface RenderedTemplate {
  /** The template's key in the bucket, made of its content. */
  key: string;
  /** The template, JSON. */
  body: string;
  /** What the custom resource reports as TemplateVersion: the same for the same template, another for another. */
  version: string;
}

/**
 * The source template with the vendor's account, topics, regions and permissions in it. Whoever opens a link can
 * overwrite each parameter, and anybody can make a link to this template: what is allowed is therefore part of it.
 */
export function renderTemplate(configuration: Configuration): RenderedTemplate {
  const version = hash(JSON.stringify(templateOf(configuration, "")), 12);
  const body = written(templateOf(configuration, version));
  return { key: `${PUBLIC_PREFIX}${hash(body, 32)}.json`, body, version };
}

/** CloudFormation takes as much of a template that is handed over as text; one in S3 may have 1 MB. */
const MAX_INLINE_BYTES = 51_200;

/** For people to read, as long as it can still be pasted into a request. */
function written(template: unknown): string {
  const readable = `${JSON.stringify(template, null, 2)}\n`;
  return readable.length <= MAX_INLINE_BYTES ? readable : `${JSON.stringify(template)}\n`;
}

function hash(text: string, length: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, length);
}

function templateOf(configuration: Configuration, version: string) {
  const { Parameters, Resources, Outputs } = source;
  return {
    ...source,
    Parameters: {
      ...Parameters,
      TrustedAccount: { ...Parameters.TrustedAccount, AllowedValues: [configuration.accountId] },
      SnsArn: { ...Parameters.SnsArn, AllowedPattern: topicPattern(configuration) },
    },
    Rules: rulesOf(configuration),
    Resources: {
      Role: {
        ...Resources.Role,
        Properties: {
          ...Resources.Role.Properties,
          Path: configuration.customerRolePath,
          AssumeRolePolicyDocument: trustPolicyOf(configuration),
          ...grantsOf(configuration),
        },
      },
      Connection: {
        ...Resources.Connection,
        Properties: { ...Resources.Connection.Properties, TemplateVersion: version },
      },
    },
    Outputs: {
      ...Outputs,
      ...(configuration.confirmation === "code" && { ConfirmationCode: confirmationOutput }),
    },
  };
}

/** For the customer to read and to enter where the link was opened; whoever else made the link cannot see it. */
const confirmationOutput = {
  Description:
    "Enter this code where you opened the link. If you did not ask for the link yourself, give the code to nobody and delete this stack.",
  Value: { "Fn::GetAtt": ["Connection", "ConfirmationCode"] },
};

/** Any topic of this stack: a pattern, because CloudFormation checks it again when a stack moves to a later template. */
function topicPattern({ homeRegion, accountId, prefix }: Configuration): string {
  return `^arn:${partitionOf(homeRegion).partition}:sns:[a-z0-9-]+:${accountId}:${prefix}-[1-9][0-9]*$`;
}

/**
 * The source's trust policy: the vendor's account, together with the external ID. Where the vendor names its principals, a condition
 * narrows the account to them. They are not named as Principal: a role recreated under its old name would no longer be trusted.
 */
function trustPolicyOf(configuration: Configuration) {
  const policy = source.Resources.Role.Properties.AssumeRolePolicyDocument;
  if (configuration.trustedPrincipals.length === 0) return policy;
  const { homeRegion, accountId, rolePath, prefix } = configuration;
  // Receivers and health checks probe; in whichever region, for a region added later must not change the template.
  const probing = [receiverNameOf(prefix), healthNameOf(prefix)].map((name) =>
    roleArn(homeRegion, accountId, `${rolePath}${name}-*`),
  );
  const narrowed = { "aws:PrincipalArn": [...configuration.trustedPrincipals, ...probing] };
  return {
    ...policy,
    Statement: policy.Statement.map((statement) => ({
      ...statement,
      Condition: { ...statement.Condition, ArnLike: narrowed },
    })),
  };
}

function grantsOf({ grants: { actions, managedPolicies } }: Configuration) {
  const inline = {
    PolicyName: "permissions",
    PolicyDocument: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }],
    },
  };
  return {
    ...(actions.length > 0 && { Policies: [inline] }),
    ...(managedPolicies.length > 0 && {
      ManagedPolicyArns: managedPolicies.map((policy) => ({
        "Fn::Sub": `arn:\${AWS::Partition}:iam::aws:policy/${policy}`,
      })),
    }),
  };
}

/**
 * CloudFormation checks rules before it creates anything. A topic can be published to only from its own region, so a
 * stack in any other would otherwise make a role, wait for an answer that cannot come, and roll back an hour later.
 */
function rulesOf(configuration: Configuration) {
  // With the retired ones: CloudFormation checks rules again when a stack moves to a later template.
  const served = configuration.servedRegions;
  const regions = configuration.regions.join(", ");
  const offered = {
    Assertions: [
      {
        Assert: { "Fn::Contains": [served, { Ref: "AWS::Region" }] },
        AssertDescription: `Accounts cannot be connected in this region, only in: ${regions}. Open the link that you were given unchanged; it leads to the right region.`,
      },
    ],
  };
  return Object.fromEntries([
    ["OfferedRegion", offered],
    ...served.map((region) => [ruleName(region), linkRule(region, configuration)]),
  ]);
}

function linkRule(region: string, configuration: Configuration) {
  return {
    RuleCondition: { "Fn::Equals": [{ Ref: "AWS::Region" }, region] },
    Assertions: [
      {
        Assert: { "Fn::Contains": [topicArnsIn(region, configuration), { Ref: "SnsArn" }] },
        AssertDescription: `This link was made for another region than ${region}. Open it again unchanged, or ask for a link for ${region}.`,
      },
    ],
  };
}

/** The names of rules take letters and digits only: LinkForEuWest1. */
function ruleName(region: string): string {
  const words = region.split("-").map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  return `LinkFor${words.join("")}`;
}
