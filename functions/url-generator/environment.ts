import { readEnvironment } from "../runtime/environment.js";

/** What only the deployment knows; the rest of the URL generator's configuration is in config.ts. */
export interface UrlGeneratorEnvironment {
  /** The table of connections: the same name in every region. */
  readonly TABLE_NAME: string;
  /** JSON: the number of topics by served region, offered or retired. Their ARNs would not fit into a function's environment. */
  readonly TOPICS: string;
  /** What the topics' names begin with. */
  readonly TOPIC_PREFIX: string;
  /** JSON: the templates that links lead to, by tier; see templates.ts. */
  readonly TEMPLATES: string;
  /** The vendor's account, 12 digits. */
  readonly TRUSTED_ACCOUNT: string;
}

/** @throws Error naming what is missing */
export function readUrlGeneratorEnvironment(): UrlGeneratorEnvironment {
  return readEnvironment<UrlGeneratorEnvironment>({
    TABLE_NAME: true,
    TOPICS: true,
    TOPIC_PREFIX: true,
    TEMPLATES: true,
    TRUSTED_ACCOUNT: true,
  });
}
