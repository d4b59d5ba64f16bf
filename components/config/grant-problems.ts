/** What customers' roles must not allow, and what IAM would refuse in a customer's account. Each returns the rest of a sentence. */
import {
  type Grants,
  grantsOfTier,
  policyStatements,
  type Tier,
  tierNames,
} from "../../functions/domain/grants.js";

const USE_INSTEAD = "name a service and an action, such as ec2:Describe*";

/** Services through which a role can grant itself, or somebody else, any permission there is. */
const ESCALATING_SERVICES = ["iam", "sts", "organizations"];

/** Managed policies that allow nearly everything, or granting oneself the rest. */
const ESCALATING_POLICIES = ["AdministratorAccess", "PowerUserAccess", "IAMFullAccess"];

/** IAM's quota for all inline policies of a role, in characters. */
const INLINE_POLICY_CHARACTERS = 10_240;

/** IAM's default quota for managed policies of a role. */
const MANAGED_POLICIES = 10;

/** @param wholeServices whether all actions of a service may be named together */
export function actionProblem(action: string, wholeServices = false): string | undefined {
  const [, service = "", name = ""] = /^([a-zA-Z0-9*?-]+):([a-zA-Z0-9*?]+)$/.exec(action) ?? [];
  const reason = /^[*?:]+$/.test(action)
    ? `that allows every action there is; ${USE_INSTEAD}`
    : reasonAgainst(service, name, wholeServices);
  return reason && `has "${action}": ${reason}.`;
}

function reasonAgainst(service: string, name: string, wholeServices: boolean): string | undefined {
  if (service === "") return USE_INSTEAD;
  if (/[*?]/.test(service)) {
    return "that matches more than one service; name a single one, such as ec2:Describe*";
  }
  const isEscalating = ESCALATING_SERVICES.includes(service.toLowerCase());
  if (/^[*?]+$/.test(name) && (!wholeServices || isEscalating)) {
    return isEscalating
      ? `that allows every action of ${service}; name what you need, such as ${service}:List*`
      : `that allows every action of ${service}; name what you need, such as ${service}:List*, or use a statement with wholeServices: true`;
  }
  if (isEscalating && /[*?]/.test(name) && !/^(get|list|describe)/i.test(name)) {
    return `a role with that could grant itself any permission; use ${service}:Get*, ${service}:List* or single actions`;
  }
  return undefined;
}

export function policyProblem(policy: string): string | undefined {
  const name = policy.slice(policy.lastIndexOf("/") + 1);
  if (ESCALATING_POLICIES.includes(name)) {
    return `has "${policy}": a role with that owns the account; use a narrower policy, such as SecurityAudit.`;
  }
  if (!/^([\w-]+\/)*[\w+=,.@-]+$/.test(policy)) {
    return `has "${policy}": use the name of an AWS managed policy instead of an ARN, such as SecurityAudit or job-function/ViewOnlyAccess.`;
  }
  return undefined;
}

const RESOURCE = /^arn:(aws[a-z-]*|\$\{AWS::Partition\}):[a-z0-9-]+:[^:]*:[^:]*:.+$/;

export function resourceProblem(resource: string): string | undefined {
  return RESOURCE.test(resource)
    ? undefined
    : `has "${resource}": use an ARN or a pattern, such as arn:\${AWS::Partition}:s3:::billing-*/*. For all resources, use grants.actions.`;
}

const OPERATOR = /^(ForAllValues:|ForAnyValue:)?[A-Z][A-Za-z]+$/;
const KEY = /^[a-zA-Z0-9-]+:[\w/.${}: -]+$/;

export function conditionProblem(
  condition: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): string | undefined {
  for (const [operator, keys] of Object.entries(condition)) {
    if (!OPERATOR.test(operator)) {
      return `has the operator "${operator}": use one of IAM's, such as StringEquals.`;
    }
    for (const key of Object.keys(keys)) {
      if (!KEY.test(key)) {
        return `has the key "${key}" under ${operator}: use one of IAM's, such as aws:ResourceTag/team.`;
      }
    }
  }
  return undefined;
}

const TIER_NAME = /^[a-z][a-z0-9-]{0,31}$/;

/** Each tier's template and each tier's choice on the page: more would be none of either. */
const MAX_TIERS = 5;

export function tiersProblem(tiers: readonly Tier[]): string | undefined {
  if (tiers.length > MAX_TIERS) return `has ${tiers.length} tiers: ${MAX_TIERS} at most.`;
  const names = tiers.map(({ name }) => name);
  const invalid = names.find((name) => !TIER_NAME.test(name));
  if (invalid !== undefined) {
    return `has the name "${invalid}": use 1 to 32 lower-case letters, digits and hyphens, beginning with a letter.`;
  }
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  return repeated === undefined ? undefined : `has "${repeated}" twice: each tier needs a name of its own.`;
}

/** What is wrong with all that the role of one tier would allow. */
export function tierProblem(grants: Grants): string | undefined {
  for (const tier of tierNames(grants)) {
    const where = tier && ` with the tier "${tier}"`;
    const all = grantsOfTier(grants, tier);
    const statements = policyStatements(all);
    if (statements.length + all.managedPolicies.length === 0) {
      return `grants nothing${where}: name at least one action, statement or managed policy.`;
    }
    const { length } = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    if (length > INLINE_POLICY_CHARACTERS) {
      return `makes a policy of ${length} characters${where}: IAM takes ${INLINE_POLICY_CHARACTERS}. Shorten it with patterns such as ec2:Describe*.`;
    }
    if (all.managedPolicies.length > MANAGED_POLICIES) {
      return `has ${all.managedPolicies.length} managed policies${where}: a role can have ${MANAGED_POLICIES} at most.`;
    }
  }
  return undefined;
}
