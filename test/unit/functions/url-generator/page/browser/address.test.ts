import assert from "node:assert/strict";
import { fragmentOf, readAddress } from "../../../../../../functions/url-generator/page/browser/address.js";

const ID = "eu-west-1:5f0c9c7e-0f2b-4c43-9d7a-6b1f2f7f8a10";

describe("The page's address", () => {
  for (const [hash, externalId, answer] of [
    ["", undefined, undefined],
    ["#", undefined, undefined],
    [`#/connections/${ID}`, ID, undefined],
    [`#/connections/${encodeURIComponent(ID)}`, ID, undefined],
    ["#/connections/%", "%", undefined],
    [`#/connections/${ID}&token=a.b.c`, ID, { token: "a.b.c", state: "" }],
    [`#/connections/${ID}?state=1&token=a.b.c`, ID, { token: "a.b.c", state: "1" }],
    ["#token=a.b.c&state=1", undefined, { token: "a.b.c", state: "1" }],
    ["#state=1&token=a.b.c", undefined, { token: "a.b.c", state: "1" }],
    ["#token=", undefined, { token: "", state: "" }],
    ["#token=%&state=%", undefined, { token: "%", state: "%" }],
    ["#anything", undefined, undefined],
  ] as const) {
    it(`"${hash}" is understood`, () => {
      assert.deepEqual(readAddress(hash), { externalId, answer });
    });
  }

  it("of a connection is read as it is written", () => {
    for (const externalId of [ID, "%", "a&b?c#d/é"])
      assert.equal(readAddress(fragmentOf(externalId)).externalId, externalId);
    assert.equal(fragmentOf(ID), `#/connections/${ID}`);
    assert.equal(fragmentOf(undefined), "");
  });
});
