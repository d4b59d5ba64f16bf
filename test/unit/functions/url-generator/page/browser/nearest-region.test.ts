import assert from "node:assert/strict";
import { RegionInfo } from "@aws-cdk/region-info";
import { nearestRegion } from "../../../../../../functions/url-generator/page/browser/nearest-region.js";

describe("The nearest region", () => {
  const standard = RegionInfo.regions.filter(({ partition }) => partition === "aws").map(({ name }) => name);

  for (const [timeZone, all, few] of [
    ["Europe/Berlin", "eu-central-1", "eu-west-1"],
    ["Europe/Dublin", "eu-west-1", "eu-west-1"],
    ["America/New_York", "us-east-1", "us-east-1"],
    ["America/Indiana/Knox", "us-east-2", "us-east-1"],
    ["America/Argentina/Salta", "sa-east-1", "us-east-1"],
    ["Asia/Tokyo", "ap-northeast-1", "ap-southeast-2"],
    ["Australia/Perth", "ap-southeast-2", "ap-southeast-2"],
    ["Africa/Nairobi", "af-south-1", "eu-west-1"],
    ["Pacific/Auckland", "ap-southeast-6", "ap-southeast-2"],
  ] as const) {
    it(`to ${timeZone} is ${all}, and ${few} where there are few`, () => {
      assert.equal(nearestRegion(timeZone, standard), all);
      assert.equal(nearestRegion(timeZone, ["us-east-1", "eu-west-1", "ap-southeast-2"]), few);
    });
  }

  it("is nobody's guess where the time zone tells no place, or nothing is offered", () => {
    assert.equal(nearestRegion("UTC", standard), undefined);
    assert.equal(nearestRegion("Etc/GMT+5", standard), undefined);
    assert.equal(nearestRegion("Europe/Berlin", []), undefined);
  });

  it("can be each region that there is", () => {
    for (const { name } of RegionInfo.regions.filter(({ partition }) =>
      /^aws(-cn|-us-gov)?$/.test(partition ?? ""),
    )) {
      assert.equal(nearestRegion("Europe/Berlin", [name]), name);
    }
  });

  it("is found for every time zone that a browser can name", () => {
    const areas = Intl.supportedValuesOf("timeZone").filter((zone) =>
      /^(Africa|America|Asia|Australia|Europe)\//.test(zone),
    );
    assert.ok(areas.length > 300);
    assert.deepEqual(
      areas.filter((zone) => nearestRegion(zone, standard) === undefined),
      [],
    );
  });
});
