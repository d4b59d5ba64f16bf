import { partitionOf } from "../aws/partitions.js";

/** What a link is made of. */
export interface LinkParts {
  readonly region: string;
  readonly templateUrl: string;
  readonly externalId: string;
  readonly grantedTo: string;
  readonly trustedAccount: string;
  readonly topicArn: string;
}

/** CloudFormation takes no longer name, and no other characters. */
const MAX_STACK_NAME = 128;

/**
 * A CloudFormation quick-create link: it leads whoever is signed in to the console to a filled-in form with a button "Create stack".
 * Every value in it can be overwritten; the template and the receiver check them again.
 */
export function quickCreateLink(parts: LinkParts): string {
  const { consoleDomain } = partitionOf(parts.region);
  const query = new URLSearchParams({
    templateURL: parts.templateUrl,
    stackName: stackName(parts),
    param_TrustedAccount: parts.trustedAccount,
    param_ExternalId: parts.externalId,
    param_SnsArn: parts.topicArn,
    param_GrantedTo: parts.grantedTo,
  });
  // The console reads %20 as a space, and a plus sign as a plus sign.
  const form = query.toString().replaceAll("+", "%20");
  return `https://${parts.region}.${consoleDomain}/cloudformation/home?region=${parts.region}#/stacks/create/review?${form}`;
}

/** Names the vendor, for the customer who finds the stack years later, and differs from link to link. */
function stackName({ grantedTo, externalId }: LinkParts): string {
  const words = grantedTo
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^[^A-Za-z]+|-+$/g, "")
    .toLowerCase();
  const suffix = externalId.slice(externalId.indexOf(":") + 1).split("-", 1)[0] ?? "";
  const start = (words || "onboarding").slice(0, MAX_STACK_NAME - suffix.length - 1).replace(/-+$/, "");
  return `${start}-${suffix}`;
}
