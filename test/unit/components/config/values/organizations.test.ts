import assert from "node:assert/strict";
import { RegionInfo } from "@aws-cdk/region-info";
import { checkValues } from "../../../../../components/config/check.js";
import { takesOrganizations } from "../../../../../components/config/regions.js";
import { type Refusal, refuse, values } from "../refusals.js";

const refused: Refusal[] = [
  [
    "organizations in other words",
    { organizations: "all" },
    /^onboarding:organizations is "all": use true or false\.$/,
  ],
  [
    "more members than a StackSet has instances",
    { maxMembers: 100_001 },
    /^onboarding:maxMembers is 100001: use a whole number from 1 to 100000\.$/,
  ],
  [
    "listings all the time",
    { listingMinutes: 1 },
    /^onboarding:listingMinutes is 1: use a whole number of minutes from 5 to 1440 \(a day\)\.$/,
  ],
  ["listings every other day", { listingMinutes: 2880 }, /^onboarding:listingMinutes is 2880: use a whole/],
];

describe("Configuration values of whole organizations", () => {
  refuse(refused);

  it("let organizations connect, of 10,000 accounts that are listed each hour", () => {
    const { organizations, maxMembers, listingMinutes } = checkValues(values({}));
    assert.deepEqual([organizations, maxMembers, listingMinutes], [true, 10_000, 60]);
  });
});

describe("An organization's stack", () => {
  it("can be created in every region that is on by default, and nowhere in China", () => {
    const served = RegionInfo.regions.filter(({ partition }) =>
      ["aws", "aws-us-gov", "aws-cn"].includes(partition ?? ""),
    );
    const expected = served.filter(
      ({ isOptInRegion, partition }) => !isOptInRegion && partition !== "aws-cn",
    );
    assert.equal(expected.length, 19);
    assert.deepEqual(
      served.map(({ name }) => name).filter(takesOrganizations),
      expected.map(({ name }) => name),
    );
  });
});
