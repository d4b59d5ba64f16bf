/**
 * What customers' roles allow: the one manifest that the template, the policies of a role that a customer makes, the page and the API are
 * made from.
 */

/** IAM's condition block: operator, key, values. */
export type GrantCondition = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** Actions on some resources only, or under a condition. */
export interface GrantStatement {
  readonly actions: readonly string[];
  /** ARNs or patterns, in which `${AWS::Partition}`, `${AWS::Region}` and `${AWS::AccountId}` stand for the customer's. */
  readonly resources: readonly string[];
  readonly condition?: GrantCondition | undefined;
}

/** What one role allows. */
export interface TierGrants {
  /** IAM actions on all resources. */
  readonly actions: readonly string[];
  /** Names of AWS managed policies. */
  readonly managedPolicies: readonly string[];
  readonly statements: readonly GrantStatement[];
}

/** A named choice of the customer's: what it allows besides what every role does. */
export interface Tier extends TierGrants {
  readonly name: string;
}

/** The manifest: what every role allows, and the tiers of which each link asks for one, if there are any. */
export interface Grants extends TierGrants {
  readonly tiers: readonly Tier[];
}

/** The name of the only tier where the manifest names none. */
export const ONLY_TIER = "";

/** The first one is that of links which ask for none. */
export function tierNames({ tiers }: Grants): readonly [string, ...string[]] {
  const [first, ...others] = tiers.map(({ name }) => name);
  return first === undefined ? [ONLY_TIER] : [first, ...others];
}

/**
 * All that a role of a tier allows.
 * @param name a tier that is no longer there counts as the first one
 */
export function grantsOfTier(grants: Grants, name: string): TierGrants {
  const { actions, managedPolicies, statements } = grants;
  const tier = grants.tiers.find((one) => one.name === name) ?? grants.tiers[0];
  return {
    actions: [...new Set([...actions, ...(tier?.actions ?? [])])],
    managedPolicies: [...new Set([...managedPolicies, ...(tier?.managedPolicies ?? [])])],
    statements: [...statements, ...(tier?.statements ?? [])],
  };
}

/** A statement of an IAM policy that allows something. */
export interface AllowStatement {
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: "*" | readonly string[];
  readonly Condition?: GrantCondition;
}

/** The statements of the role's own policy; none where managed policies say it all. Placeholders are left as they are. */
export function policyStatements({ actions, statements }: TierGrants): AllowStatement[] {
  const everywhere: AllowStatement[] =
    actions.length > 0 ? [{ Effect: "Allow", Action: actions, Resource: "*" }] : [];
  return [
    ...everywhere,
    ...statements.map(({ actions: Action, resources: Resource, condition }) => ({
      Effect: "Allow" as const,
      Action,
      Resource,
      ...(condition && { Condition: condition }),
    })),
  ];
}

/** What CloudFormation calls the customer's partition, region and account. */
const PLACEHOLDER = /\$\{AWS::(Partition|Region|AccountId)\}/;

/** Whether a text holds a placeholder of CloudFormation's. */
export function hasPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text);
}
