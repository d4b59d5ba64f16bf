/**
 * External IDs: `<region>:<uuid>`, made by the URL generator, the key of a connection and the condition in the trust policy of
 * the customer's role.
 */

const EXTERNAL_ID =
  /^[a-z]{2}(?:-[a-z]+)+-[0-9]:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Whether a text has the form of an external ID: a region, a colon and a random UUID. */
export function isExternalId(text: string): boolean {
  return EXTERNAL_ID.test(text);
}

/** The region that an external ID begins with. */
export function regionOfExternalId(externalId: string): string {
  return externalId.slice(0, externalId.indexOf(":"));
}

/** An external ID as logs may show it: enough to find the record, too little to assume a role. */
export function shortened(externalId: string): string {
  return externalId.length > 20 ? `${externalId.slice(0, externalId.indexOf(":") + 9)}…` : externalId;
}
