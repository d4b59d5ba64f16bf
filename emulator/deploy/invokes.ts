/** What the program asks AWS for while it runs, and the embedded cloud's results. */
import { RegionInfo } from "@aws-cdk/region-info";
import { VENDOR_ACCOUNT } from "../embedded-cloud.js";

type Values = Readonly<Record<string, unknown>>;

const results: Readonly<Record<string, (inputs: Values, homeRegion: string) => Values>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({
    accountId: VENDOR_ACCOUNT,
    arn: `arn:aws:iam::${VENDOR_ACCOUNT}:root`,
    id: VENDOR_ACCOUNT,
    userId: VENDOR_ACCOUNT,
  }),
  // What the AWS provider is configured with.
  "aws:index/getRegion:getRegion": (_inputs, homeRegion) => ({ id: homeRegion, region: homeRegion }),
  // Every deployment here is the first one.
  "aws:dynamodb/getTable:getTable": ({ name }) => {
    throw new Error(`reading DynamoDB Table (${name}): couldn't find resource`);
  },
  // The embedded cloud has none of AWS's managed policies: whatever is named exists.
  "aws:iam/getPolicy:getPolicy": ({ arn }) => ({ id: String(arn), arn: String(arn) }),
  // The vendor's account here has opted in to every region.
  "aws:index/getRegions:getRegions": ({ region }) => ({
    id: String(region),
    names: RegionInfo.regions.filter(({ partition }) => partition === "aws").map(({ name }) => name),
  }),
};

/**
 * @param token Pulumi's name of a function
 * @param homeRegion the stack's `aws:region`
 * @throws Error for a function that the embedded cloud does not know
 */
export function invoke(token: string, inputs: Values, homeRegion: string): Values {
  const result = results[token];
  if (!result) {
    throw new Error(`The embedded cloud does not know the function ${token} (emulator/deploy/invokes.ts).`);
  }
  return result(inputs, homeRegion);
}
