import assert from "node:assert/strict";
import { invoke } from "../../../../emulator/deploy/invokes.js";

describe("What the embedded cloud says of itself", () => {
  it("is the region that the stack has its provider in", () => {
    const { region } = invoke("aws:index/getRegion:getRegion", {}, "eu-west-1");
    assert.equal(region, "eu-west-1");
  });

  it("is nothing that it does not know", () => {
    assert.throws(
      () => invoke("aws:ec2/getVpc:getVpc", {}, "eu-west-1"),
      /does not know the function aws:ec2\/getVpc:getVpc/,
    );
  });
});
