import assert from "node:assert/strict";
import {
  isExternalId,
  memberExternalId,
  regionOfExternalId,
  shortened,
} from "../../../../functions/domain/external-id.js";
import { EXTERNAL_ID } from "../../fixtures.js";

describe("an external ID", () => {
  for (const [text, isOne] of [
    ["eu-west-1:0b1f5a0e-1111-4222-8333-444455556666", true],
    ["us-gov-west-1:0b1f5a0e-1111-4222-b333-444455556666", true],
    ["eu-west-1:0B1F5A0E-1111-4222-8333-444455556666", false],
    ["eu-west-1:0b1f5a0e-1111-1222-8333-444455556666", false],
    ["eu-west-1:0b1f5a0e-1111-4222-c333-444455556666", false],
    ["eu-west-1:0b1f5a0e-1111-4222-8333-444455556666\n", false],
    ["x\neu-west-1:0b1f5a0e-1111-4222-8333-444455556666", false],
    ["eu-west-1:", false],
    ["eu-west-1:0b1f5a0e-1111-4222-8333-444455556666.222233334444", true],
    ["eu-west-1:0b1f5a0e-1111-4222-8333-444455556666.22223333444", false],
    ["eu-west-1:0b1f5a0e-1111-4222-8333-444455556666.*", false],
    ["0b1f5a0e-1111-4222-8333-444455556666", false],
    ["", false],
  ] as const) {
    it(`${JSON.stringify(text)} is ${isOne ? "one" : "none"}`, () => assert.equal(isExternalId(text), isOne));
  }

  it("begins with its region, and is shown with eight digits of it", () => {
    assert.equal(regionOfExternalId(EXTERNAL_ID), "eu-west-1");
    assert.equal(shortened(EXTERNAL_ID), "eu-west-1:0b1f5a0e…");
    assert.equal(shortened("short"), "short");
  });

  it("of a member is its organization's with its account, which logs show no more of", () => {
    const member = memberExternalId(EXTERNAL_ID, "222233334444");
    assert.equal(member, `${EXTERNAL_ID}.222233334444`);
    assert.ok(isExternalId(member));
    assert.equal(regionOfExternalId(member), "eu-west-1");
    assert.equal(shortened(member), "eu-west-1:0b1f5a0e…");
  });
});
