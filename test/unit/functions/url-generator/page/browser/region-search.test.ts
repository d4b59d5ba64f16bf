import assert from "node:assert/strict";
import { RegionInfo } from "@aws-cdk/region-info";
import { regionName } from "../../../../../../functions/aws/region-names.js";
import { matches } from "../../../../../../functions/url-generator/page/browser/region-search.js";

const REGIONS = RegionInfo.regions
  .map(({ name }) => ({ region: name, name: regionName(name) }))
  .filter(({ region }) => !region.includes("-iso"));

describe("Searching for a region", () => {
  for (const [text, ...expected] of [
    ["germany", "eu-central-1"],
    ["Deutschland", "eu-central-1"],
    ["uk", "eu-west-2"],
    ["united kingdom", "eu-west-2"],
    ["japan", "ap-northeast-1", "ap-northeast-3"],
    ["usa", "us-east-1", "us-east-2", "us-gov-east-1", "us-gov-west-1", "us-west-1", "us-west-2"],
    ["usa ohio", "us-east-2"],
    ["sao paulo", "sa-east-1"],
    ["São Paulo", "sa-east-1"],
    ["zürich", "eu-central-2"],
    ["ZURICH", "eu-central-2"],
    ["brasil", "sa-east-1"],
    ["españa", "eu-south-2"],
    ["irel", "eu-west-1"],
    ["eu-w", "eu-west-1", "eu-west-2", "eu-west-3"],
    ["south africa", "af-south-1"],
    ["mars"],
  ] as const) {
    it(`for "${text}" finds ${expected.join(", ") || "none"}`, () => {
      const found = REGIONS.filter((region) => matches(text, region)).map(({ region }) => region);
      assert.deepEqual(found.sort(), expected);
    });
  }

  it("for nothing finds all", () => {
    assert.ok(REGIONS.every((region) => matches("", region)));
  });
});
