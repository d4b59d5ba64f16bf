/** The physical names of resources, for whoever has to find them. They never change: customers' stacks contain some of them. */
import { partitionOf } from "../aws/partitions.js";

/** The beginning of every physical name of a stack. */
export function prefixOf(stack: string): string {
  return `onboarding-${stack}`;
}

/** The path of the roles that customers create for a stack. */
export function customerRolePathOf(stack: string): string {
  return `/onboarding/${stack}/`;
}

/** The table of connections, in every region. */
export function tableNameOf(prefix: string): string {
  return `${prefix}-connections`;
}

/** The sort key of a region's capacity hint. */
export const CAPACITY_ITEM = "capacity";

/** The sort key of what counts what somebody holds. */
export const HOLDER_ITEM = "holder";

/** The partition of a region's capacity hint, in the table of connections. It holds nothing else. */
export function capacityHintKey(region: string): string {
  return `${region}:capacity`;
}

/** The partition of an item that counts what somebody holds in a region. @param hash of who it is */
export function holderKey(region: string, hash: string): string {
  return `${region}:holder:${hash}`;
}

/** The receiver, in every region. */
export function receiverNameOf(prefix: string): string {
  return `${prefix}-receiver`;
}

/** The URL generator, in the home region. */
export function urlGeneratorNameOf(prefix: string): string {
  return `${prefix}-url-generator`;
}

/** The topic-policies function, in every region. */
export function topicPoliciesNameOf(prefix: string): string {
  return `${prefix}-topic-policies`;
}

/** The health check, in every region. */
export function healthNameOf(prefix: string): string {
  return `${prefix}-health`;
}

/** The function that lists organizations' accounts, in every region in which their stacks can be. */
export function organizationsNameOf(prefix: string): string {
  return `${prefix}-organizations`;
}

/** The changes function, in every region. */
export function changesNameOf(prefix: string): string {
  return `${prefix}-changes`;
}

/** The dead-letter queues of every region: for what the receiver failed to handle, and for what never reached it. */
export const DEAD_LETTER_QUEUES = ["receiver-failed", "undelivered"] as const;

/** The one that only the receiver writes to: by itself, or Lambda for it. */
export const RECEIVERS_QUEUE: DeadLetterQueueName = "receiver-failed";

/** One of {@link DEAD_LETTER_QUEUES}. */
export type DeadLetterQueueName = (typeof DEAD_LETTER_QUEUES)[number];

export function queueNameOf(prefix: string, queue: DeadLetterQueueName): string {
  return `${prefix}-${queue}`;
}

/** A topic that customers' stacks phone home to, of the same name in every region. @param number from 1 */
export function topicNameOf(prefix: string, number: number): string {
  return `${prefix}-${number}`;
}

/** The ARNs of a region's topics, number 1 first. */
export function topicArns(region: string, accountId: string, prefix: string, count: number): string[] {
  const { partition } = partitionOf(region);
  const names = Array.from({ length: count }, (_, index) => topicNameOf(prefix, index + 1));
  return names.map((name) => `arn:${partition}:sns:${region}:${accountId}:${name}`);
}
