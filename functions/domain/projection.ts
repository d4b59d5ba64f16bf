/** Which attributes are read by whoever has no use for the code that confirms a connection: all the others. */
import type { Connection } from "./connection.js";

const READABLE: Readonly<Record<Exclude<keyof Connection, "confirmationCode">, true>> = {
  externalId: true,
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
  stackId: true,
  logicalResourceId: true,
  requestId: true,
  requestedAt: true,
  failedStackId: true,
  templateVersion: true,
  tier: true,
  requestedTier: true,
  previousTier: true,
  retriedAt: true,
  openStackIds: true,
  deletedStacks: true,
  deleteHeardAt: true,
  attempts: true,
  connectedAt: true,
  acceptedAt: true,
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
};

const attributes = [...Object.keys(READABLE), "item"];

/**
 * For a Query. IAM knows which attributes it asks for, and whether it asks for all of them (`dynamodb:Attributes` and `dynamodb:Select`:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html), so that roles can be kept from the code.
 */
export const WITHOUT_CODE = {
  Select: "SPECIFIC_ATTRIBUTES",
  ProjectionExpression: attributes.map((name) => `#${name}`).join(", "),
} as const;

/** The names in {@link WITHOUT_CODE}: some of them are reserved words. */
export const ATTRIBUTE_NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  attributes.map((name) => [`#${name}`, name]),
);
