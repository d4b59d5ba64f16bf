import assert from "node:assert/strict";
import { externalIdOf, FAILED_PHYSICAL_ID, physicalIdOf } from "../../../../functions/domain/physical-id.js";
import { EXTERNAL_ID } from "../../fixtures.js";

describe("a physical ID", () => {
  it("holds the external ID, fits CloudFormation's 1 KB and can be read back", () => {
    const id = physicalIdOf(EXTERNAL_ID);
    assert.ok(id.length < 1024 && id.includes(EXTERNAL_ID), id);
    assert.equal(externalIdOf(id), EXTERNAL_ID);
  });

  for (const [whose, id] of [
    ["a failed Create", FAILED_PHYSICAL_ID],
    ["CloudFormation, which never saw a response", "acme-Connection-1A2B3C4D5E6F"],
    ["another receiver", EXTERNAL_ID],
    ["nobody", ""],
  ] as const) {
    it(`of ${whose} names no connection`, () => {
      assert.equal(externalIdOf(id), undefined);
    });
  }
});
