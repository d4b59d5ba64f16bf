import assert from "node:assert/strict";
import { checkValues } from "../../../../../components/config/check.js";
import { componentArguments } from "../../../../../components/config/source.js";
import { type Refusal, refusal, refuse, values } from "../refusals.js";

const regions = (...names: unknown[]) => ({ regions: names });

const refused: Refusal[] = [
  [
    "an unknown home region",
    { homeRegion: "us-east-9" },
    /^aws:region is "us-east-9", which is not a region of AWS: use one such as us-east-1\.$/,
  ],
  [
    "a home region of another partition",
    { homeRegion: "us-iso-east-1" },
    /^aws:region is "us-iso-east-1" of partition aws-iso: this program serves aws, aws-us-gov, aws-cn\.$/,
  ],
  [
    "a home region where the template's bucket could be taken over",
    { homeRegion: "me-south-1" },
    /^aws:region is "me-south-1", where S3 cannot reserve the name of the template's bucket for your account: use another home region; customers can still choose me-south-1\.$/,
  ],
  [
    "a stack name in capitals",
    { deployment: "Prod" },
    /^The stack's name "Prod" becomes part of names in AWS: use 1 to 16 lower-case letters, digits and hyphens, beginning with a letter\.$/,
  ],
  [
    "a stack name that is too long for a role's",
    { deployment: "a2345678901234567" },
    /^The stack's name "a2345678901234567" becomes part/,
  ],
  ["no regions", { regions: undefined }, /^onboarding:regions is missing: list the regions to offer/],
  [
    "an empty list of regions",
    regions(),
    /^onboarding:regions must be a list of at least one region, not \[\]; for example: pulumi config set --path 'onboarding:regions\[0\]' us-east-1\.$/,
  ],
  [
    "regions as a text",
    { regions: "us-east-1,eu-west-1" },
    /^onboarding:regions must be a list of at least one region, not "us-east-1,eu-west-1"; for example/,
  ],
  [
    "regions that are no texts",
    regions("us-east-1", 2),
    /^onboarding:regions must be a list of at least one region, not \["us-east-1",2\]/,
  ],
  [
    "an unknown region",
    regions("us-east-1", "eu-west-9"),
    /^onboarding:regions has "eu-west-9", which is not a region of AWS: choose from af-south-1, .*eu-west-1.*us-west-2\.$/,
  ],
  [
    "a region twice",
    regions("us-east-1", "eu-west-1", "us-east-1"),
    /^onboarding:regions names "us-east-1" twice: name each region once\.$/,
  ],
  [
    "a region of China",
    regions("us-east-1", "cn-north-1"),
    /^onboarding:regions has "cn-north-1" of partition aws-cn, but the home region us-east-1 is in aws, and roles cannot be assumed across partitions: choose from .*, or serve cn-north-1 from a separate stack with its home region in aws-cn\.$/,
  ],
  [
    "a region of GovCloud",
    regions("us-gov-west-1"),
    /^onboarding:regions has "us-gov-west-1" of partition aws-us-gov, but the home region us-east-1 is in aws/,
  ],
  [
    "a retired region that is offered",
    { retiredRegions: ["eu-west-1"] },
    /^onboarding:retiredRegions has "eu-west-1", which is in onboarding:regions as well: take it out of one of them\. A retired region is no longer offered, but customers' stacks in it still work\.$/,
  ],
  [
    "a retired region that does not exist",
    { retiredRegions: ["eu-west-9"] },
    /^onboarding:retiredRegions has "eu-west-9", which is not a region of AWS: choose from /,
  ],
  [
    "a retired region of another partition",
    { retiredRegions: ["cn-north-1"] },
    /^onboarding:retiredRegions has "cn-north-1" of partition aws-cn/,
  ],
  [
    "a retired region named twice",
    { retiredRegions: ["eu-west-2", "eu-west-2"] },
    /^onboarding:retiredRegions names "eu-west-2" twice: name each region once\.$/,
  ],
  [
    "retired regions that are no list",
    { retiredRegions: "eu-west-2" },
    /^onboarding:retiredRegions must be a list of regions, not "eu-west-2"; leave it out for none\.$/,
  ],
  ...[0, 301, 1.5, "0", "many", "", true, { "eu-west-1": 2 }].map(
    (count): Refusal => [
      `${JSON.stringify(count)} topics in each region`,
      { topicsPerRegion: count },
      /^onboarding:topicsPerRegion is .+: use a whole number from 1 to 300; each topic serves 99 connections\. You can raise it at any time, but never lower it\.$/,
    ],
  ),
  [
    "topics of a region that is not served",
    { topicsByRegion: { "sa-east-1": 2 } },
    /^onboarding:topicsByRegion names "sa-east-1", which is neither in onboarding:regions nor in onboarding:retiredRegions: add it there, or take it out\.$/,
  ],
  [
    "a number of topics that is no number",
    { topicsByRegion: { "eu-west-1": "many" } },
    /^onboarding:topicsByRegion\.eu-west-1 is "many": use a whole number from 1 to 300; each topic serves 99 connections\. You can raise it at any time, but never lower it\.$/,
  ],
  [
    "a number of topics where a map belongs",
    { topicsByRegion: 2 },
    /^onboarding:topicsByRegion must be a map from region to number, not 2\.$/,
  ],
];

describe("Configuration values of regions and topics", () => {
  refuse(refused);

  it("are shown by an example of where they are set", () => {
    assert.match(
      refusal({ regions: undefined }, componentArguments),
      /^regions is missing: list the regions to offer to customers, for example: regions: \["us-east-1"\]\.$/,
    );
  });

  it("need no home region yet", () => {
    const checked = checkValues({ regions: ["cn-north-1"] });
    assert.deepEqual([checked.regions, checked.homeRegion], [["cn-north-1"], undefined]);
    assert.match(
      refusal({ homeRegion: undefined, regions: ["eu-west-9"] }, componentArguments),
      /^regions has "eu-west-9", which is not a region of AWS: choose from af-south-1/,
    );
  });

  it("have numbers of topics, as numbers or as the text that the command line stores", () => {
    for (const three of [3, "3"]) {
      const { topicsPerRegion, topicsByRegion } = checkValues(
        values({ topicsPerRegion: three, topicsByRegion: { "eu-west-1": three } }),
      );
      assert.deepEqual([topicsPerRegion, topicsByRegion], [3, { "eu-west-1": 3 }]);
    }
  });
});
