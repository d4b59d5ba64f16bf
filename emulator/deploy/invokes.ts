/** What the program asks AWS for while it runs, answered by the embedded cloud. */
import { RegionInfo } from "@aws-cdk/region-info";
import { VENDOR_ACCOUNT } from "../aws/embedded-cloud.js";

type Values = Readonly<Record<string, unknown>>;

const answers: Readonly<Record<string, (inputs: Values) => Values>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({
    accountId: VENDOR_ACCOUNT,
    arn: `arn:aws:iam::${VENDOR_ACCOUNT}:root`,
    id: VENDOR_ACCOUNT,
    userId: VENDOR_ACCOUNT,
  }),
  // The vendor's account here has every region opted in.
  "aws:index/getRegions:getRegions": ({ region }) => ({
    id: String(region),
    names: RegionInfo.regions.filter(({ partition }) => partition === "aws").map(({ name }) => name),
  }),
};

/** @throws Error when the program asks for something that has no answer here */
export function invoke(token: string, inputs: Values): Values {
  const answer = answers[token];
  if (!answer)
    throw new Error(`The embedded cloud has no answer to the invoke ${token} (emulator/deploy/invokes.ts).`);
  return answer(inputs);
}
