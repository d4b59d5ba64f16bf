/** The receiver's metrics, as its alarms know them. The program sets their namespace: the stack's prefix. */

/** The value of their dimension `service`. */
export const RECEIVER_SERVICE = "receiver";

export const METRIC = {
  /** Notifications that got no answer, because they are no requests of CloudFormation's. */
  refusedRequests: "RefusedRequests",
  /** From the publication of a request to its answer, Lambda's waits between tries included. */
  responseSeconds: "ResponseSeconds",
  /** Answers that CloudFormation's bucket refused for good. */
  refusedResponses: "RefusedResponses",
  /** From the link to the connection; as many values as connections were made. */
  connectSeconds: "ConnectSeconds",
  /** Stacks that were told FAILED, by the dimension `reason`: one of {@link FAILURES}. */
  failures: "Failures",
  /** Faults on our side. */
  troubles: "Troubles",
} as const;

/** Why a stack was told FAILED. */
export const FAILURES = {
  /** What it reports does not fit the link, or the link is no longer good. */
  rules: "rules",
  /** Its role is not in order. */
  role: "role",
  /** A fault on our side. */
  fault: "fault",
} as const;

export type Failure = (typeof FAILURES)[keyof typeof FAILURES];
