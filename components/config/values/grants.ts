/** What customers grant, and to whom. */
import * as v from "valibot";
import { check, firstProblem, object, optional, shown, textList } from "../schema-parts.js";

const USE_INSTEAD = "name a service and what it does, such as ec2:Describe*";

/** Services through which a role can give itself, or somebody else, any right there is. */
const RULING_SERVICES = ["iam", "sts", "organizations"];

/** Managed policies with which a role can do nearly everything, or give itself the rest. */
const RULING_POLICIES = ["AdministratorAccess", "PowerUserAccess", "IAMFullAccess"];

/** What IAM allows as one role's inline policies, in characters. */
const INLINE_POLICY_CHARACTERS = 10_240;

/** What IAM allows as one role's managed policies, unless the customer asked for more. */
const MANAGED_POLICIES = 10;

const names = textList(({ input }) => `must be a list of names, not ${shown(input)}.`);

const parts = {
  /** Actions on every resource of the customer's account, for example `ec2:Describe*`. */
  actions: v.optional(
    v.pipe(
      names,
      check((actions) => firstProblem(actions, actionProblem)),
      // Leaves 200 characters for the rest of the policy.
      check((actions) =>
        JSON.stringify(actions).length > INLINE_POLICY_CHARACTERS - 200
          ? `has ${actions.length} actions, too many for IAM's ${INLINE_POLICY_CHARACTERS} characters: shorten them with patterns such as ec2:Describe*.`
          : undefined,
      ),
    ),
    [],
  ),
  /** Names of AWS managed policies, for example `SecurityAudit` or `job-function/ViewOnlyAccess`. */
  managedPolicies: v.optional(
    v.pipe(
      names,
      check((policies) => firstProblem(policies, policyProblem)),
      check((policies) =>
        policies.length > MANAGED_POLICIES
          ? `has ${policies.length} policies: a role takes ${MANAGED_POLICIES}.`
          : undefined,
      ),
    ),
    [],
  ),
};

export const grantValues = {
  grants: optional(
    v.pipe(
      object(parts, "actions, managedPolicies or both"),
      check(({ actions, managedPolicies }) =>
        actions.length + managedPolicies.length === 0
          ? "grants nothing: name at least one action or managed policy."
          : undefined,
      ),
    ),
    {
      title: "What customers grant",
      description:
        "What the role in a customer's account lets you do. `actions`: a list of IAM actions on all resources, patterns among " +
        "them, but never all actions of a service. `managedPolicies`: a list of names of AWS managed policies. Setting it replaces the default as a whole.",
      default: { actions: ["ec2:Describe*"], managedPolicies: [] },
      example: { actions: ["ec2:Describe*", "s3:ListAllMyBuckets"], managedPolicies: ["SecurityAudit"] },
    },
  ),
  trustedPrincipals: optional(
    v.pipe(
      textList(({ input }) => `must be a list of ARN patterns, not ${shown(input)}.`),
      check((principals) => firstProblem(principals, principalProblem)),
    ),
    {
      title: "Who may use customers' roles",
      description:
        "ARN patterns of the roles and users in your account that may assume customers' roles, besides this program's own functions. " +
        "Empty for everybody in your account whom IAM lets. Roles that customers have created already keep what they were created with.",
      default: [],
      example: ["arn:aws:iam::111122223333:role/backend-*"],
    },
  ),
};

function actionProblem(action: string): string | undefined {
  const [, service = "", name = ""] = /^([a-zA-Z0-9*?-]+):([a-zA-Z0-9*?]+)$/.exec(action) ?? [];
  const reason = /^[*?:]+$/.test(action)
    ? `that is every action there is; ${USE_INSTEAD}`
    : reasonAgainst(service, name);
  return reason && `has "${action}": ${reason}.`;
}

function reasonAgainst(service: string, name: string): string | undefined {
  if (service === "") return USE_INSTEAD;
  if (/[*?]/.test(service)) {
    return "that covers services which nobody asked for; name one, such as ec2:Describe*";
  }
  if (/^[*?]+$/.test(name)) {
    return `that is every action of ${service}; name what is needed, such as ${service}:List*`;
  }
  if (
    RULING_SERVICES.includes(service.toLowerCase()) &&
    /[*?]/.test(name) &&
    !/^(get|list|describe)/i.test(name)
  ) {
    return `a role with that could give itself every right; use ${service}:Get*, ${service}:List* or single actions`;
  }
  return undefined;
}

function policyProblem(policy: string): string | undefined {
  const name = policy.slice(policy.lastIndexOf("/") + 1);
  if (RULING_POLICIES.includes(name)) {
    return `has "${policy}": a role with that owns the account; use a narrower one, such as SecurityAudit.`;
  }
  if (!/^([\w-]+\/)*[\w+=,.@-]+$/.test(policy)) {
    return `has "${policy}": use the name of a policy of AWS without its ARN, such as SecurityAudit or job-function/ViewOnlyAccess.`;
  }
  return undefined;
}

function principalProblem(principal: string): string | undefined {
  return /^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)\/[\w+=,.@/*?-]+$/.test(principal)
    ? undefined
    : `has "${principal}": use the ARN of a role or a user of your account, or a pattern of such, as arn:aws:iam::111122223333:role/backend-*.`;
}
