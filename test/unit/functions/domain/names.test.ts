import assert from "node:assert/strict";
import { topicArns } from "../../../../functions/domain/names.js";

describe("The topics of a region", () => {
  it("have ARNs in the region's partition, numbered from 1", () => {
    assert.deepEqual(topicArns("eu-west-1", "111122223333", "onboarding-test", 1), [
      "arn:aws:sns:eu-west-1:111122223333:onboarding-test-1",
    ]);
    assert.deepEqual(topicArns("cn-north-1", "111122223333", "onboarding-test", 2), [
      "arn:aws-cn:sns:cn-north-1:111122223333:onboarding-test-1",
      "arn:aws-cn:sns:cn-north-1:111122223333:onboarding-test-2",
    ]);
  });
});
