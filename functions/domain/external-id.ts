/**
 * External IDs: `<region>:<uuid>`, made by the URL generator, the key of a connection and the condition in the trust policy of
 * the customer's role. A member's is its organization's with its account: `<region>:<uuid>.<account>`.
 */

const EXTERNAL_ID =
  /^[a-z]{2}(?:-[a-z]+)+-[0-9]:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(?:\.[0-9]{12})?$/;

/** Whether a text has the form of an external ID: a region, a colon, a random UUID, and a member's account after a full stop. */
export function isExternalId(text: string): boolean {
  return EXTERNAL_ID.test(text);
}

/** The external ID of one account of an organization: its role is to be assumed with it. */
export function memberExternalId(organization: string, accountId: string): string {
  return `${organization}.${accountId}`;
}

/** The region that an external ID begins with. */
export function regionOfExternalId(externalId: string): string {
  return externalId.slice(0, externalId.indexOf(":"));
}

/** An external ID as logs may show it: enough to find the record, too little to assume a role. */
export function shortened(externalId: string): string {
  return externalId.length > 20 ? `${externalId.slice(0, externalId.indexOf(":") + 9)}…` : externalId;
}
