/** The receiver's metrics, for its alarms. The program sets their namespace: the stack's prefix. */

/** The value of their dimension `service`. */
export const RECEIVER_SERVICE = "receiver";

export const METRIC = {
  /** Messages that got no response, because they are not requests of CloudFormation. */
  droppedRequests: "DroppedRequests",
  /** From the publication of a request to its response, with Lambda's waits between retries. */
  responseSeconds: "ResponseSeconds",
  /** Responses that CloudFormation's bucket refused for good. */
  refusedResponses: "RefusedResponses",
  /** From the link to the connection; as many values as connections were made. */
  connectSeconds: "ConnectSeconds",
  /** FAILED responses, by the dimension `reason`: one of {@link FAILURES}. */
  failures: "Failures",
  /** Errors on our side. */
  errors: "Errors",
} as const;

/** Why a response was FAILED. */
export const FAILURES = {
  /** The request does not match the link, or the link can no longer be used. */
  rules: "rules",
  /** The customer's role is not safe, or cannot be assumed. */
  role: "role",
  /** A fault on our side. */
  fault: "fault",
} as const;

export type Failure = (typeof FAILURES)[keyof typeof FAILURES];
