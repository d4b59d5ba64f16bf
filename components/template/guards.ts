/**
 * What guards the way in. Whoever opens a link can overwrite each parameter, and anybody can make a link to a template: what is allowed
 * is therefore part of it.
 */
import { partitionOf } from "../../functions/aws/partitions.js";
import { topicArns } from "../../functions/domain/names.js";
import type { Configuration } from "../config/configuration.js";

/** What the guards know of the deployment. */
export interface GuardValues
  extends Pick<
    Configuration,
    "accountId" | "confirmation" | "homeRegion" | "prefix" | "regions" | "servedRegions" | "topicsByRegion"
  > {}

/** The parts of a source template that the guards complete. */
interface Source {
  readonly Parameters: { readonly TrustedAccount: object; readonly SnsArn: object };
  readonly Rules: object;
  readonly Outputs: object;
}

/** A source template that takes only this vendor's account, topics and regions. */
export function guarded<Template extends Source>(source: Template, values: GuardValues): Template {
  const { Parameters, Rules, Outputs } = source;
  return {
    ...source,
    Parameters: {
      ...Parameters,
      TrustedAccount: { ...Parameters.TrustedAccount, AllowedValues: [values.accountId] },
      SnsArn: { ...Parameters.SnsArn, AllowedPattern: topicPattern(values) },
    },
    Rules: { ...Rules, ...rulesOf(values) },
    Outputs: {
      ...Outputs,
      ...(values.confirmation === "code" && { ConfirmationCode: confirmationOutput }),
    },
  };
}

/** For the customer to read and to enter where the link was opened; whoever else made the link cannot see it. */
const confirmationOutput = {
  Description:
    "This code is for the company named in the output GrantedTo, and for nobody else. Enter it on the page where you got the link if that page names the same company and shows that you are signed in as yourself. If you did not request the link yourself, do not give the code to anyone, and delete this stack.",
  Value: { "Fn::GetAtt": ["Connection", "ConfirmationCode"] },
};

/** Any topic of this stack: a pattern, because CloudFormation checks it again when a stack moves to a later template. */
function topicPattern({ homeRegion, accountId, prefix }: GuardValues): string {
  return `^arn:${partitionOf(homeRegion).partition}:sns:[a-z0-9-]+:${accountId}:${prefix}-[1-9][0-9]*$`;
}

/**
 * CloudFormation checks rules before it creates anything. A topic can be published to only from its own region, so a
 * stack in any other would otherwise create a role, wait for a response that cannot come, and roll back an hour later.
 */
function rulesOf(values: GuardValues) {
  // With the retired ones: CloudFormation checks rules again when a stack moves to a later template.
  const served = values.servedRegions;
  const regions = values.regions.join(", ");
  const offered = {
    Assertions: [
      {
        Assert: { "Fn::Contains": [served, { Ref: "AWS::Region" }] },
        AssertDescription: `Accounts cannot be connected in this region, only in: ${regions}. Open your link again and do not change the region.`,
      },
    ],
  };
  return Object.fromEntries([
    ["OfferedRegion", offered],
    ...served.map((region) => [ruleName(region), linkRule(region, values)]),
  ]);
}

function linkRule(region: string, { accountId, prefix, topicsByRegion }: GuardValues) {
  const topics = topicArns(region, accountId, prefix, topicsByRegion[region] ?? 1);
  return {
    RuleCondition: { "Fn::Equals": [{ Ref: "AWS::Region" }, region] },
    Assertions: [
      {
        Assert: { "Fn::Contains": [topics, { Ref: "SnsArn" }] },
        AssertDescription: `This link was made for another region, not for ${region}. Open it again and do not change the region, or request a link for ${region}.`,
      },
    ],
  };
}

/** The names of rules take letters and digits only: LinkForEuWest1. */
function ruleName(region: string): string {
  const words = region.split("-").map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  return `LinkFor${words.join("")}`;
}
