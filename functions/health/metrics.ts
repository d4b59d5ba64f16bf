/** The health check's metrics, as its alarms know them. The program sets their namespace: the stack's prefix. */

/** The value of their dimension `service`. */
export const HEALTH_SERVICE = "health";

export const METRIC = {
  safe: "RolesInOrder",
  denied: "UnreachableRoles",
  unsafe: "UnsafeRoles",
  /** STS did not say. */
  unknown: "UnknownRoles",
  /** By how much the check is behind, when it ends: the age of the oldest connection that is still due. */
  behindSeconds: "BehindSeconds",
} as const;
