import * as v from "valibot";
import type { Grants, TierGrants } from "../domain/grants.js";
import { describeGrants } from "./page/grants.js";

const GRANTED = {
  description: v.pipe(
    v.array(
      v.strictObject({
        level: v.pipe(
          v.picklist(["view", "read", "change"]),
          v.description(
            "view: settings and status; read: the customer's own data, too; change: anything else.",
          ),
        ),
        title: v.pipe(v.string(), v.description("The level in words.")),
        items: v.array(
          v.strictObject({
            title: v.pipe(v.string(), v.description("The service, or the AWS managed policy.")),
            detail: v.string(),
          }),
        ),
      }),
    ),
    v.description("In words for people who do not read IAM policies."),
  ),
  actions: v.pipe(v.array(v.string()), v.description("IAM actions, on all resources.")),
  managedPolicies: v.pipe(v.array(v.string()), v.description("Names of AWS managed policies.")),
  statements: v.pipe(
    v.array(
      v.strictObject({
        actions: v.array(v.string()),
        resources: v.array(v.string()),
        condition: v.optional(v.record(v.string(), v.record(v.string(), v.array(v.string())))),
      }),
    ),
    v.description("Actions on some resources only, or under a condition."),
  ),
};

/** What customers' roles allow: what every role does, and what each tier adds. */
export const GrantDescription = v.strictObject({
  ...GRANTED,
  tiers: v.pipe(
    v.array(v.strictObject({ name: v.string(), ...GRANTED })),
    v.description("The choices that a link has, the first being the default; empty where there is none."),
  ),
});
export type GrantDescription = v.InferOutput<typeof GrantDescription>;

/** What customers' roles allow, as `GET /grants` says it: what every role does, and what each tier adds. */
export function describeManifest(grants: Grants): GrantDescription {
  return {
    ...describe(grants),
    tiers: grants.tiers.map((tier) => ({ name: tier.name, ...describe(tier) })),
  };
}

function describe({ actions, managedPolicies, statements }: TierGrants) {
  return {
    description: describeGrants({ actions, managedPolicies, statements }).map(({ items, ...level }) => ({
      ...level,
      items: [...items],
    })),
    actions: [...actions],
    managedPolicies: [...managedPolicies],
    statements: statements.map((one) => ({
      actions: [...one.actions],
      resources: [...one.resources],
      ...(one.condition && { condition: JSON.parse(JSON.stringify(one.condition)) }),
    })),
  };
}
