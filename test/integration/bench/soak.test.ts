/** A small soak: everything is consistent, and a receiver that is known to be broken is reported. */
import assert from "node:assert/strict";
import { type SoakOptions, soak } from "../../../bench/soak/soak.js";

const small: SoakOptions = { onboardings: 40, regions: ["us-east-1", "eu-west-1"], seed: 5 };

describe("A soak", function () {
  this.timeout(60_000);

  it("onboards every customer once and stays consistent, although calls fail", async () => {
    const { counts, inconsistencies } = await soak(small);
    assert.deepEqual(inconsistencies, []);
    assert.equal(counts.onboarded, small.onboardings);
    assert.equal(
      (counts["records connected"] ?? 0) + (counts["records disconnected"] ?? 0),
      small.onboardings,
    );
    assert.ok((counts["failed calls"] ?? 0) > 0);
  });

  for (const [broken, complaint] of [
    ["silent", /No response to the Create of/],
    ["careless", /the record is pending, but 1 of its stacks are connected/],
    ["forgetful", /the record is connected, but 0 of its stacks are connected/],
  ] as const) {
    it(`reports a receiver that is ${broken}`, async () => {
      const { inconsistencies } = await soak({ ...small, broken });
      assert.ok(
        inconsistencies.some((sentence) => complaint.test(sentence)),
        inconsistencies.join("\n"),
      );
    });
  }
});
