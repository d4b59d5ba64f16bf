import { RegionInfo } from "@aws-cdk/region-info";
import * as pulumi from "@pulumi/pulumi";

/** The partitions that this program's functions and link know, see functions/aws/partitions.ts. */
const PARTITIONS = ["aws", "aws-us-gov", "aws-cn"];

/** The regions that AWS has in the partition of this one, in alphabetical order. */
export function regionsBeside(region: string): string[] {
  const { partition } = RegionInfo.get(region);
  return RegionInfo.regions.filter((other) => other.partition === partition).map(({ name }) => name);
}

/**
 * The home region, which also chooses the partition.
 *
 * @throws pulumi.RunError if it is missing, or no region that this program can serve
 */
export function checkHomeRegion(region: string | undefined): string {
  if (region === undefined) {
    throw new pulumi.RunError(
      "aws:region is missing: set the home region, for example: pulumi config set aws:region us-east-1.",
    );
  }
  const found = find(region);
  if (!found) {
    throw new pulumi.RunError(
      `aws:region is "${region}", which is not a region of AWS: use one such as us-east-1.`,
    );
  }
  if (!PARTITIONS.includes(found.partition ?? "")) {
    throw new pulumi.RunError(
      `aws:region is "${region}" of partition ${found.partition}: this program serves ${PARTITIONS.join(", ")}.`,
    );
  }
  return region;
}

/**
 * The regions to offer: known, each named once, and of the home region's partition.
 *
 * @throws pulumi.RunError naming the first that does not do
 */
export function checkRegions(regions: unknown, homeRegion: string): string[] {
  const example = `for example: pulumi config set --path 'onboarding:regions[0]' ${homeRegion}`;
  if (regions === undefined) {
    throw new pulumi.RunError(
      `onboarding:regions is missing: list the regions to offer to customers, ${example}.`,
    );
  }
  if (!isListOfText(regions) || regions.length === 0) {
    throw new pulumi.RunError(
      `onboarding:regions must be a list of at least one region, not ${JSON.stringify(regions)}; ${example}.`,
    );
  }
  for (const [index, region] of regions.entries()) {
    checkRegion(region, homeRegion);
    if (regions.indexOf(region) !== index) {
      throw new pulumi.RunError(`onboarding:regions names "${region}" twice: name each region once.`);
    }
  }
  return regions;
}

/**
 * The regions that are offered no longer: known, each named once, of the home region's partition, and not offered as well.
 *
 * @throws pulumi.RunError naming the first that does not do
 */
export function checkRetiredRegions(retired: unknown, offered: string[], homeRegion: string): string[] {
  if (!isListOfText(retired)) {
    throw new pulumi.RunError(
      `onboarding:retiredRegions must be a list of regions, not ${JSON.stringify(retired)}; leave it out for none.`,
    );
  }
  for (const [index, region] of retired.entries()) {
    checkRegion(region, homeRegion, "retiredRegions");
    if (offered.includes(region)) {
      throw new pulumi.RunError(
        `"${region}" is in onboarding:regions and in onboarding:retiredRegions: take it out of one of them. A retired region is still received, and no longer offered.`,
      );
    }
    if (retired.indexOf(region) !== index) {
      throw new pulumi.RunError(`onboarding:retiredRegions names "${region}" twice: name each region once.`);
    }
  }
  return retired;
}

function checkRegion(region: string, homeRegion: string, key = "regions"): void {
  const found = find(region);
  const offered = regionsBeside(homeRegion).join(", ");
  if (!found) {
    throw new pulumi.RunError(
      `onboarding:${key} has "${region}", which is not a region of AWS: choose from ${offered}.`,
    );
  }
  const { partition } = RegionInfo.get(homeRegion);
  if (found.partition !== partition) {
    throw new pulumi.RunError(
      `onboarding:${key} has "${region}" of partition ${found.partition}, but the home region ${homeRegion} is in ${partition}, and no role ` +
        `can be assumed across partitions: choose from ${offered}, or serve ${region} from a stack of its own with an aws:region in ${found.partition}.`,
    );
  }
}

function find(region: string): RegionInfo | undefined {
  return RegionInfo.regions.find(({ name }) => name === region);
}

function isListOfText(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
