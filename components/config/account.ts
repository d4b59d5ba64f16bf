import { RegionInfo } from "@aws-cdk/region-info";
import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity.js";
import { getRegions } from "@pulumi/aws/getRegions.js";
import type * as pulumi from "@pulumi/pulumi";
import { iamArn } from "../iam/arn.js";
import { ConfigurationError } from "./check.js";
import type { CheckedValues } from "./schema.js";
import type { Source } from "./source.js";

/** The account that the program is deployed to. */
export interface Account {
  /** 12 digits. */
  readonly accountId: string;
  /** The regions that it can use: half of all regions are off until someone opts in. */
  readonly enabledRegions: readonly string[];
}

/** Asks AWS. Both calls are about the whole account, so neither takes a region. */
export async function lookUpAccount(options?: pulumi.InvokeOptions): Promise<Account> {
  const [{ accountId }, { names }] = await Promise.all([
    getCallerIdentity({}, options),
    getRegions(
      {
        allRegions: true,
        filters: [{ name: "opt-in-status", values: ["opt-in-not-required", "opted-in"] }],
      },
      options,
    ),
  ]);
  return { accountId, enabledRegions: names };
}

/** @throws ConfigurationError about the first value that does not suit the account */
export function checkAgainstAccount(values: CheckedValues, account: Account, source: Source): void {
  const { homeRegion = "", regions, retiredRegions, releasedRegions, trustedPrincipals } = values;
  const { accountId, enabledRegions } = account;
  const refuse = (key: keyof CheckedValues, reason: string) => new ConfigurationError(key, reason, source);

  if (!enabledRegions.includes(homeRegion)) {
    throw refuse("homeRegion", `is "${homeRegion}", ${notEnabled(homeRegion, accountId, "choose another")}.`);
  }
  for (const [key, list] of Object.entries({ regions, retiredRegions, releasedRegions })) {
    const disabled = list.find((region) => !enabledRegions.includes(region));
    if (disabled !== undefined) {
      throw refuse(
        key as "regions" | "retiredRegions" | "releasedRegions",
        `has "${disabled}", ${notEnabled(disabled, accountId, "take it out")}.`,
      );
    }
  }
  // Customers' roles trust this one account: a principal of another could never use them.
  const own = iamArn(homeRegion, accountId, "");
  const foreign = trustedPrincipals.find((principal) => !principal.startsWith(own));
  if (foreign !== undefined) {
    throw refuse(
      "trustedPrincipals",
      `has "${foreign}", which is not in account ${accountId}: customers' roles trust that account only, so begin with ${own}.`,
    );
  }
}

function notEnabled(region: string, accountId: string, otherwise: string): string {
  const remedy = RegionInfo.get(region).isOptInRegion
    ? `opt in (aws account enable-region --region-name ${region}; it takes minutes to hours) or ${otherwise}`
    : `AWS does not offer it to this account, so ${otherwise}`;
  return `which is not enabled in account ${accountId}: ${remedy}`;
}
