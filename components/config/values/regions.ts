/** Where customers can connect, and how many of them. */
import * as v from "valibot";
import { homeRegionProblem } from "../regions.js";
import { check, map, optional, required, shown, text, textList, wholeNumber } from "../schema-parts.js";
import type { Source } from "../source.js";

/**
 * The most topics that one region can have, nearly 5000 connections: one Lambda function is behind all of them, and its
 * resource policy of 20 KB names each.
 */
export const MAX_TOPICS = 50;

const topics = wholeNumber(
  1,
  MAX_TOPICS,
  `use a whole number from 1 to ${MAX_TOPICS}; each topic takes 99 connections. It can be raised at any time, and never lowered`,
);

/** What a stack has anyway; as arguments of a component both can be left out. */
export const stackValues = {
  deployment: v.optional(
    // The longest name with which a role's still fits into IAM's 64 characters: `onboarding-<deployment>-topic-policies-<region>`.
    text(
      /^[a-z][a-z0-9-]{0,19}$/,
      ({ input }) =>
        `${shown(input)} becomes part of names in AWS: use 1 to 20 lower-case letters, digits and hyphens, a letter first.`,
    ),
  ),
  homeRegion: v.optional(
    v.pipe(
      v.string(({ input }) => `is ${shown(input)}, which is not a region of AWS: use one such as us-east-1.`),
      check(homeRegionProblem),
    ),
  ),
};

/** @param source the sentences say how to set a region there */
export function regionValues(source: Source) {
  const example = `for example: ${source.firstItem("regions", "us-east-1")}`;
  const notAList = ({ input }: { readonly input: unknown }) =>
    input === undefined
      ? `is missing: list the regions to offer to customers, ${example}.`
      : `must be a list of at least one region, not ${shown(input)}; ${example}.`;
  return {
    regions: required(v.pipe(textList(notAList), v.minLength(1, notAList)), {
      title: "Regions to choose from",
      description:
        "The regions that customers can choose from, all in the partition of the home region and enabled in your account. A region " +
        "that customers have used must stay, here or in `retiredRegions`: without it they can neither change nor delete their stacks.",
      example: ["us-east-1", "eu-west-1"],
    }),
    retiredRegions: optional(
      textList(({ input }) => `must be a list of regions, not ${shown(input)}; leave it out for none.`),
      {
        title: "Regions no longer offered",
        description:
          "Regions in which no more links are made. Customers' stacks in them are still served; take one out only when " +
          "`onboarding regions` says so.",
        default: [],
        example: ["eu-west-2"],
      },
    ),
    topicsPerRegion: optional(topics, {
      title: "Topics in each region",
      description:
        "How many topics each region has. One takes 99 connections. Raise it at any time, and never lower it: customers' stacks name their topic.",
      unit: "topics",
      default: 1,
      example: 2,
    }),
    topicsByRegion: optional(map(topics, "a map from region to number"), {
      title: "Topics in single regions",
      description:
        "How many topics single regions have, from region to number. It goes before `topicsPerRegion`, and the same holds for it.",
      unit: "topics",
      default: {},
      example: { "eu-west-1": 3 },
    }),
  };
}
