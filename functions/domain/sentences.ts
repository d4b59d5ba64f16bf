/**
 * The sentences that customers, tenants and operators read about a connection, in one place. Each says what is wrong, with the values, and
 * what to do.
 */

const NEW_LINK = "Ask for a new link, and use it to create the stack.";
const UNCHANGED = "Delete this stack and open the link again, without changing anything in it.";
/**
 * To CloudFormation a role that was deleted by hand has not changed: an update with the same parameters does nothing, one with others fails
 * (https://repost.aws/knowledge-center/failing-stack-updates-deleted).
 */
const REPLACE_STACK = "delete the stack and connect with a new link";
const CONDITION = (externalId: string) =>
  `Its trust policy needs the condition "StringEquals": {"sts:ExternalId": "${externalId}"}.`;
const USE_TEMPLATE = "Use our template unchanged: delete this stack and open the link again.";

// Why a stack failed, as CloudFormation shows it.

export const OUR_FAULT =
  "This failed because of a fault on our side, not because of anything in your account. Please delete this stack and open the link again in a few minutes.";

/** @param flaw what is wrong with the request's properties */
export function invalidProperties(flaw: string): string {
  return `This stack did not send what our template sends: ${flaw}. ${UNCHANGED}`;
}

export function unknownExternalId(externalId: string): string {
  return `The external ID "${externalId}" belongs to none of our links. ${NEW_LINK}`;
}

/** @param region the one that the link was made for @param stackRegion the one that the stack is in */
export function externalIdOfAnotherRegion(region: string, stackRegion: string): string {
  return `The link was made for ${region}, but this stack is in ${stackRegion}. Delete this stack and open the link again; it leads to ${region}.`;
}

/** Only for the connection's own account: no other may learn the name of its stack. */
export function connectedAnotherStack(stackId: string): string {
  return `This link has already connected the stack ${stackId}, and it connects only one. Delete this stack; that one stays connected. Ask for a new link only to replace it.`;
}

export const LINK_CANCELLED = `This link was cancelled. ${NEW_LINK}`;

export const CONNECTION_ENDED = `The connection made with this link has ended. ${NEW_LINK}`;

export function linkExpired(expiresAt: string): string {
  return `This link expired at ${expiresAt}. ${NEW_LINK}`;
}

export const STACK_DELETED = `This stack was already deleted. ${NEW_LINK}`;

export function triedWithTooManyStacks(count: number): string {
  return `This link was tried with ${count} stacks, and more are not allowed. ${NEW_LINK}`;
}

export function triedTooOften(attempts: number): string {
  return `This connection was tried ${attempts} times without success, and more attempts are not allowed. ${NEW_LINK}`;
}

/** @param accountId the one that the link was made for @param other the one that the stack or the request names */
export function wrongAccount(accountId: string, other: string): string {
  return `The link was made for the AWS account ${accountId}, but this stack is in ${other}. Sign in to ${accountId} and open the link again, or ask for a link for ${other}.`;
}

export function notARole(roleArn: string, partition: string): string {
  return `RoleArn is "${roleArn}", which is not the ARN of a role in the partition ${partition}. ${UNCHANGED}`;
}

/** @param accountId the one that the link was made for @param other the role's */
export function roleOfAnotherAccount(accountId: string, other: string): string {
  return `RoleArn names a role of the AWS account ${other}, but the link was made for ${accountId}. ${UNCHANGED}`;
}

/** @param path the one of our template's roles @param other the role's */
export function roleUnderAnotherPath(path: string, other: string): string {
  return `RoleArn names a role under ${other}, but the role of our template is under ${path}. ${UNCHANGED}`;
}

/** @param region the one that the link was made for @param other the one that the stack is in */
export function wrongRegion(region: string, other: string): string {
  return `The link was made for ${region}, but this stack is in ${other}. Open the link again; it leads to ${region}.`;
}

/** @param topicArn the one that the link says @param other the one that the stack publishes to */
export function wrongTopic(topicArn: string, other: string): string {
  return `This stack publishes to ${other}, but the link says ${topicArn}. ${UNCHANGED}`;
}

/** @param grantedTo who made the link @param other whom the stack grants access to */
export function wrongGrantee(grantedTo: string, other: string): string {
  return `This stack grants access to "${other}", but the link was made by "${grantedTo}". If you do not know that name, do not connect. ${UNCHANGED}`;
}

/** @param tier the one that the link asks for @param other the one of the stack's template */
export function wrongTier(tier: string, other: string): string {
  return `This stack's template is the one for "${other}", but the link asks for "${tier}". Delete this stack and open the link again, which has its own template, or ask for a link for "${other}".`;
}

export function roleNotAssumable(roleArn: string, externalId: string): string {
  return `The role ${roleArn} cannot be assumed from our account with the external ID ${externalId}. Its trust policy must be the one in our template, and no policy of your organization may forbid it. ${USE_TEMPLATE} If you did use it unchanged, AWS was slow to let the new role be assumed: try again.`;
}

/** AWS activates STS for each account and region. It says nothing of the role. */
export function stsSwitchedOff(accountId: string, region: string): string {
  return `AWS gives nobody access to the account ${accountId} in ${region}: its Security Token Service is deactivated there, or the whole region is disabled. Activate it in the IAM console under "Account settings". If a stack failed because of this, delete it then and open the link again.`;
}

export function roleArnNotAccepted(roleArn: string): string {
  return `AWS does not accept "${roleArn}" as the ARN of a role. ${UNCHANGED}`;
}

/** @param without whether no external ID is needed at all; otherwise any will do */
export function roleNotSafe(roleArn: string, externalId: string, without: boolean): string {
  const how = without ? "without the external ID" : "with any external ID";
  return `The role ${roleArn} can be assumed ${how}, so somebody else could reach your account through us. ${CONDITION(externalId)} ${USE_TEMPLATE}`;
}

/** In place of a confirmation code, in the output of a stack. An update with the same parameters would not ask us again. */
export const CODE_NOT_KNOWN = `not known now; if the code has not been entered yet, ${REPLACE_STACK}`;

// Why a connection can no longer be used.

export function becameUnreachable(roleArn: string): string {
  return `${noLongerAssumable(roleArn)} If the role was deleted, ${REPLACE_STACK}: no update of the stack brings it back. Otherwise undo the change.`;
}

export function becameUnsafe(roleArn: string, externalId: string): string {
  return `${assumableWithoutId(roleArn, externalId)} Add it, or ${REPLACE_STACK}.`;
}

function noLongerAssumable(roleArn: string): string {
  return `The role ${roleArn} can no longer be assumed from our account: it was deleted, its trust policy was changed, or a policy of the organization forbids it.`;
}

function assumableWithoutId(roleArn: string, externalId: string): string {
  return `The role ${roleArn} can be assumed without its external ID, so somebody else could reach the account through us. ${CONDITION(externalId)}`;
}

/** Why a connection was ended by itself. */
export function unreachableForDays(days: number): string {
  return `The role could not be assumed for ${days} days.`;
}

// Why a connection cannot be ended or a link cancelled.

export const NEVER_CONNECTED =
  "The account never was connected, so that there is nothing to end. A link that is still pending can be cancelled.";

export const CONNECTED_ALREADY =
  "The account is already connected. The customer ends that by deleting the stack.";

export const ENDED_ALREADY = "The connection has already ended, so that there is nothing to cancel.";

export function expiredAlready(expiresAt: string): string {
  return `The link has already expired, at ${expiresAt}.`;
}

// Why an organization's stack failed.

export const ORGANIZATION_LINK =
  "This link is for a whole organization, but the stack was made from the template for one account. Delete this stack and open the link again, which has its own template.";

export const ACCOUNT_LINK =
  "This link is for one account, but the stack was made from the template for a whole organization. Delete this stack and open the link again, which has its own template.";

export function noOrganization(accountId: string): string {
  return `The AWS account ${accountId} belongs to no organization. Delete this stack, and ask for a link for one account.`;
}

export function consolidatedBillingOnly(organizationId: string): string {
  return `The organization ${organizationId} has consolidated billing only, and StackSets need all features. Enable all features in AWS Organizations, then delete this stack and open the link again.`;
}

/** @param accountId the stack's @param managementAccountId the organization's */
export function notAnAdministrator(accountId: string, managementAccountId: string): string {
  return `The AWS account ${accountId} may not deploy to its organization. Delete this stack, and ask for a link for the management account ${managementAccountId}; or have that account register ${accountId} as a delegated administrator in CloudFormation under "StackSets", and open the link again.`;
}

export function noTrustedAccess(managementAccountId: string): string {
  return `CloudFormation may not deploy to your organization yet. In the account ${managementAccountId}, open "StackSets" in CloudFormation and choose "Activate trusted access"; enabling it in AWS Organizations is not enough. Then delete this stack and open the link again.`;
}

export function organizationNotReadable(roleArn: string): string {
  return `The role ${roleArn} cannot read the organization. No permissions boundary and no policy of the organization may forbid what our template allows the role. Then delete this stack and open the link again.`;
}

// Of organizations and their members.

const REPLACE_INSTANCE = "delete the account's stack from the organization's StackSet and add it again";

export function memberUnreachable(roleArn: string): string {
  return `${noLongerAssumable(roleArn)} If the role was deleted, ${REPLACE_INSTANCE}. Otherwise undo the change.`;
}

export function memberUnsafe(roleArn: string, externalId: string): string {
  return `${assumableWithoutId(roleArn, externalId)} Add it, or ${REPLACE_INSTANCE}.`;
}

/** StackSets made the role, and yet. */
export function memberRoleDenied(roleArn: string): string {
  return `StackSets made the role ${roleArn}, but it cannot be assumed from our account. A policy of the organization most likely forbids it: allow sts:AssumeRole for our account in its resource control policies.`;
}

/** @param state in AWS's words, such as SUSPENDED */
export function memberNotActive(accountId: string, state: string): string {
  return `AWS says that the account ${accountId} is ${state}. As soon as it is active again, its role is tried again.`;
}

export const MANAGEMENT_ACCOUNT_SKIPPED =
  'StackSets make no role in the management account. If the organization\'s stack is in it, update that stack with IncludeThisAccount set to "yes"; otherwise connect this account with a link of its own.';

/** Why an organization's accounts could not be listed. */
export function organizationNotListable(roleArn: string): string {
  return `The accounts of the organization could not be listed with the role ${roleArn}: it was deleted or changed, a policy forbids it, or its account is no longer the management account or a delegated administrator's. Nothing was changed. Undo that, or delete the stack and connect with a new link.`;
}

/** @param organizationId the one that was connected @param other the one that the account is in now */
export function anotherOrganization(organizationId: string, other: string): string {
  return `The account of this stack is now in the organization ${other}, but ${organizationId} was connected. Nothing was changed. Connect ${other} with a new link.`;
}

/** @param max how many members the vendor takes @param accounts how many there are */
export function tooManyMembers(max: number, accounts: number): string {
  return `The organization has ${accounts} accounts, and ${max} are taken at most. Ask your vendor to raise maxMembers.`;
}

export function heldEnds(ends: number, members: number): string {
  return `The last listing lacks ${ends} of ${members} accounts. None of them is ended until an operator confirms it.`;
}

export const MEMBER_FOLLOWS =
  "This account is connected with its whole organization: it ends when it leaves the organization, or with the organization's connection.";

/** Why a member was ended. */
export const ACCOUNT_LEFT = "The account is no longer in the organization.";
export const ACCOUNT_CLOSED = "The account was closed.";
export const ORGANIZATION_ENDED = "The connection of its organization ended.";
