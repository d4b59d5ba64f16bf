import { TableItem } from "@pulumi/aws/dynamodb/tableItem.js";
import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketObjectv2 } from "@pulumi/aws/s3/bucketObjectv2.js";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls.js";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js";
import * as pulumi from "@pulumi/pulumi";
import { partitionOf } from "../functions/aws/partitions.js";
import { grantsOfTier, ONLY_TIER, tierNames } from "../functions/domain/grants.js";
import type { TemplatesByTier } from "../functions/domain/templates.js";
import { templateItem } from "../functions/url-generator/template-history.js";
import type { ConnectionTable } from "./connection-table.js";
import { policyDocument } from "./iam/policy-document.js";
import { publicTemplatesPolicy } from "./iam/resource-policies.js";
import { renderOrganizationTemplate } from "./template/render-organization-template.js";
import { renderTemplate, type TemplateValues } from "./template/render-template.js";
import { PUBLIC_PREFIX, type RenderedTemplate } from "./template/rendered-template.js";

/** What a {@link RoleTemplate} is made of. */
export interface RoleTemplateArgs extends Omit<TemplateValues, "tier" | "trustedPrincipals"> {
  /** The served regions in which an organization's stack can be; without any there is no template for organizations. */
  organizationRegions: string[];
  /** ARN patterns of who may use the customers' roles, besides this program's functions; empty for the vendor's whole account. */
  trustedPrincipals: pulumi.Input<string[]>;
  /** Where it is noted what each template grants. */
  table: ConnectionTable;
  /** Whether the bucket, and with it earlier templates, outlives the stack. */
  protect: boolean;
}

/** The templates that customers run, one for each tier, where CloudFormation can read them from any account and any region. */
export class RoleTemplate extends pulumi.ComponentResource {
  /** By tier; known only when they can be read there. */
  readonly templates: pulumi.Output<TemplatesByTier>;
  /** The address of the one of links that ask for no tier. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: RoleTemplateArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:RoleTemplate", name, {}, options);

    const parent = this;
    const region = args.homeRegion;
    const bucket = createBucket();
    const inBucket = { region, bucket: bucket.bucket };
    const versioning = keepVersions();
    const ownership = ignoreAccessLists();
    const publicAccess = allowPublicPolicy();
    const policy = letAnyoneReadTemplates();
    const tiers = tierNames(args.grants);
    const uploaded = tiers.map(uploadTemplates);

    this.templates = pulumi.all(uploaded).apply((all) => Object.fromEntries(all));
    this.url = this.templates.apply((templates) => templates[tiers[0]]?.url ?? "");
    this.registerOutputs({ url: this.url });

    /**
     * In the account's own namespace, where nobody else can ever create a bucket of this name: links and stacks keep its address longer
     * than a trial lasts, and whoever had the name then could give customers another template
     * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html).
     */
    function createBucket() {
      return new Bucket(
        `${name}-bucket`,
        {
          region,
          bucket: `${args.prefix}-${args.accountId}-${region}-an`,
          bucketNamespace: "account-regional",
          // Old templates are kept when the program replaces them, so that only a trial's bucket can go with its stack.
          forceDestroy: !args.protect,
        },
        { parent },
      );
    }

    function keepVersions() {
      return new BucketVersioning(
        `${name}-versioning`,
        { ...inBucket, versioningConfiguration: { status: "Enabled" } },
        { parent },
      );
    }

    function ignoreAccessLists() {
      return new BucketOwnershipControls(
        `${name}-ownership`,
        { ...inBucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
        { parent },
      );
    }

    /** S3 blocks everything public on a new bucket. Only the policy is let through, access lists stay blocked. */
    function allowPublicPolicy() {
      return new BucketPublicAccessBlock(
        `${name}-public-access`,
        {
          ...inBucket,
          blockPublicAcls: true,
          ignorePublicAcls: true,
          blockPublicPolicy: false,
          restrictPublicBuckets: false,
        },
        { parent },
      );
    }

    function letAnyoneReadTemplates() {
      return new BucketPolicy(
        `${name}-policy`,
        {
          ...inBucket,
          policy: bucket.bucket.apply((bucketName) =>
            policyDocument(publicTemplatesPolicy(region, bucketName, PUBLIC_PREFIX)),
          ),
        },
        // S3 refuses a public policy as long as the block is on.
        { parent, dependsOn: [publicAccess] },
      );
    }

    function uploadTemplates(tier: string) {
      const template = upload("", renderTemplate, tier);
      const hasOrganizations = args.organizationRegions.length > 0;
      const organization = hasOrganizations
        ? upload("organization-", renderOrganizationTemplate, tier)
        : pulumi.output(undefined);
      return pulumi
        .all([template, organization])
        .apply(([one, whole]) => [tier, { ...one, ...(whole && { organization: whole }) }] as const);
    }

    /** @param what the template is of: part of logical names; "" for one account */
    function upload(what: string, render: (values: TemplateValues) => RenderedTemplate, tier: string) {
      const suffix = tier === ONLY_TIER ? "" : `-${tier}`;
      const rendered = pulumi
        .output(args.trustedPrincipals)
        .apply((trustedPrincipals) => render({ ...args, trustedPrincipals, tier }));
      const object = new BucketObjectv2(
        `${name}-${what}template${suffix}`,
        {
          ...inBucket,
          key: rendered.key,
          content: rendered.body,
          contentType: "application/json",
          // An object takes ten tags, which are the configuration's and the program's own; the provider would add its default tags.
          overrideProvider: { defaultTags: { tags: {} } },
        },
        // Another template has another key and replaces this resource; links already sent lead to this one.
        { parent, dependsOn: [versioning, ownership, policy], retainOnDelete: true },
      );
      noteGrants(`${name}-${what}grants${suffix}`, tier, rendered.version);
      return pulumi.all([addressOf(object), rendered.version]).apply(([url, version]) => ({ url, version }));
    }

    /** Kept like the template itself: customers' stacks of this version are told what an update changes. */
    function noteGrants(logicalName: string, tier: string, version: pulumi.Output<string>) {
      const granted = grantsOfTier(args.grants, tier);
      return new TableItem(
        logicalName,
        {
          region,
          tableName: args.table.tableName,
          hashKey: "externalId",
          rangeKey: "item",
          item: version.apply((known) => JSON.stringify(templateItem(known, granted))),
        },
        // The provider would change the item in place, and delete the one with the earlier key.
        { parent, replaceOnChanges: ["item"], retainOnDelete: true },
      );
    }

    /** Virtual-host and regional: the quick-create page reads from no other form of address in every region. */
    function addressOf({ key }: BucketObjectv2) {
      const { dnsSuffix } = partitionOf(region);
      return pulumi.interpolate`https://${bucket.bucket}.s3.${region}.${dnsSuffix}/${key}`;
    }
  }
}
