import assert from "node:assert/strict";
import * as fc from "fast-check";
import "./english.js";
import {
  formatAccountId,
  readAccountId,
} from "../../../../../../functions/url-generator/page/browser/account-id.js";

describe("An account ID", () => {
  for (const text of ["222233334444", "2222-3333-4444", " 2222 3333 4444 ", "2222\u20113333\u20134444"]) {
    it(`is read as people write it: "${text}"`, () => {
      assert.deepEqual(readAccountId(text), { state: "complete", accountId: "222233334444" });
    });
  }

  it("is shown as it is read, whatever it is", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{12}$/), (accountId) => {
        assert.deepEqual(readAccountId(formatAccountId(accountId)), { state: "complete", accountId });
      }),
    );
  });

  it("that is only incomplete is not called invalid", () => {
    assert.deepEqual(readAccountId(""), { state: "incomplete", missing: 12 });
    assert.deepEqual(readAccountId("2222-3"), { state: "incomplete", missing: 7 });
  });

  for (const [text, message] of [
    ["2222333344445", /One digit too many/],
    ["22223333444455", /2 digits too many/],
    ["my-company", /“m” cannot be part of an account ID/],
    ["me@example.com", /email address/],
    ["arn:aws:iam::222233334444:root", /ARN/],
  ] as const) {
    it(`that is "${text}" is explained`, () => {
      const read = readAccountId(text);
      assert.equal(read.state, "invalid");
      assert.match(read.state === "invalid" ? read.message : "", message);
    });
  }
});
