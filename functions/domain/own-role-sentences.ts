/**
 * The sentences that customers, tenants and operators read about a role that the customer made. Each says what is wrong, with the values, and what
 * to do; but nobody is told of a role that was not verified what is wrong with it.
 */

const NEW_CONNECTION =
  "Create a new connection: it has another external ID, and the role's trust policy needs that one.";

export const MADE_BY_A_STACK =
  'The role of this connection is made by a CloudFormation stack, and cannot be named. For a role of your own create a connection with "method": "role".';

export const OWN_ROLE_ENDED = `This connection has ended. ${NEW_CONNECTION}`;

export function ownRoleExpired(expiresAt: string): string {
  return `No role was connected until ${expiresAt}, and since then none can be. ${NEW_CONNECTION}`;
}

export function notTheArnOfARole(roleArn: string, partition: string): string {
  return `roleArn is "${roleArn}", which is not the ARN of a role in the partition ${partition}. Copy what aws iam get-role or the IAM console shows of your role.`;
}

/** @param accountId the connection's @param other the role's */
export function ownRoleOfAnotherAccount(accountId: string, other: string): string {
  return `roleArn names a role of the AWS account ${other}, but this connection is for ${accountId}. Name a role of that account, or create a connection for ${other}.`;
}

/** @param path the one that the role must have @param other the one that it has */
export function ownRoleUnderAnotherPath(path: string, other: string): string {
  return `roleArn names a role under the path ${other}, and it must be under ${path}. A role cannot be moved: create it again, with that path.`;
}

export const ROLE_ID_MISSING =
  "roleId is missing. It is the role's unique ID, which begins with AROA: see RoleId in what aws iam get-role shows of your role.";

/**
 * For a role that does not exist, that cannot be assumed, that anybody could have us assume, and that has another ID than was named: whoever
 * names roles that are not theirs learns nothing.
 */
export const OWN_ROLE_REFUSED =
  'We could not verify this role. It must exist; its trust policy must be the one of this connection, with the condition on "sts:ExternalId"; no policy of your organization may keep our account from assuming it (the condition key aws:PrincipalAccount exempts it); and if you named its ID, that must be the right one. Mend what is wrong and try again: AWS can take a minute to make a change effective.';

export function ownRoleTriedTooOften(attempts: number): string {
  return `This connection was tried ${attempts} times without success, and more attempts are not allowed. ${NEW_CONNECTION}`;
}

export function tooManyRoleIds(tries: number): string {
  return `${tries} wrong role IDs were named, so that no role can be connected any more. ${NEW_CONNECTION}`;
}

export const OTHER_ROLE_CONNECTED =
  "Another request connected another role at the same moment. Look at the connection, and name the role again if it is the wrong one.";

/** Of a role that the customer made. One that a stack made anew has another ARN. */
export function anotherRole(roleArn: string): string {
  return `The role that was connected was deleted, and another one has its name, ${roleArn}. If you made that one, connect it again. Otherwise find out who did.`;
}
