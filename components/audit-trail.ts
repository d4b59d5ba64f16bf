import { Trail } from "@pulumi/awsx/cloudtrail/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Configuration } from "./config/configuration.js";

/** What an {@link AuditTrail} is made of. */
export type AuditTrailArgs = Pick<Configuration, "prefix" | "protect" | "tags">;

/**
 * A CloudTrail trail of all regions, in the home region, with a bucket of its own. It records the vendor's side of each use of a
 * customer's role, and each change of a topic's policy.
 */
export class AuditTrail extends pulumi.ComponentResource {
  constructor(
    name: string,
    { prefix, protect, tags }: AuditTrailArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("onboarding:index:AuditTrail", name, {}, options);

    new Trail(
      `${name}-trail`,
      {
        // Without a region: the component's bucket and log group would not follow it. The provider's region is where they all are.
        name: `${prefix}-audit`,
        isMultiRegionTrail: true,
        includeGlobalServiceEvents: true,
        enableLogFileValidation: true,
        cloudWatchLogsGroup: { enable: false },
        // Otherwise awsx would empty and delete the bucket, and with it the record, as soon as auditTrail is switched off.
        s3Bucket: { args: { forceDestroy: false, tags } },
      },
      { parent: this, protect },
    );

    this.registerOutputs({});
  }
}
