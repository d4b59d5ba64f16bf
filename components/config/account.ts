import { RegionInfo } from "@aws-cdk/region-info";
import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity.js";
import { getRegions } from "@pulumi/aws/getRegions.js";
import * as pulumi from "@pulumi/pulumi";

/** The account that the program is deployed to. */
export interface Account {
  /** 12 digits. */
  accountId: string;
}

/**
 * Asks AWS which account this is and whether it can use the regions: half of them are off until somebody opts in.
 * Neither call takes a region; both answer for the whole account.
 *
 * @throws pulumi.RunError naming the first region that the account cannot use
 */
export async function lookUpAccount(regions: string[]): Promise<Account> {
  const [{ accountId }, { names }] = await Promise.all([
    getCallerIdentity(),
    getRegions({
      allRegions: true,
      filters: [{ name: "opt-in-status", values: ["opt-in-not-required", "opted-in"] }],
    }),
  ]);
  for (const region of regions) {
    if (!names.includes(region)) {
      throw new pulumi.RunError(`"${region}" is not enabled in account ${accountId}: ${remedy(region)}.`);
    }
  }
  return { accountId };
}

function remedy(region: string): string {
  const leave = "take it out of onboarding:regions";
  return RegionInfo.get(region).isOptInRegion
    ? `opt in (aws account enable-region --region-name ${region}; it takes minutes to hours) or ${leave}`
    : `AWS does not offer it to this account, so ${leave}`;
}
