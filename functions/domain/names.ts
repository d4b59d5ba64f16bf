/** Names that the program gives, for whoever has to find the things again. They never change: customers' stacks name some of them. */

/** What every physical name of a stack begins with. */
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

/** The receiver, in every region. */
export function receiverNameOf(prefix: string): string {
  return `${prefix}-receiver`;
}

/** What makes links, in the home region. */
export function urlGeneratorNameOf(prefix: string): string {
  return `${prefix}-url-generator`;
}

/** What reconciles topic policies with connections, in every region. */
export function topicPoliciesNameOf(prefix: string): string {
  return `${prefix}-topic-policies`;
}

/** What probes connections again, in every region. */
export function healthNameOf(prefix: string): string {
  return `${prefix}-health`;
}

/** What tells of changes of connections and keeps their history, in every region. */
export function changesNameOf(prefix: string): string {
  return `${prefix}-changes`;
}

/** The queues in which nothing should ever be, in every region: for what the receiver failed to handle, and for what never reached it. */
export const DEAD_LETTER_QUEUES = ["receiver-failed", "undelivered"] as const;

/** One of {@link DEAD_LETTER_QUEUES}. */
export type DeadLetterQueueName = (typeof DEAD_LETTER_QUEUES)[number];

export function queueNameOf(prefix: string, queue: DeadLetterQueueName): string {
  return `${prefix}-${queue}`;
}

/** A topic that customers' stacks phone home to, of the same name in every region. @param number from 1 */
export function topicNameOf(prefix: string, number: number): string {
  return `${prefix}-${number}`;
}
