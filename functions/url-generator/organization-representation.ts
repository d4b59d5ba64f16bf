import type { Connection } from "../domain/connection.js";
import { memberCounts, totalOf } from "../domain/organization.js";
import type { MemberRepresentation, OrganizationRepresentation } from "./organization-schemas.js";
import type { ConnectionRepresentation } from "./schemas.js";

/** @param shown the organization as a connection */
export function representOrganization(
  organization: Connection,
  shown: ConnectionRepresentation,
): OrganizationRepresentation {
  const { organizationId, reasons = {}, listedAt, nextListingAt } = organization;
  const { listingProblem, heldEnds } = organization;
  const counts = memberCounts(organization);
  return {
    ...shown,
    ...(organizationId !== undefined && { organizationId }),
    counts,
    total: totalOf(counts),
    ...(listedAt !== undefined && { listedAt }),
    ...(nextListingAt !== undefined && { nextListingAt }),
    ...(listingProblem !== undefined && { listingProblem }),
    ...(heldEnds !== undefined && { heldEnds }),
    reasons: Object.entries(reasons)
      .map(([reason, count]) => ({ reason, count }))
      .sort((one, other) => other.count - one.count || one.reason.localeCompare(other.reason)),
  };
}

export function representMember(member: Connection): MemberRepresentation {
  const { externalId, accountId, accountName, status, statusChangedAt, createdAt, reason } = member;
  return {
    externalId,
    accountId,
    ...(accountName && { name: accountName }),
    status,
    statusChangedAt: statusChangedAt ?? createdAt,
    ...(reason !== undefined && { reason }),
  };
}
