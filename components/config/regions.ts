import { RegionInfo } from "@aws-cdk/region-info";
import { partitionOf } from "../../functions/aws/partitions.js";
import { firstProblem } from "./schema-parts.js";

/** The partitions that functions/aws/partitions.ts knows. */
const PARTITIONS = ["aws", "aws-us-gov", "aws-cn"];

/**
 * Where S3 has no account regional namespace, in which nobody else can take over the template's address
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html).
 */
const WITHOUT_OWN_NAMESPACE = ["me-central-1", "me-south-1"];

/** All AWS regions in the same partition as this one, in alphabetical order. */
export function regionsBeside(region: string): string[] {
  const { partition } = RegionInfo.get(region);
  return RegionInfo.regions.filter((other) => other.partition === partition).map(({ name }) => name);
}

/** What is wrong with a home region, which decides the partition; undefined if nothing is. */
export function homeRegionProblem(region: string): string | undefined {
  const found = find(region);
  if (!found) {
    return `is "${region}", which is not a region of AWS: use one such as us-east-1.`;
  }
  if (!PARTITIONS.includes(found.partition ?? "")) {
    return `is "${region}" of partition ${found.partition}: this program serves ${PARTITIONS.join(", ")}.`;
  }
  if (WITHOUT_OWN_NAMESPACE.includes(region)) {
    return `is "${region}", where S3 cannot reserve the name of the template's bucket for your account: use another home region; customers can still choose ${region}.`;
  }
  return undefined;
}

/**
 * What is wrong with a list of regions: each must exist, be named only once and be in the home region's partition.
 *
 * @param homeRegion undefined while it is not known
 */
export function regionsProblem(
  regions: readonly string[],
  homeRegion: string | undefined,
): string | undefined {
  return firstProblem(
    regions,
    (region) =>
      (find(region) ? foreignProblem(region, homeRegion) : unknownProblem(region, homeRegion)) ??
      (regions.indexOf(region) === regions.lastIndexOf(region)
        ? undefined
        : `names "${region}" twice: name each region once.`),
  );
}

/**
 * Whether an organization's stack can be created there. A StackSet deploys only where the region is enabled in each account, and in no
 * region of China (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-opt-in-regions.html).
 */
export function takesOrganizations(region: string): boolean {
  return partitionOf(region).organizationsRegion !== undefined && !RegionInfo.get(region).isOptInRegion;
}

function unknownProblem(region: string, homeRegion = "us-east-1"): string {
  const choice = regionsBeside(homeRegion).join(", ");
  return `has "${region}", which is not a region of AWS: choose from ${choice}.`;
}

function foreignProblem(region: string, homeRegion = region): string | undefined {
  const { partition } = RegionInfo.get(region);
  const home = RegionInfo.get(homeRegion).partition;
  if (partition === home) return undefined;
  return (
    `has "${region}" of partition ${partition}, but the home region ${homeRegion} is in ${home}, and roles cannot be assumed ` +
    `across partitions: choose from ${regionsBeside(homeRegion).join(", ")}, or serve ${region} from a separate stack with its home region in ${partition}.`
  );
}

function find(region: string): RegionInfo | undefined {
  return RegionInfo.regions.find(({ name }) => name === region);
}
