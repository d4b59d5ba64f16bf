import { partitionOf } from "../../functions/aws/partitions.js";

/**
 * Whether EventBridge can send events from this region's bus to another region's: "between any AWS Regions, except AWS GovCloud (US) and China"
 * (https://aws.amazon.com/blogs/compute/expanding-cross-region-event-routing-with-amazon-eventbridge/).
 */
export function forwardsEvents(region: string): boolean {
  return partitionOf(region).partition === "aws";
}
