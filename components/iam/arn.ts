import { partitionOf } from "../../functions/aws/partitions.js";

/**
 * An ARN in the partition that the region belongs to, so that no other file spells a partition out.
 *
 * @param region the region the ARN names
 * @example arn("sns", "us-gov-west-1", "111122223333", "onboarding-dev-1") // arn:aws-us-gov:sns:us-gov-west-1:…
 */
export function arn(service: string, region: string, accountId: string, resource: string): string {
  return `arn:${partitionOf(region).partition}:${service}:${region}:${accountId}:${resource}`;
}

/**
 * The ARN of the same thing in every region of a partition, for a policy that says which regions in a condition.
 *
 * @param region any of the partition
 */
export function arnEverywhere(service: string, region: string, accountId: string, resource: string): string {
  return `arn:${partitionOf(region).partition}:${service}:*:${accountId}:${resource}`;
}

/** The ARN of a bucket, or of objects in it. S3 leaves region and account out of them. */
export function bucketArn(region: string, bucketAndKey: string): string {
  return `arn:${partitionOf(region).partition}:s3:::${bucketAndKey}`;
}

/**
 * The ARN of roles. IAM leaves the region out of them.
 *
 * @param region any of the partition
 * @param pathAndName with its slash in front, and with patterns if it is for a policy
 */
export function roleArn(region: string, accountId: string, pathAndName: string): string {
  return iamArn(region, accountId, `role${pathAndName}`);
}

/** The ARN of anything in IAM. @param region any of the partition */
export function iamArn(region: string, accountId: string, resource: string): string {
  return `arn:${partitionOf(region).partition}:iam::${accountId}:${resource}`;
}
