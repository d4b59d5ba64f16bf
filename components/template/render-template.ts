import { createHash } from "node:crypto";
import { partitionOf } from "../../functions/aws/partitions.js";
import { topicArns } from "../../functions/aws/topic.js";
import { grantsOfTier, hasPlaceholder, ONLY_TIER, policyStatements } from "../../functions/domain/grants.js";
import { healthNameOf, receiverNameOf } from "../../functions/domain/names.js";
import source from "../../templates/cross-account-role.json" with { type: "json" };
import type { Configuration } from "../config/configuration.js";
import { roleArn } from "../iam/arn.js";

/** What the template says about one deployment. */
export interface TemplateValues
  extends Pick<
    Configuration,
    | "accountId"
    | "confirmation"
    | "customerRolePath"
    | "grants"
    | "homeRegion"
    | "prefix"
    | "regions"
    | "rolePath"
    | "servedRegions"
    | "topicsByRegion"
  > {
  /** ARN patterns of the vendor's roles and users that may use customers' roles; empty for the whole account. */
  trustedPrincipals: string[];
  /** The tier whose grants the role gets; {@link ONLY_TIER} where there are none. */
  tier: string;
}

/** The only keys of the bucket that the public may read. */
export const PUBLIC_PREFIX = "templates/";

/** A template made ready for one vendor. */
export interface RenderedTemplate {
  /** The template's key in the bucket, made of its content. */
  key: string;
  /** The template, JSON. */
  body: string;
  /**
   * What the custom resource reports as TemplateVersion: another one whenever a customer's stack would get another role, trust policy, grant
   * or custom resource. Rules, offered regions, topics and descriptions guard only the way in.
   */
  version: string;
}

/**
 * The source template with the vendor's account, topics, regions and grants in it. Whoever opens a link can
 * overwrite each parameter, and anybody can make a link to this template: what is allowed is therefore part of it.
 */
export function renderTemplate(values: TemplateValues): RenderedTemplate {
  const version = hash(JSON.stringify(withoutDescriptions(templateOf(values, "").Resources)), 12);
  const body = written(templateOf(values, version));
  return { key: `${PUBLIC_PREFIX}${hash(body, 32)}.json`, body, version };
}

/** What a customer's stack gets, without the texts that change nothing of it. */
function withoutDescriptions(resources: unknown): unknown {
  return JSON.parse(JSON.stringify(resources, (key, value) => (key === "Description" ? undefined : value)));
}

/** CloudFormation takes as much of a template that is handed over as text; one in S3 may have 1 MB. */
const MAX_INLINE_BYTES = 51_200;

/** For people to read, as long as it can still be pasted into a request. */
function written(template: unknown): string {
  const readable = `${JSON.stringify(template, null, 2)}\n`;
  return readable.length <= MAX_INLINE_BYTES ? readable : `${JSON.stringify(template)}\n`;
}

function hash(text: string, length: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, length);
}

function templateOf(values: TemplateValues, version: string) {
  const { Parameters, Resources, Outputs } = source;
  return {
    ...source,
    Parameters: {
      ...Parameters,
      TrustedAccount: { ...Parameters.TrustedAccount, AllowedValues: [values.accountId] },
      SnsArn: { ...Parameters.SnsArn, AllowedPattern: topicPattern(values) },
    },
    Rules: { ...source.Rules, ...rulesOf(values) },
    Resources: {
      Role: {
        ...Resources.Role,
        Properties: {
          ...Resources.Role.Properties,
          Path: values.customerRolePath,
          AssumeRolePolicyDocument: trustPolicyOf(values),
          ...grantsOf(values),
        },
      },
      Connection: {
        ...Resources.Connection,
        Properties: {
          ...Resources.Connection.Properties,
          ...(values.tier !== ONLY_TIER && { Tier: values.tier }),
          TemplateVersion: version,
        },
      },
    },
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
function topicPattern({ homeRegion, accountId, prefix }: TemplateValues): string {
  return `^arn:${partitionOf(homeRegion).partition}:sns:[a-z0-9-]+:${accountId}:${prefix}-[1-9][0-9]*$`;
}

/**
 * The source's trust policy: the vendor's account, together with the external ID. Where the vendor names its principals, a condition
 * narrows the account to them. They are not named as Principal: a role recreated under its old name would no longer be trusted.
 */
export function trustPolicyOf(
  values: Pick<TemplateValues, "accountId" | "homeRegion" | "prefix" | "rolePath" | "trustedPrincipals">,
) {
  const policy = source.Resources.Role.Properties.AssumeRolePolicyDocument;
  if (values.trustedPrincipals.length === 0) return policy;
  const { homeRegion, accountId, rolePath, prefix } = values;
  // Receivers and health checks probe; in whichever region, for a region added later must not change the template.
  const probing = [receiverNameOf(prefix), healthNameOf(prefix)].map((name) =>
    roleArn(homeRegion, accountId, `${rolePath}${name}-*`),
  );
  const narrowed = { "aws:PrincipalArn": [...values.trustedPrincipals, ...probing] };
  return {
    ...policy,
    Statement: policy.Statement.map((statement) => ({
      ...statement,
      Condition: { ...statement.Condition, ArnLike: narrowed },
    })),
  };
}

function grantsOf({ grants, tier }: TemplateValues) {
  const all = grantsOfTier(grants, tier);
  const Statement = policyStatements(all).map((statement) => substituted(statement));
  const inline = { PolicyName: "permissions", PolicyDocument: { Version: "2012-10-17", Statement } };
  return {
    ...(Statement.length > 0 && { Policies: [inline] }),
    ...(all.managedPolicies.length > 0 && {
      ManagedPolicyArns: all.managedPolicies.map((policy) => ({
        "Fn::Sub": `arn:\${AWS::Partition}:iam::aws:policy/${policy}`,
      })),
    }),
  };
}

/** Has CloudFormation fill in placeholders. IAM's own variables, such as ${aws:username}, are left to IAM. */
function substituted(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, part) =>
    typeof part === "string" && hasPlaceholder(part)
      ? { "Fn::Sub": part.replace(/\$\{(?!AWS::(?:Partition|Region|AccountId)\})/g, "${!") }
      : part,
  );
}

/**
 * CloudFormation checks rules before it creates anything. A topic can be published to only from its own region, so a
 * stack in any other would otherwise create a role, wait for a response that cannot come, and roll back an hour later.
 */
function rulesOf(values: TemplateValues) {
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

function linkRule(region: string, { accountId, prefix, topicsByRegion }: TemplateValues) {
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
