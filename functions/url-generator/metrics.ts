/** The URL generator's metrics, as the dashboard knows them. The program sets their namespace: the stack's prefix. */

/** The value of their dimension `service`. */
export const URL_GENERATOR_SERVICE = "url-generator";

export const METRIC = {
  /** Links made, by the dimension `region`: the one that the customer chose. */
  links: "Links",
} as const;
