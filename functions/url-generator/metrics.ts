/** The URL generator's metrics, for the function and for the dashboard. Their namespace is the stack's prefix. */

/** The value of their dimension `service`. */
export const URL_GENERATOR_SERVICE = "url-generator";

export const METRIC = {
  /** Links created, with the dimension `region`: the one that the customer chose. */
  links: "Links",
  /** Topics that refused an account which another topic then took: something is wrong with their policies. */
  refusingTopics: "RefusingTopics",
} as const;
