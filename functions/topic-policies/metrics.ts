/** The metrics of the topic-policies function, for its alarms. The program sets their namespace: the stack's prefix. */

/** The value of their dimension `service`. */
export const TOPIC_POLICIES_SERVICE = "topic-policies";

export const METRIC = {
  /** How many more connections the region's topics have capacity for. */
  freeCapacity: "FreeCapacity",
  /** How much of the capacity of the region's topics is used, 0 to 100. */
  usedCapacity: "UsedCapacity",
  /** Statements of connections that ended, and of accounts that were closed, which were removed. */
  removedStatements: "RemovedStatements",
  /** Statements that were missing, and were added again. */
  restoredStatements: "RestoredStatements",
  /** Connections without a statement because AWS refuses their account, most likely a closed one. */
  refusedAccounts: "RefusedAccounts",
  /** Statements that were not ours, and connections whose statement could not be added or removed. */
  errors: "Errors",
} as const;
