import { arn } from "./arn.js";
import type { Settings } from "./settings.js";

/** The name of a region's topic, the same in every region. @param number from 1 */
export function topicName({ prefix }: Settings, number: number): string {
  return `${prefix}-${number}`;
}

/** The ARNs of a region's topics, number 1 first, before there are any: the template has to name them. */
export function topicArnsIn(region: string, settings: Settings): string[] {
  return [arn("sns", region, settings.accountId, topicName(settings, 1))];
}
