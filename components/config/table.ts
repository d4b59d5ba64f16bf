import { type GetTableResult, getTable } from "@pulumi/aws/dynamodb/getTable.js";
import * as pulumi from "@pulumi/pulumi";
import { prefixOf, tableNameOf } from "../../functions/domain/names.js";
import { ConfigurationError } from "./check.js";
import type { CheckedValues } from "./schema.js";
import type { Source } from "./source.js";

/**
 * A region that is missing in the configuration loses its receiver, its topics and its replica with all records. `protect` stops the
 * deletion of a resource, but not the update of the table that drops a replica; so the table is asked which replicas it has.
 *
 * @throws ConfigurationError if one of them is in a region that is not named, and was not released before
 */
export async function checkAgainstTable(
  { deployment = "", homeRegion = "", regions, retiredRegions, releasedRegions }: CheckedValues,
  source: Source,
  options?: pulumi.InvokeOptions,
): Promise<void> {
  const name = tableNameOf(prefixOf(deployment));
  const named = [homeRegion, ...regions, ...retiredRegions, ...releasedRegions];
  const table = await lookUp(name, homeRegion, options);
  for (const { regionName } of table?.replicas ?? []) {
    if (named.includes(regionName)) continue;
    // The step before has lifted the protection, or there never was any.
    const replica = await lookUp(name, regionName, options);
    if (!replica?.deletionProtectionEnabled) continue;
    throw new ConfigurationError(
      "regions",
      `lacks "${regionName}", where the table has a replica, and customers' stacks report to this deployment's topics: add it to ${source.name("retiredRegions")}. To remove it, move it to ${source.name("releasedRegions")} once onboarding regions says that no stack needs it, run pulumi up, and then take it out.`,
      source,
    );
  }
}

/** @returns undefined where there is no such table, at the first deployment or after the region was removed, or it may not be read */
async function lookUp(
  name: string,
  region: string,
  options?: pulumi.InvokeOptions,
): Promise<GetTableResult | undefined> {
  try {
    return await getTable({ name, region }, options);
  } catch (error) {
    const { message } = error as Error;
    if (/AccessDenied|not authorized/i.test(message)) {
      await pulumi.log.warn(
        `The table ${name} in ${region} could not be read, so nobody knows which regions it has replicas in. Allow what docs/deployer-policy.json says. ${message}`,
      );
    }
    return undefined;
  }
}
