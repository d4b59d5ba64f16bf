/** What customers' roles allow, and to whom. */
import * as v from "valibot";
import { check, firstProblem, object, optional, shown, textList } from "../schema-parts.js";

const USE_INSTEAD = "name a service and an action, such as ec2:Describe*";

/** Services through which a role can grant itself, or somebody else, any permission there is. */
const ESCALATING_SERVICES = ["iam", "sts", "organizations"];

/** Managed policies that allow nearly everything, or granting oneself the rest. */
const ESCALATING_POLICIES = ["AdministratorAccess", "PowerUserAccess", "IAMFullAccess"];

/** IAM's quota for all inline policies of a role, in characters. */
const INLINE_POLICY_CHARACTERS = 10_240;

/** IAM's default quota for managed policies of a role. */
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
          ? `has ${policies.length} policies: a role can have ${MANAGED_POLICIES} at most.`
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
      title: "What the customers' role allows",
      description:
        "What the role in a customer's account allows you to do. `actions`: IAM actions, on all resources; patterns are " +
        "fine, except for all actions of a service. `managedPolicies`: names of AWS managed policies. The value replaces " +
        "the default as a whole.",
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
      title: "Who may use the customers' roles",
      description:
        "The roles and users in your account that may assume customers' roles, as ARN patterns; this program's own " +
        "functions always may. If the list is empty, everyone in your account may whose IAM policies allow it. Roles that " +
        "customers have already created keep the list they were created with.",
      default: [],
      example: ["arn:aws:iam::111122223333:role/backend-*"],
    },
  ),
};

function actionProblem(action: string): string | undefined {
  const [, service = "", name = ""] = /^([a-zA-Z0-9*?-]+):([a-zA-Z0-9*?]+)$/.exec(action) ?? [];
  const reason = /^[*?:]+$/.test(action)
    ? `that allows every action there is; ${USE_INSTEAD}`
    : reasonAgainst(service, name);
  return reason && `has "${action}": ${reason}.`;
}

function reasonAgainst(service: string, name: string): string | undefined {
  if (service === "") return USE_INSTEAD;
  if (/[*?]/.test(service)) {
    return "that matches more than one service; name a single one, such as ec2:Describe*";
  }
  if (/^[*?]+$/.test(name)) {
    return `that allows every action of ${service}; name what you need, such as ${service}:List*`;
  }
  if (
    ESCALATING_SERVICES.includes(service.toLowerCase()) &&
    /[*?]/.test(name) &&
    !/^(get|list|describe)/i.test(name)
  ) {
    return `a role with that could grant itself any permission; use ${service}:Get*, ${service}:List* or single actions`;
  }
  return undefined;
}

function policyProblem(policy: string): string | undefined {
  const name = policy.slice(policy.lastIndexOf("/") + 1);
  if (ESCALATING_POLICIES.includes(name)) {
    return `has "${policy}": a role with that owns the account; use a narrower policy, such as SecurityAudit.`;
  }
  if (!/^([\w-]+\/)*[\w+=,.@-]+$/.test(policy)) {
    return `has "${policy}": use the name of an AWS managed policy instead of an ARN, such as SecurityAudit or job-function/ViewOnlyAccess.`;
  }
  return undefined;
}

function principalProblem(principal: string): string | undefined {
  return /^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)\/[\w+=,.@/*?-]+$/.test(principal)
    ? undefined
    : `has "${principal}": use the ARN of a role or user in your account, or a pattern such as arn:aws:iam::111122223333:role/backend-*.`;
}
