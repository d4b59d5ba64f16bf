/**
 * Reading a connection without its confirmation code: nobody needs that but the receiver, which makes it, and the URL generator, which
 * compares it. The roles of all others allow these attributes only, see components/iam/identity-policies.ts.
 */
import type { Connection } from "./connection.js";

const READABLE: Readonly<Record<Exclude<keyof Connection, "confirmationCode"> | "item", true>> = {
  item: true,
  externalId: true,
  kind: true,
  method: true,
  accountId: true,
  region: true,
  topicArn: true,
  tenant: true,
  grantedTo: true,
  permissionsBoundary: true,
  status: true,
  statusChangedAt: true,
  revision: true,
  createdAt: true,
  expiresAt: true,
  deleteAfter: true,
  roleArn: true,
  roleId: true,
  stackId: true,
  logicalResourceId: true,
  requestId: true,
  requestedAt: true,
  templateVersion: true,
  tier: true,
  requestedTier: true,
  previousTier: true,
  retriedAt: true,
  failedStacks: true,
  openStackIds: true,
  deletedStacks: true,
  deleteHeardAt: true,
  attempts: true,
  connectedAt: true,
  acceptedAt: true,
  beforeConnect: true,
  refusals: true,
  verifiedAt: true,
  blockedSince: true,
  deniedProbes: true,
  deniedDays: true,
  endsAt: true,
  nextProbeAt: true,
  endedAt: true,
  endedBy: true,
  endReason: true,
  reason: true,
  confirmation: true,
  confirmationTries: true,
  organizationId: true,
  rootId: true,
  callAs: true,
  listedAt: true,
  listings: true,
  nextListingAt: true,
  heldEnds: true,
  organization: true,
  accountName: true,
  missingSince: true,
};

export const READABLE_ATTRIBUTES: readonly string[] = Object.keys(READABLE);

/** For a read. Some of the names are words that DynamoDB reserves. */
export const WITHOUT_CODE = {
  ProjectionExpression: READABLE_ATTRIBUTES.map((name) => `#${name}`).join(", "),
  ExpressionAttributeNames: Object.fromEntries(READABLE_ATTRIBUTES.map((name) => [`#${name}`, name])),
};
