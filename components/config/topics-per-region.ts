import * as pulumi from "@pulumi/pulumi";

/**
 * The most topics that one region can have, nearly 5000 connections: one Lambda function is behind all of them, and its
 * resource policy of 20 KB names each.
 */
export const MAX_TOPICS = 50;

/**
 * How many topics each served region has: one number for all, or a map from region to number, in which the others have 1.
 *
 * That a number was never lowered cannot be told from here: what was deployed is Pulumi's to know, and it refuses to delete a
 * protected topic.
 *
 * @throws pulumi.RunError naming what does not do
 */
export function checkTopicsPerRegion(value: unknown, servedRegions: string[]): Record<string, number> {
  const everywhere = (count: number) => Object.fromEntries(servedRegions.map((region) => [region, count]));
  if (typeof value === "number") {
    return everywhere(checkCount(value, "is"));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new pulumi.RunError(
      `onboarding:topicsPerRegion is ${JSON.stringify(value)}: use a number from 1 to ${MAX_TOPICS}, or a map from region to such a number.`,
    );
  }
  const counts = everywhere(1);
  for (const [region, count] of Object.entries(value)) {
    if (!servedRegions.includes(region)) {
      throw new pulumi.RunError(
        `onboarding:topicsPerRegion names "${region}", which is neither in onboarding:regions nor in onboarding:retiredRegions.`,
      );
    }
    counts[region] = checkCount(count, `for "${region}" is`);
  }
  return counts;
}

function checkCount(count: unknown, subject: string): number {
  if (!Number.isInteger(count) || Number(count) < 1 || Number(count) > MAX_TOPICS) {
    throw new pulumi.RunError(
      `onboarding:topicsPerRegion ${subject} ${JSON.stringify(count)}: use a whole number from 1 to ${MAX_TOPICS}; each topic takes 99 connections. It can be raised at any time, and never lowered.`,
    );
  }
  return Number(count);
}
