import { readEnvironment } from "../shared/environment.js";

/** What the URL generator is deployed with and only a deployment knows; the rest is in settings.ts. */
export interface UrlGeneratorEnvironment {
  /** The table of connections, the same name in every region. */
  readonly TABLE_NAME: string;
  /** JSON: from each offered region to the ARNs of its topics. */
  readonly TOPIC_ARNS: string;
  /** The template that links lead to. */
  readonly TEMPLATE_URL: string;
  /** The vendor's account, 12 digits. */
  readonly TRUSTED_ACCOUNT: string;
}

/** @throws Error naming what is missing */
export function readUrlGeneratorEnvironment(): UrlGeneratorEnvironment {
  return readEnvironment<UrlGeneratorEnvironment>({
    TABLE_NAME: true,
    TOPIC_ARNS: true,
    TEMPLATE_URL: true,
    TRUSTED_ACCOUNT: true,
  });
}
