import { ConfigurationError } from "./check.js";
import type { CheckedValues } from "./schema.js";
import type { Source } from "./source.js";

/**
 * awsx makes the trail. It brings the plugins of other providers with it, so that only those install it who want a trail.
 *
 * @throws ConfigurationError that says how to install it
 */
export async function checkAuditTrail({ auditTrail }: CheckedValues, source: Source): Promise<void> {
  if (!auditTrail) return;
  try {
    await import("../audit-trail.js");
  } catch (error) {
    if (!/Cannot find (package|module) '@pulumi\/awsx/.test((error as Error).message)) throw error;
    throw new ConfigurationError(
      "auditTrail",
      "is true, and the package @pulumi/awsx, which makes the trail, is not installed: run npm install @pulumi/awsx where this package is installed, or leave auditTrail out.",
      source,
    );
  }
}
