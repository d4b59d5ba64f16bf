/** What customers' roles trust and allow. */
import { grantsOfTier, hasPlaceholder, policyStatements } from "../../functions/domain/grants.js";
import { healthNameOf, receiverNameOf } from "../../functions/domain/names.js";
import type { Configuration } from "../config/configuration.js";
import { roleArn } from "../iam/arn.js";

/** Whom customers' roles trust. */
export interface Trust extends Pick<Configuration, "accountId" | "homeRegion" | "prefix" | "rolePath"> {
  /** ARN patterns of the vendor's roles and users that may use customers' roles; empty for the whole account. */
  trustedPrincipals: string[];
}

/** A trust policy as a source template has it. */
interface SourcePolicy {
  readonly Version: string;
  readonly Statement: readonly { readonly Condition: object }[];
}

/**
 * A source's trust policy: the vendor's account, together with the external ID. Where the vendor names its principals, a condition narrows
 * the account to them. They are not named as Principal: a role recreated under its old name would no longer be trusted.
 */
export function narrowedTrust<Policy extends SourcePolicy>(policy: Policy, trust: Trust): Policy {
  if (trust.trustedPrincipals.length === 0) return policy;
  // Receivers and health checks probe.
  const probing = functionRoles([receiverNameOf, healthNameOf], trust);
  return trusting(policy, [...trust.trustedPrincipals, ...probing]);
}

/** The same, narrowed to roles of this program. */
export function trustOfFunctions<Policy extends SourcePolicy>(
  policy: Policy,
  names: readonly ((prefix: string) => string)[],
  trust: Trust,
): Policy {
  return trusting(policy, functionRoles(names, trust));
}

/** In whichever region, for a region added later must not change the template. */
function functionRoles(
  names: readonly ((prefix: string) => string)[],
  { homeRegion, accountId, rolePath, prefix }: Trust,
): string[] {
  return names.map((name) => roleArn(homeRegion, accountId, `${rolePath}${name(prefix)}-*`));
}

function trusting<Policy extends SourcePolicy>(policy: Policy, principals: readonly string[]): Policy {
  return {
    ...policy,
    Statement: policy.Statement.map((statement) => ({
      ...statement,
      Condition: { ...statement.Condition, ArnLike: { "aws:PrincipalArn": principals } },
    })),
  };
}

/** What the manifest allows a role of a tier, as properties of the role. */
export function grantsOf({ grants, tier }: Pick<Configuration, "grants"> & { readonly tier: string }) {
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
