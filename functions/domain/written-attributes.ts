/**
 * The attributes that functions name when they update a record: their roles allow no others, see components/iam/identity-policies.ts. With
 * that, nobody who takes one over can give a connection to another tenant, topic or region, or make a link valid for longer.
 */
import type { Connection } from "./connection.js";

type Attribute = keyof Connection | "item";

/** What a probe makes of a connection, which can be its end. */
const PROBE_ATTRIBUTES = [
  "externalId",
  "item",
  "revision",
  "status",
  "statusChangedAt",
  "acceptedAt",
  "attempts",
  "beforeConnect",
  "blockedSince",
  "connectedAt",
  "deleteAfter",
  "deleteHeardAt",
  "deniedDays",
  "deniedProbes",
  "endReason",
  "endedAt",
  "endedBy",
  "endsAt",
  "failedStacks",
  "nextListingAt",
  "nextProbeAt",
  "openStackIds",
  "reason",
  "roleId",
  "verifiedAt",
] as const satisfies readonly Attribute[];

/** The health check's: also that a stack lacks a template, and those of a role that is named by its ARN, which it verifies and connects. */
export const HEALTH_ATTRIBUTES = [
  ...PROBE_ATTRIBUTES,
  "confirmation",
  "confirmationTries",
  "laterTemplate",
  "roleArn",
] as const satisfies readonly Attribute[];

/** The receiver's: it probes, too, and writes what a request says. */
export const RECEIVER_ATTRIBUTES = [
  ...PROBE_ATTRIBUTES,
  // It never changes, but an attempt is counted on the condition that the account is right, and conditions name attributes, too.
  "accountId",
  "callAs",
  "confirmationCode",
  "deletedStacks",
  "logicalResourceId",
  "organizationId",
  "previousTier",
  "refusals",
  "requestId",
  "requestedAt",
  "requestedTier",
  "retriedAt",
  "roleArn",
  "rootId",
  "stackId",
  "templateVersion",
  "tier",
] as const satisfies readonly Attribute[];

/** The lister's: what a list of accounts makes of an organization and its members. */
export const LISTER_ATTRIBUTES = [
  "externalId",
  "item",
  "revision",
  "status",
  "statusChangedAt",
  "accountName",
  "accountState",
  "confirmedEnds",
  "connectedAt",
  "counts",
  "deleteAfter",
  "deleteHeardAt",
  "deniedProbes",
  "endReason",
  "endedAt",
  "endedBy",
  "heldEnds",
  "listedAt",
  "listingProblem",
  "listings",
  "missingSince",
  "nextListingAt",
  "nextProbeAt",
  "reason",
  "reasons",
  "stackInstance",
] as const satisfies readonly Attribute[];

/** What the record of a new member has. */
export const NEW_MEMBER_ATTRIBUTES = [
  "externalId",
  "item",
  "revision",
  "status",
  "accountId",
  "accountName",
  "createdAt",
  "expiresAt",
  "grantedTo",
  "kind",
  "nextProbeAt",
  "organization",
  "reason",
  "region",
  "roleArn",
  "stackInstance",
  "tenant",
  "tier",
] as const satisfies readonly Attribute[];
