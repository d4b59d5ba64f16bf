/** A small soak: the books agree, and a receiver that is known to be broken is found out. */
import assert from "node:assert/strict";
import { type SoakOptions, soak } from "../../../bench/soak/soak.js";

const small: SoakOptions = { onboardings: 40, regions: ["us-east-1", "eu-west-1"], seed: 3 };

describe("A soak", function () {
  this.timeout(60_000);

  it("ends with every customer onboarded once and no difference, although calls failed", async () => {
    const { counts, differences } = await soak(small);
    assert.deepEqual(differences, []);
    assert.equal(counts.onboarded, small.onboardings);
    assert.equal(
      (counts["records connected"] ?? 0) + (counts["records disconnected"] ?? 0),
      small.onboardings,
    );
    assert.ok((counts.failedCalls ?? 0) > 0);
  });

  for (const [broken, complaint] of [
    ["silent", /No answer to the Create of/],
    ["careless", /the record says pending, and 1 of its stacks are connected/],
    ["forgetful", /the record says connected, and 0 of its stacks are connected/],
  ] as const) {
    it(`reports a receiver that is ${broken}`, async () => {
      const { differences } = await soak({ ...small, broken });
      assert.ok(
        differences.some((difference) => complaint.test(difference)),
        differences.join("\n"),
      );
    });
  }
});
