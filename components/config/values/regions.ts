/** Where customers can connect, and how many of them can. */
import * as v from "valibot";
import { homeRegionProblem } from "../regions.js";
import { check, map, optional, required, shown, text, textList, wholeNumber } from "../schema-parts.js";
import type { Source } from "../source.js";

/** Enough for 29,700 connections. The rules of the template name each topic, and with more it would outgrow 1 MB in 34 regions. */
const MAX_TOPICS = 300;

const topics = wholeNumber(
  1,
  MAX_TOPICS,
  `use a whole number from 1 to ${MAX_TOPICS}; each topic serves 99 connections. You can raise it at any time, but never lower it`,
);

/** What a stack has anyway, and what a component looks up if its arguments leave it out. */
export const stackValues = {
  deployment: v.optional(
    // `onboarding-<deployment>-topic-policies-<region>` is the name of a role, for which IAM has 64 characters; some are kept free.
    text(
      /^[a-z][a-z0-9-]{0,15}$/,
      ({ input }) =>
        `${shown(input)} becomes part of names in AWS: use 1 to 16 lower-case letters, digits and hyphens, beginning with a letter.`,
    ),
  ),
  homeRegion: v.optional(
    v.pipe(
      v.string(({ input }) => `is ${shown(input)}, which is not a region of AWS: use one such as us-east-1.`),
      check(homeRegionProblem),
    ),
  ),
};

/** @param source for the sentence that says how to set a region */
export function regionValues(source: Source) {
  const example = `for example: ${source.firstItem("regions", "us-east-1")}`;
  const notAList = ({ input }: { readonly input: unknown }) =>
    input === undefined
      ? `is missing: list the regions to offer to customers, ${example}.`
      : `must be a list of at least one region, not ${shown(input)}; ${example}.`;
  return {
    regions: required(v.pipe(textList(notAList), v.minLength(1, notAList)), {
      title: "Regions offered to customers",
      description:
        "The regions that customers can choose from. All must be in the home region's partition and enabled in your " +
        "account. Keep a region that customers have used, here or in `retiredRegions`: without it they can neither update " +
        "nor delete their stacks.",
      example: ["us-east-1", "eu-west-1"],
    }),
    retiredRegions: optional(
      textList(({ input }) => `must be a list of regions, not ${shown(input)}; leave it out for none.`),
      {
        title: "Regions no longer offered",
        description:
          "Regions for which no more links are made. Customers' stacks in them still work. Move a region on to " +
          "`releasedRegions` only once `onboarding regions` says that no stack needs it.",
        default: [],
        example: ["eu-west-2"],
      },
    ),
    releasedRegions: optional(
      textList(({ input }) => `must be a list of regions, not ${shown(input)}; leave it out for none.`),
      {
        title: "Regions about to be removed",
        description:
          "Retired regions that no customer's stack needs any more. `pulumi up` lifts the protection of everything in them, and " +
          "they still receive. Once it has run, take the region out of the list, and the next `pulumi up` removes it.",
        default: [],
        example: ["eu-west-2"],
      },
    ),
    topicsPerRegion: optional(topics, {
      title: "Topics in each region",
      description:
        "How many SNS topics each region has; one serves 99 connections. You can raise the number at any time, but never " +
        "lower it, because a customer's stack is tied to its topic.",
      unit: "topics",
      default: 1,
      example: 2,
    }),
    topicsByRegion: optional(map(topics, "a map from region to number"), {
      title: "Topics in particular regions",
      description:
        "How many SNS topics particular regions have, if `topicsPerRegion` does not suit them. The same rules apply.",
      unit: "topics",
      default: {},
      example: { "eu-west-1": 3 },
    }),
  };
}
