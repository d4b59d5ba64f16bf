import { getPolicy } from "@pulumi/aws/iam/getPolicy.js";
import * as pulumi from "@pulumi/pulumi";
import { iamArn } from "../iam/arn.js";
import { ConfigurationError } from "./check.js";
import type { CheckedValues } from "./schema.js";
import type { Source } from "./source.js";

/**
 * A misspelt name would pass here and fail in every customer's account, so IAM is asked for each policy. AWS's own are the same in all
 * accounts of a partition.
 *
 * @throws ConfigurationError about the first that IAM does not know
 */
export async function checkManagedPolicies(
  { grants, homeRegion = "" }: CheckedValues,
  source: Source,
  options?: pulumi.InvokeOptions,
): Promise<void> {
  for (const policy of grants.managedPolicies) {
    const arn = iamArn(homeRegion, "aws", `policy/${policy}`);
    try {
      await getPolicy({ arn }, options);
    } catch (error) {
      const { message } = error as Error;
      // The provider's words for IAM's NoSuchEntity.
      if (/couldn't find resource|NoSuchEntity/.test(message)) {
        throw new ConfigurationError(
          "grants.managedPolicies",
          `has "${policy}", but AWS has no managed policy ${arn}: check its spelling and its path, as in SecurityAudit or job-function/ViewOnlyAccess.`,
          source,
        );
      }
      await pulumi.log.warn(
        `${source.name("grants.managedPolicies")} could not be checked: ${arn} could not be read. If it is misspelt, customers' stacks fail. ${message}`,
      );
    }
  }
}
