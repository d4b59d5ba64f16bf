/** What the receiver asks an organization before its stack connects, and what follows from the answers. */
import {
  type CallAs,
  type CustomerOrganization,
  NoOrganizationError,
  type OrganizationDescription,
  OrganizationsDeniedError,
} from "../aws/organizations.js";
import type { Changes, Connection } from "../domain/connection.js";
import * as sentences from "../domain/sentences.js";
import type { Deadline } from "../runtime/deadline.js";

/** What the organization's role found out. */
export interface Findings {
  /** Undefined where the account belongs to none. */
  readonly organization?: OrganizationDescription;
  /** Undefined where this account may not ask. */
  readonly rootId?: string;
  readonly access?: Awaited<ReturnType<CustomerOrganization["stackSetsAccess"]>>;
  /** Whether not even the organization could be described: every account may do that. */
  readonly isDenied?: boolean;
}

/** What is wrong, or what the record needs to know. */
export type Verdict =
  | { readonly problem: string }
  | { readonly changes: Required<Pick<Changes, "organizationId" | "rootId" | "callAs">> };

/** IAM can take some seconds until what a new role allows counts everywhere; the role itself could be assumed already. */
const PERMISSIONS_MILLISECONDS = 10_000;
const POLL_MILLISECONDS = 1000;

/** A pure function of what was found. */
export function judge({ accountId }: Connection, roleArn: string, findings: Findings): Verdict {
  const { organization, rootId, access, isDenied } = findings;
  if (isDenied) return { problem: sentences.organizationNotReadable(roleArn) };
  if (!organization) return { problem: sentences.noOrganization(accountId) };
  const { organizationId, managementAccountId, hasAllFeatures } = organization;
  if (!hasAllFeatures) return { problem: sentences.consolidatedBillingOnly(organizationId) };
  const callAs = callAsOf(accountId, organization);
  if (rootId === undefined || access === undefined) {
    return callAs === "SELF"
      ? { problem: sentences.organizationNotReadable(roleArn) }
      : { problem: sentences.notAnAdministrator(accountId, managementAccountId) };
  }
  if (access !== "ENABLED") return { problem: sentences.noTrustedAccess(managementAccountId) };
  return { changes: { organizationId, rootId, callAs } };
}

/**
 * Asks what {@link judge} needs, and no more.
 * @throws what AWS says where it does not answer the question
 */
export async function ask(
  { accountId }: Connection,
  organization: CustomerOrganization,
  deadline: Deadline,
): Promise<Findings> {
  const patience = deadline.within(PERMISSIONS_MILLISECONDS);
  let described: OrganizationDescription | undefined;
  try {
    described = await unlessDenied(() => organization.describe(), patience);
  } catch (error) {
    if (error instanceof NoOrganizationError) return {};
    throw error;
  }
  if (!described) return { isDenied: true };
  if (!described.hasAllFeatures) return { organization: described };
  const callAs = callAsOf(accountId, described);
  const [rootId, access] = await Promise.all([
    unlessDenied(() => organization.rootId(), patience),
    unlessDenied(() => organization.stackSetsAccess(callAs), patience),
  ]);
  return { organization: described, ...(rootId && { rootId }), ...(access && { access }) };
}

function callAsOf(accountId: string, { managementAccountId }: OrganizationDescription): CallAs {
  return accountId === managementAccountId ? "SELF" : "DELEGATED_ADMIN";
}

/** @returns undefined where it is still denied when the time is up */
async function unlessDenied<Answer>(
  call: () => Promise<Answer>,
  patience: Deadline,
): Promise<Answer | undefined> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof OrganizationsDeniedError)) throw error;
      if (!(await patience.sleep(POLL_MILLISECONDS))) return undefined;
    }
  }
}
