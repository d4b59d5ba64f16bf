import { accountOf } from "../aws/arn.js";
import { partitionOf } from "../aws/partitions.js";
import { RejectedError } from "./problems.js";

/**
 * IAM takes a managed policy of the role's own account, or one of AWS's ("Permissions boundaries for IAM entities" in the IAM user guide). A
 * name needs no check: the template looks for it in the customer's account.
 *
 * @throws RejectedError if the permissions boundary is the ARN of a policy that the customer's role cannot have
 */
export function checkPermissionsBoundary({
  permissionsBoundary,
  accountId,
  region,
}: {
  readonly permissionsBoundary?: string | undefined;
  readonly accountId: string;
  readonly region: string;
}): void {
  if (!permissionsBoundary?.startsWith("arn:")) return;
  const { partition } = partitionOf(region);
  const owner = accountOf(permissionsBoundary);
  if (permissionsBoundary.split(":")[1] !== partition) {
    throw rejected(`is not in the partition ${partition}, to which ${region} belongs`);
  }
  if (owner !== "aws" && owner !== accountId) {
    throw rejected(`is a policy of the account ${owner}, and the role of ${accountId} cannot have it`);
  }
}

function rejected(why: string): RejectedError {
  return new RejectedError(
    "invalid",
    `permissionsBoundary ${why}. Give the policy's name, or the ARN of a policy in the customer's account.`,
    "permissionsBoundary",
  );
}
