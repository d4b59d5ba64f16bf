import { topicArns } from "../functions/aws/topic.js";
import type { Configuration } from "./config/configuration.js";

/** The name of a region's topic, the same in every region. @param number from 1 */
export function topicName({ prefix }: Configuration, number: number): string {
  return `${prefix}-${number}`;
}

/** The numbers of a region's topics, from 1. */
export function topicNumbersIn(region: string, { topicsByRegion }: Configuration): number[] {
  return Array.from({ length: topicsByRegion[region] ?? 1 }, (_, index) => index + 1);
}

/** The ARNs of a region's topics, number 1 first, before there are any: the template has to name them. */
export function topicArnsIn(region: string, { accountId, prefix, topicsByRegion }: Configuration): string[] {
  return topicArns(region, accountId, prefix, topicsByRegion[region] ?? 1);
}
