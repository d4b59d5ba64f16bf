import assert from "node:assert/strict";
import { checkPermissionsBoundary } from "../../../../functions/url-generator/permissions-boundary.js";
import { RejectedError } from "../../../../functions/url-generator/problems.js";
import { ACCOUNT } from "../../fixtures.js";

describe("A permissions boundary", () => {
  const check = (region: string, permissionsBoundary?: string) => () =>
    checkPermissionsBoundary({ permissionsBoundary, accountId: ACCOUNT, region });

  for (const [region, boundary] of [
    ["eu-west-1", undefined],
    ["eu-west-1", "teams/boundary"],
    ["eu-west-1", `arn:aws:iam::${ACCOUNT}:policy/boundary`],
    ["cn-north-1", "arn:aws-cn:iam::aws:policy/PowerUserAccess"],
  ] as const) {
    it(`can be ${boundary ?? "left out"} in ${region}`, () => assert.doesNotThrow(check(region, boundary)));
  }

  for (const [region, boundary, detail] of [
    [
      "cn-north-1",
      `arn:aws:iam::${ACCOUNT}:policy/boundary`,
      /^permissionsBoundary is not in the partition aws-cn, to which cn-north-1 belongs\. Give the policy's name/,
    ],
    [
      "eu-west-1",
      "arn:aws:iam::111122223333:policy/boundary",
      /^permissionsBoundary is a policy of the account 111122223333, and the role of 333344445555 cannot have it\./,
    ],
  ] as const) {
    it(`cannot be ${boundary} in ${region}`, () => {
      assert.throws(check(region, boundary), (error) => {
        assert.ok(error instanceof RejectedError && error.kind === "invalid");
        assert.equal(error.field, "permissionsBoundary");
        assert.match(error.message, detail);
        return true;
      });
    });
  }
});
