/** The health check's metrics, for its alarms. The program sets their namespace: the stack's prefix. */

/** The value of their dimension `service`. */
export const HEALTH_SERVICE = "health";

export const METRIC = {
  safe: "SafeRoles",
  denied: "UnreachableRoles",
  /** Of customers who made a role of their own: to them it is unreachable, too. */
  replaced: "UnreachableRoles",
  unsafe: "UnsafeRoles",
  /** STS refuses to probe them: it is deactivated in the customer's account, or the region is disabled there. */
  blocked: "BlockedRoles",
  /** STS did not say. */
  unknown: "UnknownRoles",
  /** How far the check is behind when it ends: since when the oldest connection that is still due has been due. */
  behindSeconds: "BehindSeconds",
} as const;
