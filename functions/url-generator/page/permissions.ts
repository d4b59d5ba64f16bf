/** What the customer's role grants, in the words of somebody who does not read IAM policies. */

/** How far a permission reaches: settings and state, content too, or changes. */
export type Reach = "look" | "read" | "change";

export interface Permission {
  readonly title: string;
  readonly detail: string;
  readonly reach: Reach;
}

export function describePermissions(granted: {
  readonly actions: readonly string[];
  readonly managedPolicies: readonly string[];
}): Permission[] {
  return granted.actions.map((action) => ({ title: action, detail: "", reach: "look" }));
}
