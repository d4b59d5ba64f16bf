import { readEnvironment } from "../runtime/environment.js";

/** What the lister is deployed with. */
export interface OrganizationsEnvironment {
  /** The table of connections, the same name in every region. */
  readonly TABLE_NAME: string;
  /** The path of the roles that customers create. */
  readonly CUSTOMER_ROLE_PATH: string;
  /** How many accounts of one organization are taken at most. */
  readonly MAX_MEMBERS: string;
  /** How long after a listing the next one is due. */
  readonly LISTING_MINUTES: string;
  /** Set by Lambda. */
  readonly AWS_REGION: string;
}

/** The variables that the program has to set; Lambda sets the others. */
export type OrganizationsVariables = Omit<OrganizationsEnvironment, "AWS_REGION">;

/** @throws Error naming what is missing */
export function readOrganizationsEnvironment(): OrganizationsEnvironment {
  return readEnvironment<OrganizationsEnvironment>({
    TABLE_NAME: true,
    CUSTOMER_ROLE_PATH: true,
    MAX_MEMBERS: true,
    LISTING_MINUTES: true,
    AWS_REGION: true,
  });
}
