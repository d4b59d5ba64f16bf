import assert from "node:assert/strict";
import { RegionInfo } from "@aws-cdk/region-info";
import { partitionOf } from "../../../../functions/aws/partitions.js";
import { regionName } from "../../../../functions/aws/region-names.js";

describe("The facts about partitions that the functions know", () => {
  const served = RegionInfo.regions.filter(({ partition }) =>
    ["aws", "aws-us-gov", "aws-cn"].includes(partition ?? ""),
  );

  it("are of 38 regions", () => {
    assert.equal(served.length, 38);
  });

  for (const { name, partition, domainSuffix } of served) {
    it(`agree with @aws-cdk/region-info on ${name}`, () => {
      const facts = partitionOf(name);
      assert.equal(facts.partition, partition);
      assert.equal(facts.dnsSuffix, domainSuffix);
    });
  }

  it("have a name for people for every region, a different one for each", () => {
    const names = served.map(({ name }) => regionName(name));
    for (const name of names) assert.match(name, /^[A-Z].+ \(.+\)$/);
    assert.equal(new Set(names).size, served.length);
    assert.equal(regionName("eu-west-1"), "Europe (Ireland)");
    assert.equal(regionName("xx-new-1"), "xx-new-1");
  });
});
