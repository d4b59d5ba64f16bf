import { readEnvironment } from "../runtime/environment.js";

/** What the health check is deployed with. */
export interface HealthEnvironment {
  /** The table of connections, the same name in every region. */
  readonly TABLE_NAME: string;
  /** Set by Lambda. */
  readonly AWS_REGION: string;
}

/** The variables that the program has to set; Lambda sets the others. */
export type HealthVariables = Omit<HealthEnvironment, "AWS_REGION">;

/** @throws Error naming what is missing */
export function readHealthEnvironment(): HealthEnvironment {
  return readEnvironment<HealthEnvironment>({ TABLE_NAME: true, AWS_REGION: true });
}
