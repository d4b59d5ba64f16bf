/** The permissions function's metrics, as its alarms know them. The program sets their namespace: the stack's prefix. */

/** The value of their dimension `service`. */
export const TOPIC_POLICIES_SERVICE = "topic-policies";

export const METRIC = {
  /** How many more connections the region's topics take. */
  capacityLeft: "CapacityLeft",
  /** How much of what the region's topics can hold is used, 0 to 100. */
  capacityUsed: "CapacityUsed",
  /** Statements that were none of ours, and connections that could not be given their permission. */
  troubles: "Troubles",
} as const;
