import { readEnvironment } from "../runtime/environment.js";

/** What the URL generator is deployed with and only a deployment knows; the rest is in config.ts. */
export interface UrlGeneratorEnvironment {
  /** The table of connections, the same name in every region. */
  readonly TABLE_NAME: string;
  /** JSON: from each served region, offered or retired, to the number of its topics. Their ARNs would not fit into a function's variables. */
  readonly TOPICS: string;
  /** What the topics' names begin with. */
  readonly TOPIC_PREFIX: string;
  /** The template that links lead to. */
  readonly TEMPLATE_URL: string;
  /** The vendor's account, 12 digits. */
  readonly TRUSTED_ACCOUNT: string;
}

/** @throws Error naming what is missing */
export function readUrlGeneratorEnvironment(): UrlGeneratorEnvironment {
  return readEnvironment<UrlGeneratorEnvironment>({
    TABLE_NAME: true,
    TOPICS: true,
    TOPIC_PREFIX: true,
    TEMPLATE_URL: true,
    TRUSTED_ACCOUNT: true,
  });
}
