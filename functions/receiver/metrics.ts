/** The receiver's metrics, as its alarms know them. The program sets their namespace: the stack's prefix. */

/** The value of their dimension `service`. */
export const RECEIVER_SERVICE = "receiver";

export const METRIC = {
  /** Notifications that got no answer, because they are no requests of CloudFormation's. */
  refusedRequests: "RefusedRequests",
  /** From the publication of a request to its answer, Lambda's waits between tries included. */
  answerSeconds: "AnswerSeconds",
  /** Answers that CloudFormation's bucket refused for good. */
  refusedAnswers: "RefusedAnswers",
  /** Faults on our side. */
  troubles: "Troubles",
} as const;
