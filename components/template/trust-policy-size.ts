import { iamArn } from "../iam/arn.js";
import { trustPolicyOf } from "./render-template.js";

/** IAM's quota for a role's trust policy, unless the account that has the role had it raised ("IAM and AWS STS quotas"). */
export const MAX_TRUST_POLICY = 2048;

/** A region's name, a colon and a UUID; of an organization's member a full stop and its account, too. */
const MAX_EXTERNAL_ID = 14 + 1 + 36 + 1 + 12;

/**
 * How long the trust policy of a customer's role becomes: in characters, which IAM counts without white space.
 *
 * @param values with any account ID
 */
export function trustPolicySize(values: Parameters<typeof trustPolicyOf>[0]): number {
  const { homeRegion, accountId } = values;
  const principal = iamArn(homeRegion, accountId, "root");
  return JSON.stringify(trustPolicyOf(values), (_, value) => {
    if (value?.["Fn::Sub"] !== undefined) return principal;
    return value?.Ref === undefined ? value : "x".repeat(MAX_EXTERNAL_ID);
  }).replace(/\s/g, "").length;
}
