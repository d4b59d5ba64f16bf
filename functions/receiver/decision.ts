/**
 * What to do with a request, given the connection that it names: a pure function, and the whole of the rules.
 * docs/security.md explains them by the attacks that they stop.
 */

import { partitionOf } from "../aws/partitions.js";
import { type Connection, isConnected, isExternalId, regionOfExternalId } from "../domain/connection.js";
import type { Properties, Request } from "./request.js";

export type Decision =
  /** Response FAILED with the reason; keep the reason with the connection where there is one. */
  | { readonly action: "refuse"; readonly reason: string }
  /** Response SUCCESS; there is nothing to write. */
  | { readonly action: "confirm" }
  /** Probe the role, write the connection as connected, answer SUCCESS. */
  | { readonly action: "connect" }
  /** Probe the other role, answer SUCCESS, write it. */
  | { readonly action: "changeRole" }
  /** Response SUCCESS, note the template's version, probe the role and mark the connection by what it finds. */
  | { readonly action: "review" }
  /** Response SUCCESS, then end the connection. */
  | { readonly action: "disconnect" }
  /** Response SUCCESS, then remember that the stack is gone. */
  | { readonly action: "rememberGone" };

/** Where this receiver is. */
export interface Place {
  readonly region: string;
  /** The path that customers' roles have. */
  readonly customerRolePath: string;
}

/** A forged request that connected is taken back in less time: CloudFormation's bucket refuses its answer at once. */
const TAKEN_BACK_MILLISECONDS = 5000;

/** Stacks of one connection that may be remembered as gone; with so many a link is worn out. */
export const MAX_DELETED_STACKS = 100;

const ASK_FOR_A_NEW_LINK = "Ask for a new link, and create the stack with that.";
const OPEN_UNCHANGED = "Delete this stack, and open the link again without changing anything in it.";

/** @param connection the one that the request's external ID names; undefined where there is none */
export function decide(
  request: Request,
  connection: Connection | undefined,
  now: Date,
  here: Place,
): Decision {
  switch (request.type) {
    case "Create":
      return decideCreate(request, connection, now, here);
    case "Update":
      return decideUpdate(request, connection, now, here);
    case "Delete":
      return decideDelete(request, connection);
  }
}

function decideCreate(
  request: Request,
  connection: Connection | undefined,
  now: Date,
  here: Place,
): Decision {
  if (!request.properties) {
    return refuse(`This stack does not report what it should: ${request.flaw}. ${OPEN_UNCHANGED}`);
  }
  if (!connection) return refuse(unknown(request.properties, here));
  if (isConnected(connection)) {
    if (isSameStack(request, connection)) return { action: "confirm" };
    // Which stack it is, is nothing to tell another account.
    return refuse(
      accountOf(request.stackId) === connection.accountId
        ? `This link connected the stack ${connection.stackId} already, and connects one only. ${ASK_FOR_A_NEW_LINK}`
        : wrongAccount(connection, accountOf(request.stackId)),
    );
  }
  const reason =
    unusable(request, connection, now) ?? mismatch(request, request.properties, connection, here);
  return reason === undefined ? { action: "connect" } : refuse(reason);
}

function decideUpdate(
  request: Request,
  connection: Connection | undefined,
  now: Date,
  here: Place,
): Decision {
  const { properties } = request;
  if (!properties || !connection || !isConnected(connection) || !isSameStack(request, connection)) {
    return decideCreate(request, connection, now, here);
  }
  // Delivered once more after a later Update: what it says is no longer so.
  if (connection.requestedAt !== undefined && request.publishedAt < new Date(connection.requestedAt)) {
    return { action: "confirm" };
  }
  if (properties.RoleArn === connection.roleArn) return { action: "review" };
  const reason = mismatch(request, properties, connection, here);
  return reason === undefined ? { action: "changeRole" } : refuse(reason);
}

/** A Delete is answered with SUCCESS in any case; the decision is on what it changes. */
export function decideDelete(request: Request, connection: Connection | undefined): Decision {
  if (!connection) return { action: "confirm" };
  if (isConnected(connection) && isSameStack(request, connection)) return { action: "disconnect" };
  // Another account's stack could not have connected anyway.
  return accountOf(request.stackId) === connection.accountId
    ? { action: "rememberGone" }
    : { action: "confirm" };
}

function unknown({ ExternalID }: Properties, here: Place): string {
  const region = regionOfExternalId(ExternalID);
  return isExternalId(ExternalID) && region !== here.region
    ? `The link was made for ${region}, and this stack is in ${here.region}. Delete this stack, and open the link again; it leads to ${region}.`
    : `The external ID "${ExternalID}" belongs to no link of ours. ${ASK_FOR_A_NEW_LINK}`;
}

function refuse(reason: string): Decision {
  return { action: "refuse", reason };
}

/**
 * By stack and resource, and not by the physical ID: when CloudFormation never saw our answer it makes one up.
 */
export function isSameStack(request: Request, { stackId, logicalResourceId }: Connection): boolean {
  return request.stackId === stackId && request.logicalResourceId === logicalResourceId;
}

/**
 * Whether another request connected a moment ago, which may be forged: nothing is built on it before that is known, and it stands in
 * nobody's way. Whoever decides on a request that CloudFormation has not vouched for looks again a moment later.
 */
export function mayBeTakenBack({ requestId }: Request, connection: Connection, now: Date): boolean {
  const connectedFor = now.getTime() - new Date(connection.connectedAt ?? 0).getTime();
  return (
    isConnected(connection) && connection.requestId !== requestId && connectedFor < TAKEN_BACK_MILLISECONDS
  );
}

/** Why nothing can be connected with this link any more. */
function unusable({ stackId }: Request, connection: Connection, now: Date): string | undefined {
  if (connection.status === "cancelled") return `This link was cancelled. ${ASK_FOR_A_NEW_LINK}`;
  if (connection.status === "disconnected") {
    return `The connection made with this link has ended. ${ASK_FOR_A_NEW_LINK}`;
  }
  if (new Date(connection.expiresAt) <= now) {
    return `This link expired at ${connection.expiresAt}. ${ASK_FOR_A_NEW_LINK}`;
  }
  if (connection.deletedStacks?.includes(stackId))
    return `This stack was deleted already. ${ASK_FOR_A_NEW_LINK}`;
  if ((connection.deletedStacks?.length ?? 0) >= MAX_DELETED_STACKS) {
    return `This link was tried with ${MAX_DELETED_STACKS} stacks. ${ASK_FOR_A_NEW_LINK}`;
  }
  return undefined;
}

function wrongAccount({ accountId }: Connection, account: string): string {
  return `The link was made for the AWS account ${accountId}, and this stack is in ${account}. Sign in to ${accountId} and open the link again, or ask for a link for ${account}.`;
}

/** The first value of the request that is not the connection's, with both values named. */
function mismatch(
  request: Request,
  properties: Properties,
  connection: Connection,
  here: Place,
): string | undefined {
  const { accountId, region } = connection;
  const role = roleOf(properties.RoleArn);
  const { partition } = partitionOf(here.region);
  for (const account of [accountOf(request.stackId), properties.AccountID]) {
    if (account !== accountId) return wrongAccount(connection, account);
  }
  if (!role || role.partition !== partition) {
    return `RoleArn is "${properties.RoleArn}", which is no role's ARN in the partition ${partition}. ${OPEN_UNCHANGED}`;
  }
  if (role.accountId !== accountId) {
    return `RoleArn is a role of the AWS account ${role.accountId}, and the link was made for ${accountId}. ${OPEN_UNCHANGED}`;
  }
  if (role.path !== here.customerRolePath) {
    return `RoleArn is a role under ${role.path}, and the role of our template is under ${here.customerRolePath}. ${OPEN_UNCHANGED}`;
  }
  const stackRegion = regionOf(request.stackId);
  if (stackRegion !== region || here.region !== region || partitionIn(request.stackId) !== partition) {
    return `The link was made for ${region}, and this stack is in ${stackRegion === region ? here.region : stackRegion}. Open the link again; it leads to ${region}.`;
  }
  for (const topic of [properties.ServiceToken, request.topicArn ?? connection.topicArn]) {
    if (topic !== connection.topicArn) {
      return `This stack reports to ${topic}, and the link says ${connection.topicArn}. ${OPEN_UNCHANGED}`;
    }
  }
  if (properties.GrantedTo !== connection.grantedTo) {
    return `This stack grants access to "${properties.GrantedTo}", and the link was made by "${connection.grantedTo}". If you do not know that name, do not connect. ${OPEN_UNCHANGED}`;
  }
  return undefined;
}

const partitionIn = (arn: string) => arn.split(":")[1] ?? "";
const regionOf = (arn: string) => arn.split(":")[3] ?? "";

/** The account that an ARN names. */
export function accountOf(arn: string): string {
  return arn.split(":")[4] ?? "";
}

function roleOf(arn: string) {
  const [, partition, accountId, path] =
    /^arn:(aws[a-z-]*):iam::([0-9]{12}):role(\/(?:[!-~]{1,510}\/)?)[\w+=,.@-]{1,64}$/.exec(arn) ?? [];
  return partition && accountId && path ? { partition, accountId, path } : undefined;
}
