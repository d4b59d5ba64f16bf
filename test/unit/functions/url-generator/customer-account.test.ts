import assert from "node:assert/strict";
import { checkCustomerAccount } from "../../../../functions/url-generator/customer-account.js";
import { RejectedError } from "../../../../functions/url-generator/problems.js";

describe("The account that a link is for", () => {
  const vendor = { accountId: "111122223333", name: "Example Analytics" };

  it("can be any other than the vendor's", () => {
    assert.doesNotThrow(() => checkCustomerAccount("222233334444", vendor));
  });

  for (const [accountId, detail] of [
    [
      "111122223333",
      /^111122223333 is Example Analytics's own account, which gets access\. Enter the account/,
    ],
    ["000000000000", /^000000000000 is no AWS account\. Enter the 12 digits/],
  ] as const) {
    it(`cannot be ${accountId}`, () => {
      assert.throws(
        () => checkCustomerAccount(accountId, vendor),
        (error) => {
          assert.ok(
            error instanceof RejectedError && error.kind === "invalid" && error.field === "accountId",
          );
          assert.match(error.message, detail);
          return true;
        },
      );
    });
  }
});
