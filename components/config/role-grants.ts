import * as pulumi from "@pulumi/pulumi";

/** What the customer's role grants to the vendor. */
export interface Grants {
  /** Actions on every resource of the customer's account, for example `ec2:Describe*`. */
  actions: string[];
  /** Names of AWS managed policies, for example `SecurityAudit` or `job-function/ViewOnlyAccess`. */
  managedPolicies: string[];
}

const USE_INSTEAD = "name a service and what it does, such as ec2:Describe*";

/** Services through which a role can give itself, or somebody else, any right there is. */
const RULING_SERVICES = ["iam", "sts", "organizations"];

/** Managed policies with which a role can do nearly everything, or give itself the rest. */
const RULING_POLICIES = ["AdministratorAccess", "PowerUserAccess", "IAMFullAccess"];

/** What IAM allows as one role's inline policies, in characters. */
const INLINE_POLICY_CHARACTERS = 10_240;

/** What IAM allows as one role's managed policies, unless the customer asked for more. */
const MANAGED_POLICIES = 10;

/**
 * The grants, with nothing in them that would make the vendor the owner of its customers' accounts.
 *
 * @throws pulumi.RunError naming the first value that does not do
 */
export function checkGrants(grants: unknown): Grants {
  if (typeof grants !== "object" || grants === null || Array.isArray(grants)) {
    throw new pulumi.RunError(
      `onboarding:grants must have actions, managedPolicies or both, not ${JSON.stringify(grants)}.`,
    );
  }
  const { actions = [], managedPolicies = [], ...others } = grants as Record<string, unknown>;
  for (const other of Object.keys(others)) {
    throw new pulumi.RunError(
      `onboarding:grants has "${other}": there are only actions and managedPolicies.`,
    );
  }
  const checked = {
    actions: list("actions", actions).map(checkAction),
    managedPolicies: list("managedPolicies", managedPolicies).map(checkManagedPolicy),
  };
  checkSize(checked);
  return checked;
}

function checkSize({ actions, managedPolicies }: Grants): void {
  if (actions.length + managedPolicies.length === 0) {
    throw new pulumi.RunError(
      "onboarding:grants grants nothing: name at least one action or managed policy.",
    );
  }
  // Leaves 200 characters for the rest of the policy.
  if (JSON.stringify(actions).length > INLINE_POLICY_CHARACTERS - 200) {
    throw new pulumi.RunError(
      `onboarding:grants.actions has ${actions.length} actions, too many for IAM's ${INLINE_POLICY_CHARACTERS} characters: shorten them with patterns such as ec2:Describe*.`,
    );
  }
  if (managedPolicies.length > MANAGED_POLICIES) {
    throw new pulumi.RunError(
      `onboarding:grants.managedPolicies has ${managedPolicies.length} policies: a role takes ${MANAGED_POLICIES}.`,
    );
  }
}

function list(name: string, values: unknown): string[] {
  if (!Array.isArray(values) || values.some((value) => typeof value !== "string")) {
    throw new pulumi.RunError(
      `onboarding:grants.${name} must be a list of names, not ${JSON.stringify(values)}.`,
    );
  }
  return values;
}

function checkAction(action: string): string {
  const refuse = (reason: string) => {
    throw new pulumi.RunError(`onboarding:grants.actions has "${action}": ${reason}.`);
  };
  if (/^[*?:]+$/.test(action)) return refuse(`that is every action there is; ${USE_INSTEAD}`);
  const [, service, name] = /^([a-zA-Z0-9*?-]+):([a-zA-Z0-9*?]+)$/.exec(action) ?? [];
  if (service === undefined || name === undefined) {
    return refuse(USE_INSTEAD);
  }
  if (/[*?]/.test(service)) {
    return refuse("that covers services which nobody asked for; name one, such as ec2:Describe*");
  }
  if (/^[*?]+$/.test(name)) {
    return refuse(`that is every action of ${service}; name what is needed, such as ${service}:List*`);
  }
  if (
    RULING_SERVICES.includes(service.toLowerCase()) &&
    /[*?]/.test(name) &&
    !/^(get|list|describe)/i.test(name)
  ) {
    return refuse(
      `a role with that could give itself every right; use ${service}:Get*, ${service}:List* or single actions`,
    );
  }
  return action;
}

function checkManagedPolicy(policy: string): string {
  const name = policy.slice(policy.lastIndexOf("/") + 1);
  if (RULING_POLICIES.includes(name)) {
    throw new pulumi.RunError(
      `onboarding:grants.managedPolicies has "${policy}": a role with that owns the account; use a narrower one, such as SecurityAudit.`,
    );
  }
  if (!/^([\w-]+\/)*[\w+=,.@-]+$/.test(policy)) {
    throw new pulumi.RunError(
      `onboarding:grants.managedPolicies has "${policy}": use the name of a policy of AWS without its ARN, such as SecurityAudit or job-function/ViewOnlyAccess.`,
    );
  }
  return policy;
}
