import assert from "node:assert/strict";
import { readStackConfig, regionsOf } from "../../../../emulator/deploy/stack-config.js";

describe("The configuration that npm start deploys", () => {
  it("is the stack's file", () => {
    assert.deepEqual(regionsOf(readStackConfig("dev")), ["us-east-1", "eu-west-1", "ap-southeast-2"]);
  });

  it("is missed with a sentence", () => {
    assert.throws(() => readStackConfig("nowhere"), {
      message:
        "There is no Pulumi.nowhere.yaml, which npm start deploys: bring it back with git checkout Pulumi.nowhere.yaml.",
    });
  });
});
