import { Trail } from "@pulumi/awsx/cloudtrail/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Configuration } from "./config/configuration.js";

/** What an {@link AuditTrail} is made of. */
export interface AuditTrailArgs {
  configuration: Configuration;
}

/**
 * A CloudTrail trail of all regions, in the home region, with a bucket of its own. It has the vendor's side of each use of a
 * customer's role, and each change of a topic's policy.
 */
export class AuditTrail extends pulumi.ComponentResource {
  constructor(name: string, { configuration }: AuditTrailArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:AuditTrail", name, {}, options);

    createTrail(this, name, configuration);

    this.registerOutputs({});
  }
}

function createTrail(parent: AuditTrail, name: string, configuration: Configuration): Trail {
  return new Trail(
    `${name}-trail`,
    {
      // Without a region: the component's bucket and log group would not follow it. aws:region is where they all are.
      name: `${configuration.prefix}-audit`,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      cloudWatchLogsGroup: { enable: false },
      tags: configuration.tags,
    },
    { parent },
  );
}
