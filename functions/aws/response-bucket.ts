import { partitionOf } from "./partitions.js";

/**
 * The host names of the bucket that takes the responses of custom resources in a region. AWS documents none of them; these are the
 * forms that its requests were seen with (issue threads of aws-cli and cfn-response), and the other forms that S3 host names have.
 */
export function responseBucketHosts(region: string): readonly string[] {
  const { dnsSuffix } = partitionOf(region);
  const bucket = `cloudformation-custom-resource-response-${region.replaceAll("-", "")}`;
  const regional = [
    `${bucket}.s3.${region}.${dnsSuffix}`,
    `${bucket}.s3-${region}.${dnsSuffix}`,
    `${bucket}.s3.dualstack.${region}.${dnsSuffix}`,
  ];
  // The only region whose buckets have a host name without a region in it.
  return region === "us-east-1" ? [...regional, `${bucket}.s3.${dnsSuffix}`] : regional;
}
