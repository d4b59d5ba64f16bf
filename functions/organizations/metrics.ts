/** The lister's metrics, for its alarms. The program sets their namespace: the stack's prefix. */

/** The value of their dimension `service`. */
export const ORGANIZATIONS_SERVICE = "organizations";

export const METRIC = {
  /** Accounts that joined an organization, and those that left one. */
  joinedMembers: "JoinedMembers",
  endedMembers: "EndedMembers",
  /** Members that a listing would have ended, and which an operator has to confirm. */
  heldEnds: "HeldEnds",
  /** Listings that did not get to their end. */
  incompleteListings: "IncompleteListings",
  /** Members and organizations that could not be written. */
  errors: "Errors",
} as const;
