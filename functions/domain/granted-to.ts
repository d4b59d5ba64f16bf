/** Who gets access, as a connection and its stack have it: the vendor, and the tenant that asked for the link. */
import type { Connection } from "./connection.js";
import { transliterate } from "./transliterate.js";

/** As long as a tenant can be: the template's parameter takes no longer text. In characters. */
const MAX_TENANT = 100;

/**
 * In ASCII, because the receiver compares it with what the stack says, and CloudFormation returns "?" in place of other characters
 * (aws-cloudformation/cloudformation-coverage-roadmap #814, #1220). A tenant of which nothing is left in ASCII is left out.
 *
 * @example grantedToOf("Example Corp", "Łódź 4711") // Example Corp (Lodz 4711)
 */
export function grantedToOf(vendorName: string, tenant: string): string {
  const name = inAscii(tenant);
  return name === "" ? vendorName : `${vendorName} (${name})`;
}

/** With the tenant as it is written, for people who read it anywhere but in CloudFormation. */
export function grantedToInFull({ grantedTo, tenant }: Pick<Connection, "grantedTo" | "tenant">): string {
  const name = inAscii(tenant);
  if (name === tenant) return grantedTo;
  const suffix = name === "" ? "" : ` (${name})`;
  return grantedTo.endsWith(suffix)
    ? `${grantedTo.slice(0, grantedTo.length - suffix.length)} (${tenant})`
    : grantedTo;
}

function inAscii(tenant: string): string {
  return /^[\x20-\x7e]*$/.test(tenant) ? tenant : transliterate(tenant).slice(0, MAX_TENANT).trim();
}
