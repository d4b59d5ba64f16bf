/**
 * What to do with a request, given the connection that it names: a pure function, with all the rules of what may connect. docs/security.md
 * explains them by the attacks that they stop.
 */
import { accountOf, arnParts, parseRoleArn } from "../aws/arn.js";
import { partitionOf } from "../aws/partitions.js";
import { type Connection, isConnected, isExpired, MAX_STACKS } from "../domain/connection.js";
import { isExternalId, regionOfExternalId } from "../domain/external-id.js";
import { organizationRoleArn } from "../domain/organization.js";
import { externalIdOf, physicalIdOf } from "../domain/physical-id.js";
import * as sentences from "../domain/sentences.js";
import {
  hasFailed,
  isConnectedStack,
  isDeleted,
  isOutdated,
  isSameStack,
  isWornOut,
} from "../domain/stacks.js";
import type { SafeRole } from "../domain/transitions.js";
import { isBy, isUnproven, withoutUnproven } from "../domain/unproven.js";
import type { Properties, Request } from "./request.js";

export type Decision =
  /** Respond FAILED with the reason; keep the reason with the connection where there is one. */
  | { readonly action: "fail"; readonly reason: string }
  /** Respond SUCCESS; there is nothing to write. @param role what is connected and not proven, if the request names just that */
  | { readonly action: "succeed"; readonly role?: SafeRole }
  /** Probe the role, write the connection as connected, respond SUCCESS. */
  | { readonly action: "connect" }
  /** Probe the other role, respond SUCCESS, write it. */
  | { readonly action: "changeRole" }
  /** Respond SUCCESS, note the template's version, probe the role and record what that finds. */
  | { readonly action: "update" }
  /** Respond SUCCESS, then write what the Delete changes: see deleteStack. */
  | { readonly action: "delete" };

/** Where this receiver is. */
export interface Here {
  readonly region: string;
  /** The path that customers' roles have. */
  readonly customerRolePath: string;
}

/** A forged request that connected is mostly rolled back within this time: CloudFormation's bucket refuses its response at once. */
const ROLLBACK_MILLISECONDS = 5000;

/**
 * "ServiceTimeout … must be an integer from 1 to 3600": CloudFormation waits for no response longer than an hour
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html).
 */
const MAX_WAIT_MILLISECONDS = 60 * 60_000;

/** @param connection the one that the request's external ID names; undefined where there is none */
export function decide(
  request: Request,
  connection: Connection | undefined,
  now: Date,
  here: Here,
): Decision {
  switch (request.type) {
    case "Create":
      return decideCreate(request, connection, now, here);
    case "Update":
      return decideUpdate(request, connection, now, here);
    case "Delete":
      return { action: "delete" };
  }
}

function decideCreate(request: Request, connection: Connection | undefined, now: Date, here: Here): Decision {
  const { properties, stackId } = request;
  if (!properties) return fail(sentences.invalidProperties(request.flaw ?? "nothing is known of it"));
  // No stack phones home for a connection without a topic: what names it here was made by hand.
  if (connection?.topicArn === undefined) return fail(unknownConnection(properties, here));
  // Another account learns nothing else of the connection.
  const accountId = accountOf(stackId);
  if (accountId !== connection.accountId)
    return fail(sentences.wrongAccount(connection.accountId, accountId));
  if (isConnected(connection)) {
    if (!isSameStack(request, connection)) {
      return fail(sentences.connectedAnotherStack(connection.stackId ?? ""));
    }
    if (!isUnproven(connection)) return { action: "succeed" };
    if (isBy(request, connection)) return confirm(request, properties, connection, here);
  }
  // What is not proven may turn out to be forged, and is undone then: another request of the same stack connects for itself.
  const open = isConnected(connection) ? withoutUnproven(connection) : connection;
  const reason = unusable(request, open, now) ?? mismatch(request, properties, open, here);
  return reason === undefined ? { action: "connect" } : fail(reason);
}

/** The request connected, and is delivered again. If a forged one of the same number undoes that, it connects once more. */
function confirm(request: Request, properties: Properties, connection: Connection, here: Here): Decision {
  const { roleArn, roleId } = connection;
  const isRight = mismatch(request, properties, connection, here) === undefined;
  return { action: "succeed", ...(isRight && { role: { roleArn, roleId } }) };
}

function decideUpdate(request: Request, connection: Connection | undefined, now: Date, here: Here): Decision {
  const { properties } = request;
  if (properties && connection && isWayBack(request, properties, connection)) return { action: "succeed" };
  const isOfConnected =
    connection !== undefined &&
    isConnectedStack(request, connection) &&
    // CloudFormation knows our physical ID from a response SUCCESS of ours; any other is of a try that failed.
    (request.physicalResourceId === physicalIdOf(connection.externalId) ||
      !isUnprovenByAnother(request, connection));
  if (!properties || !isOfConnected) return decideCreate(request, connection, now, here);
  // Delivered again after a later Update: what it says is out of date.
  if (isOutdated(request, connection)) return { action: "succeed" };
  if (properties.RoleArn === connection.roleArn) {
    const reason = wrongTier(properties, connection);
    return reason === undefined ? { action: "update" } : fail(reason);
  }
  const reason = mismatch(request, properties, connection, here);
  return reason === undefined ? { action: "changeRole" } : fail(reason);
}

/** An update of a stack whose connection the vendor ended is refused. CloudFormation then goes back to what the record says. */
function isWayBack(request: Request, properties: Properties, connection: Connection): boolean {
  return (
    connection.status === "disconnected" &&
    isSameStack(request, connection) &&
    request.physicalResourceId === physicalIdOf(connection.externalId) &&
    properties.RoleArn === connection.roleArn &&
    properties.TemplateVersion === connection.templateVersion
  );
}

function fail(reason: string): Decision {
  return { action: "fail", reason };
}

function unknownConnection({ ExternalID }: Properties, here: Here): string {
  const region = regionOfExternalId(ExternalID);
  return isExternalId(ExternalID) && region !== here.region
    ? sentences.externalIdOfAnotherRegion(region, here.region)
    : sentences.unknownExternalId(ExternalID);
}

/**
 * Whether another request connected a moment ago, and may turn out to be forged. Until that is known, nothing may be decided by it: read
 * the record again a moment later.
 */
export function mayBeRolledBack(request: Request, connection: Connection, now: Date): boolean {
  const connectedFor = now.getTime() - new Date(connection.connectedAt ?? 0).getTime();
  return isUnprovenByAnother(request, connection) && connectedFor < ROLLBACK_MILLISECONDS;
}

function isUnprovenByAnother(request: Request, connection: Connection): boolean {
  return isUnproven(connection) && !isBy(request, connection);
}

/**
 * Whether CloudFormation may be rolling an update of the connected stack back; its request looks like that of an update. Of a record that
 * could not be read nobody knows whose it is.
 */
export function mayBeStackRollback(request: Request, connection: Connection | undefined): boolean {
  const { type, physicalResourceId, properties } = request;
  return (
    type === "Update" &&
    connection !== undefined &&
    isConnectedStack(request, connection) &&
    externalIdOf(physicalResourceId ?? "") === properties?.ExternalID
  );
}

/** Why nothing can connect with this link, or by this request, any more. */
function unusable(request: Request, connection: Connection, now: Date): string | undefined {
  const { status, expiresAt, reason } = connection;
  if (now.getTime() - request.publishedAt.getTime() > MAX_WAIT_MILLISECONDS) return sentences.OUR_FAULT;
  if (status === "cancelled") return sentences.LINK_CANCELLED;
  if (status === "disconnected") return sentences.CONNECTION_ENDED;
  if (isExpired(connection, now)) return sentences.linkExpired(expiresAt);
  if (isDeleted(request, connection)) return sentences.STACK_DELETED;
  // Delivered once more, now or after another try of the stack that failed, too: CloudFormation has the response FAILED already.
  if (hasFailed(request, connection)) return reason ?? sentences.OUR_FAULT;
  if (isWornOut(request, connection)) return sentences.triedWithTooManyStacks(MAX_STACKS);
  return undefined;
}

/** The first value of the request that is not the connection's, with both values named. */
function mismatch(
  request: Request,
  properties: Properties,
  connection: Connection,
  here: Here,
): string | undefined {
  const { accountId, region, topicArn = "" } = connection;
  const { partition } = partitionOf(here.region);
  const stack = arnParts(request.stackId);
  const role = parseRoleArn(properties.RoleArn);
  if (properties.AccountID !== accountId) return sentences.wrongAccount(accountId, properties.AccountID);
  if (role?.partition !== partition) return sentences.notARole(properties.RoleArn, partition);
  if (role.accountId !== accountId) return sentences.roleOfAnotherAccount(accountId, role.accountId);
  if (role.path !== here.customerRolePath) {
    return sentences.roleUnderAnotherPath(here.customerRolePath, role.path);
  }
  const isOrganizations = connection.kind === "organization";
  if (isOrganizations !== (properties.RoleArn === organizationRoleArn(connection, here.customerRolePath))) {
    return isOrganizations ? sentences.ORGANIZATION_LINK : sentences.ACCOUNT_LINK;
  }
  if (stack.region !== region || here.region !== region || stack.partition !== partition) {
    return sentences.wrongRegion(region, stack.region === region ? here.region : stack.region);
  }
  for (const topic of [properties.ServiceToken, request.topicArn ?? topicArn]) {
    if (topic !== topicArn) return sentences.wrongTopic(topicArn, topic);
  }
  if (properties.GrantedTo !== connection.grantedTo) {
    return sentences.wrongGrantee(connection.grantedTo, properties.GrantedTo);
  }
  return wrongTier(properties, connection);
}

/** A template, or a record, without a tier is from before the vendor offered any, or after. */
function wrongTier({ Tier }: Properties, connection: Connection): string | undefined {
  const { tier, requestedTier, previousTier } = connection;
  if (Tier === undefined || tier === undefined) return undefined;
  return [tier, requestedTier, previousTier].includes(Tier)
    ? undefined
    : sentences.wrongTier(requestedTier ?? tier, Tier);
}
