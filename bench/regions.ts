import { RegionInfo } from "@aws-cdk/region-info";

/** The home region of the programs that are measured. */
export const HOME_REGION = "us-east-1";

/** The 17 regions that every account has without opting in, the home region first. */
export const DEFAULT_REGIONS: readonly string[] = [
  HOME_REGION,
  ...RegionInfo.regions
    .filter(({ partition, isOptInRegion }) => partition === "aws" && !isOptInRegion)
    .map(({ name }) => name)
    .filter((name) => name !== HOME_REGION),
];
