/**
 * The physical ID of a customer's custom resource. It is made from the external ID alone, so that every response to a
 * request of the same connection has the same one: another would make CloudFormation replace the resource.
 */

const PREFIX = "onboarding-connection:";

/** Marks a Create that failed: CloudFormation sends it back with the Delete that follows. */
export const FAILED_PHYSICAL_ID = "onboarding-connection-failed";

export function physicalIdOf(externalId: string): string {
  return `${PREFIX}${externalId}`;
}

/** @returns undefined for an ID that this receiver did not make, or made for a Create that failed */
export function externalIdOf(physicalId: string): string | undefined {
  return physicalId.startsWith(PREFIX) ? physicalId.slice(PREFIX.length) : undefined;
}
