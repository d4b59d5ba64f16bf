/** What the vendor's applications hear of a change: pure functions of the record before and after it. */
import type { Connection, Status } from "../domain/connection.js";
import { memberCounts, totalOf } from "../domain/organization.js";
import type { EndingSoon } from "./ending-soon.js";
import type { Change } from "./history-events.js";
import type { OrganizationStatus } from "./organization-status.js";
import { PUBLISHED_STATUSES, type StatusChange } from "./status-change.js";
import type { TemplateOutdated } from "./template-outdated.js";

/**
 * A change of status, as applications see it: to them a connection is pending until CloudFormation has taken the response, without which the
 * Create is undone, and until the code was entered, without which they get no credentials.
 *
 * @param at when the record changed
 * @returns undefined where the status is what it was, or one that is not published
 */
export function statusChange({ before, after }: Change, at: string): StatusChange | undefined {
  if (!after) return undefined;
  const status = PUBLISHED_STATUSES.find((one) => one === announcedStatus(after));
  const previousStatus = before ? announcedStatus(before) : "pending";
  if (!status || status === previousStatus) return undefined;
  const { reason, endedBy, endReason } = after;
  const isEnd = status === "disconnected";
  const why = isEnd ? endReason : reason;
  const isOwnChange = after.status !== before?.status;
  return {
    ...subjectOf(after),
    status,
    previousStatus,
    statusChangedAt: (isOwnChange ? after.statusChangedAt : undefined) ?? at,
    ...(why !== undefined && status !== "connected" && { reason: why }),
    ...(isEnd && endedBy !== undefined && { endedBy }),
  };
}

/** @returns undefined where nobody has to be warned, or was already */
export function endingSoon({ before, after }: Change): EndingSoon | undefined {
  if (!after || after.endsAt === undefined || after.endsAt === before?.endsAt) return undefined;
  const { reason, statusChangedAt, endsAt } = after;
  if (announcedStatus(after) !== "unreachable" || statusChangedAt === undefined) return undefined;
  return {
    ...subjectOf(after),
    endsAt,
    unreachableSince: statusChangedAt,
    ...(reason !== undefined && { reason }),
  };
}

/** @returns undefined where the stack is up to date, or the vendor was told of this version already */
export function templateOutdated({ before, after }: Change): TemplateOutdated | undefined {
  if (after?.laterTemplate === undefined || after.laterTemplate === before?.laterTemplate) return undefined;
  const { tier, templateVersion, laterTemplate } = after;
  return {
    ...subjectOf(after),
    ...(tier !== undefined && { tier }),
    ...(templateVersion && { templateVersion }),
    currentTemplateVersion: laterTemplate,
  };
}

/**
 * How far an organization is. The lister writes that at the end of a run, of which there is one a minute at most.
 * @returns undefined where nothing of it changed, or the organization is not connected yet
 */
export function organizationStatus({ before, after }: Change): OrganizationStatus | undefined {
  if (after?.kind !== "organization" || after.counts === undefined) return undefined;
  const status = PUBLISHED_STATUSES.find((one) => one === announcedStatus(after));
  const told = (one: Connection | undefined) =>
    JSON.stringify([
      one && announcedStatus(one),
      one && memberCounts(one),
      one?.heldEnds,
      one?.listingProblem,
    ]);
  if (!status || told(before) === told(after)) return undefined;
  const { organizationId, listedAt, heldEnds, listingProblem } = after;
  const counts = memberCounts(after);
  return {
    ...subjectOf(after),
    ...(organizationId !== undefined && { organizationId }),
    status,
    counts,
    total: totalOf(counts),
    ...(listedAt !== undefined && { listedAt }),
    ...(heldEnds !== undefined && { heldEnds }),
    ...(listingProblem !== undefined && { problem: listingProblem }),
  };
}

/** What every event says of its connection. */
function subjectOf(connection: Connection) {
  const { externalId, accountId, region, tenant, revision, roleArn, kind, organization } = connection;
  return {
    ...{ externalId, accountId, region, tenant, revision },
    ...(roleArn !== undefined && { roleArn }),
    ...(kind !== undefined && { kind }),
    ...(organization !== undefined && { organization }),
  };
}

function announcedStatus(connection: Connection): Status {
  const { status, stackId, acceptedAt, confirmation } = connection;
  if (status === "pending" || status === "awaited" || status === "cancelled") return status;
  // A connection without a stack was made without a response.
  const isAccepted = stackId === undefined || acceptedAt !== undefined;
  return isAccepted && confirmation !== "required" ? status : "pending";
}
