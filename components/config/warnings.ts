/** What is allowed, and not wise for everybody. */
import { RegionInfo } from "@aws-cdk/region-info";
import { partitionOf } from "../../functions/aws/partitions.js";
import { prefixOf } from "../../functions/domain/names.js";
import { forwardsEvents } from "../aws/event-forwarding.js";
import type { CheckedValues } from "./schema.js";
import type { Source } from "./source.js";

/** @returns sentences that say what may go wrong, and what to do */
export function warningsOf(values: CheckedValues, source: Source): string[] {
  return [openToAnybody, optInHomeRegion, unsignedRequestsInChina, alarmsByRegion]
    .map((warning) => warning(values, source))
    .filter((sentence) => sentence !== undefined);
}

function openToAnybody({ auth }: CheckedValues, { name }: Source): string | undefined {
  return auth === "none"
    ? `${name("auth")} is none: whoever knows the onboarding URL can make links. Use jwt or iam for anything but a trial.`
    : undefined;
}

function optInHomeRegion({ homeRegion = "" }: CheckedValues): string | undefined {
  return RegionInfo.get(homeRegion).isOptInRegion
    ? `The home region ${homeRegion} is one that accounts have to opt in to: customers who have not done so cannot read the template, and their links do not work. Use a home region that is on by default, such as us-east-1, unless all of your customers use ${homeRegion}.`
    : undefined;
}

/** "Feature Availability and Implementation Differences" in https://docs.amazonaws.cn/en_us/aws/latest/userguide/api-gateway.html */
function unsignedRequestsInChina(
  { auth, homeRegion = "" }: CheckedValues,
  { name }: Source,
): string | undefined {
  return auth !== "iam" && partitionOf(homeRegion).partition === "aws-cn"
    ? `${name("auth")} is ${auth}: in China, API Gateway answers requests without AWS credentials only if the account has an ICP license. Until yours has one for ${homeRegion}, set ${name("auth")} to iam, or neither the page nor the API will open.`
    : undefined;
}

function alarmsByRegion(values: CheckedValues): string | undefined {
  const { deployment = "", homeRegion = "", regions, retiredRegions, releasedRegions } = values;
  const others = [...regions, ...retiredRegions, ...releasedRegions].filter(
    (region) => region !== homeRegion,
  );
  return others.length > 0 && !forwardsEvents(homeRegion)
    ? `EventBridge does not forward events between regions of ${partitionOf(homeRegion).partition}, so the alarms of ${others.join(", ")} do not reach ${homeRegion}: each has a topic of its own, ${prefixOf(deployment)}-alarms. Subscribe to it there.`
    : undefined;
}
