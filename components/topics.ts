import * as pulumi from "@pulumi/pulumi";
import { topicArns } from "../functions/aws/topic.js";
import type { Configuration } from "./config/configuration.js";

/**
 * The most topics that one region can have, nearly 5000 connections: one Lambda function is behind all of them, and its
 * resource policy of 20 KB names each.
 */
export const MAX_TOPICS = 50;

/** The name of a region's topic, the same in every region. @param number from 1 */
export function topicName({ prefix }: Configuration, number: number): string {
  return `${prefix}-${number}`;
}

/** The numbers of a region's topics, from 1. */
export function topicNumbersIn(region: string, { topicsPerRegion }: Configuration): number[] {
  return Array.from({ length: topicsPerRegion[region] ?? 1 }, (_, index) => index + 1);
}

/** The ARNs of a region's topics, number 1 first, before there are any: the template has to name them. */
export function topicArnsIn(region: string, { accountId, prefix, topicsPerRegion }: Configuration): string[] {
  return topicArns(region, accountId, prefix, topicsPerRegion[region] ?? 1);
}

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
