import { readEnvironment } from "../runtime/environment.js";

/** What the topic-policies function is deployed with. */
export interface TopicPoliciesEnvironment {
  /** The table of connections, the same name in every region. */
  readonly TABLE_NAME: string;
  /** The number of the region's topics. */
  readonly TOPICS: string;
  /** What the topics' names begin with. */
  readonly TOPIC_PREFIX: string;
  /** The vendor's account, 12 digits. */
  readonly TRUSTED_ACCOUNT: string;
  /** Set by Lambda. */
  readonly AWS_REGION: string;
}

/** The variables that the program has to set; Lambda sets the others. */
export type TopicPoliciesVariables = Omit<TopicPoliciesEnvironment, "AWS_REGION">;

/** @throws Error naming what is missing */
export function readTopicPoliciesEnvironment(): TopicPoliciesEnvironment {
  return readEnvironment<TopicPoliciesEnvironment>({
    TABLE_NAME: true,
    TOPICS: true,
    TOPIC_PREFIX: true,
    TRUSTED_ACCOUNT: true,
    AWS_REGION: true,
  });
}
