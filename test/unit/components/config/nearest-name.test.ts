import assert from "node:assert/strict";
import { nearestName } from "../../../../components/config/nearest-name.js";

const NAMES = ["regions", "retiredRegions", "releasedRegions", "auth", "logo", "tags"];

describe("The name that was meant", () => {
  for (const [wrong, meant] of [
    ["region", "regions"],
    ["REGIONS", "regions"],
    ["regoins", "regions"],
    ["retired-regions", "retiredRegions"],
    ["auht", "auth"],
    ["regionen", "regions"],
  ] as const) {
    it(`is ${meant} for ${wrong}`, () => assert.equal(nearestName(wrong, NAMES), meant));
  }

  it("is none of them if more than two letters differ, or there are none", () => {
    for (const wrong of ["colour", "rgn", ""]) assert.equal(nearestName(wrong, NAMES), undefined, wrong);
    assert.equal(nearestName("regions", []), undefined);
  });
});
