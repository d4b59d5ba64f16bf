/** How many AWS calls an onboarding takes: each costs time, money, and a chance to fail. */
import assert from "node:assert/strict";
import { soak } from "../../../bench/soak/soak.js";

describe("An onboarding", function () {
  this.timeout(60_000);

  it("makes these AWS calls and no others", async () => {
    const onboardings = 3;
    const { calls, inconsistencies } = await soak({
      onboardings,
      regions: ["us-east-1"],
      seed: 1,
      faultless: true,
    });
    assert.deepEqual(inconsistencies, []);
    const each = [...calls].map(([call, count]) => [call, count / onboardings]);
    assert.deepEqual(Object.fromEntries(each), {
      // The URL generator writes the connection, with what it counts for.
      "dynamodb TransactWriteItems": 1,
      // It notes the caller's idempotency key, which is optional.
      "dynamodb PutItem": 1,
      // It looks the key up, and once a minute in which topic there is capacity.
      "dynamodb GetItem": 1 + 1 / onboardings,
      "sns AddPermission": 1,
      // The receiver counts the attempt and reads the connection, connects, and writes that its response was accepted.
      "dynamodb UpdateItem": 3,
      // The probes: with the external ID, without it, and with another one.
      "sts AssumeRole": 3,
      // The response.
      "bucket PUT": 1,
    });
  });
});
