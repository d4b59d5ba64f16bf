/** What customers' roles allow, and to whom. */
import * as v from "valibot";
import {
  actionProblem,
  conditionProblem,
  policyProblem,
  resourceProblem,
  tierProblem,
  tiersProblem,
} from "../grant-problems.js";
import { check, firstProblem, flag, map, object, optional, shown, text, textList } from "../schema-parts.js";

const names = textList(({ input }) => `must be a list of names, not ${shown(input)}.`);
const arns = textList(({ input }) => `must be a list of ARNs, not ${shown(input)}.`);

/** Values of a condition; one alone need not be a list. */
const conditionValues = v.pipe(
  v.custom<string | string[]>(
    (input) => [input].flat().every((value) => typeof value === "string"),
    ({ input }) => `must be a text or a list of texts, not ${shown(input)}.`,
  ),
  v.transform((input) => [input].flat()),
);

const statement = v.pipe(
  object(
    {
      actions: v.pipe(names, v.minLength(1, "is empty: name at least one action.")),
      resources: v.pipe(
        arns,
        v.minLength(1, "is empty: name at least one ARN or pattern."),
        check((resources) => firstProblem(resources, resourceProblem)),
      ),
      /** IAM's condition block, for example `{"StringEquals": {"aws:ResourceTag/team": ["data"]}}`. */
      condition: v.optional(
        v.pipe(
          map(map(conditionValues, "IAM's condition keys"), "IAM's condition operators"),
          check<Record<string, Record<string, string[]>>>(conditionProblem),
        ),
      ),
      /** Whether an action may be all of a service, such as `s3:*`. */
      wholeServices: v.optional(flag(), false),
    },
    "actions and resources",
  ),
  check(({ actions, wholeServices }) =>
    firstProblem(actions, (action) => actionProblem(action, wholeServices)),
  ),
  v.transform(({ wholeServices: _, ...granted }) => granted),
);

const statements = v.pipe(
  v.custom<v.InferInput<typeof statement>[]>(
    Array.isArray,
    ({ input }) => `must be a list of statements, not ${shown(input)}.`,
  ),
  v.array(statement),
);

const parts = {
  /** Actions on every resource of the customer's account, for example `ec2:Describe*`. */
  actions: v.optional(
    v.pipe(
      names,
      check((actions) => firstProblem(actions, (action) => actionProblem(action))),
    ),
    [],
  ),
  /** Names of AWS managed policies, for example `SecurityAudit` or `job-function/ViewOnlyAccess`. */
  managedPolicies: v.optional(
    v.pipe(
      names,
      check((policies) => firstProblem(policies, policyProblem)),
    ),
    [],
  ),
  /** Actions on some resources only, or under a condition. */
  statements: v.optional(statements, []),
};

const tier = object(
  { name: text(/^/, ({ input }) => `must be a text, not ${shown(input)}.`), ...parts },
  "a name, and actions, managedPolicies or statements",
);

const tiers = v.pipe(
  v.custom<v.InferInput<typeof tier>[]>(
    Array.isArray,
    ({ input }) => `must be a list of tiers, not ${shown(input)}.`,
  ),
  v.array(tier),
  check((all) => tiersProblem(all)),
);

export const grantValues = {
  grants: optional(
    v.pipe(
      object({ ...parts, tiers: v.optional(tiers, []) }, "actions, managedPolicies, statements or tiers"),
      check((grants) => tierProblem(grants)),
    ),
    {
      title: "What the customers' role allows",
      description:
        "What the role in a customer's account allows you to do. `actions`: IAM actions, on all resources; patterns are " +
        "fine, except for all actions of a service. `managedPolicies`: names of AWS managed policies. `statements`: " +
        "`actions` on `resources` only, with a `condition` if you need one; `wholeServices: true` lets them name all " +
        "actions of a service. `tiers`: named choices, of which each link asks for one; a tier adds its own `actions`, " +
        "`managedPolicies` and `statements` to those that every role has. Links that name none ask for the first. The " +
        "value replaces the default as a whole.",
      default: { actions: ["ec2:Describe*"], managedPolicies: [], statements: [], tiers: [] },
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

function principalProblem(principal: string): string | undefined {
  return /^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)\/[\w+=,.@/*?-]+$/.test(principal)
    ? undefined
    : `has "${principal}": use the ARN of a role or user in your account, or a pattern such as arn:aws:iam::111122223333:role/backend-*.`;
}
