import { readEnvironment } from "../runtime/environment.js";

/** What the health check is deployed with. */
export interface HealthEnvironment {
  /** The table of connections, the same name in every region. */
  readonly TABLE_NAME: string;
  /** The path that customers' roles have, with a slash at both ends. */
  readonly CUSTOMER_ROLE_PATH: string;
  /** For how many days a connection has to be unreachable until it is ended; 0 for ever. */
  readonly END_UNREACHABLE_AFTER_DAYS: string;
  /** JSON: the versions of the templates that links lead to, by tier. */
  readonly TEMPLATE_VERSIONS: string;
  /** Set by Lambda. */
  readonly AWS_REGION: string;
}

/** The variables that the program has to set; Lambda sets the others. */
export type HealthVariables = Omit<HealthEnvironment, "AWS_REGION">;

/** @throws Error naming what is missing */
export function readHealthEnvironment(): HealthEnvironment {
  return readEnvironment<HealthEnvironment>({
    TABLE_NAME: true,
    CUSTOMER_ROLE_PATH: true,
    END_UNREACHABLE_AFTER_DAYS: true,
    TEMPLATE_VERSIONS: true,
    AWS_REGION: true,
  });
}
