import assert from "node:assert/strict";
import { accountOf, arnParts, parseRoleArn } from "../../../../functions/aws/arn.js";
import { ACCOUNT, REGION, STACK } from "../../fixtures.js";

describe("an ARN", () => {
  it("names its partition, region and account", () => {
    assert.deepEqual(arnParts(STACK), { partition: "aws", region: REGION, accountId: ACCOUNT });
    assert.deepEqual(arnParts(`arn:aws-cn:iam::${ACCOUNT}:root`), {
      partition: "aws-cn",
      region: "",
      accountId: ACCOUNT,
    });
    assert.equal(accountOf(STACK), ACCOUNT);
  });

  for (const text of ["", "arn", "no ARN at all", "arn:aws"]) {
    it(`has no account if it is "${text}"`, () => assert.equal(accountOf(text), ""));
  }
});

describe("the ARN of a role", () => {
  for (const [resource, path] of [
    ["role/name", "/"],
    ["role/onboarding/dev/name", "/onboarding/dev/"],
    [`role/${"x".repeat(64)}`, "/"],
  ] as const) {
    it(`is read with the path ${path}`, () => {
      const parts = parseRoleArn(`arn:aws-us-gov:iam::${ACCOUNT}:${resource}`);
      assert.deepEqual(parts, { partition: "aws-us-gov", accountId: ACCOUNT, path });
    });
  }

  for (const arn of [
    `arn:aws:iam::${ACCOUNT}:user/name`,
    `arn:aws:iam::${ACCOUNT}:role`,
    `arn:aws:iam::${ACCOUNT}:role/`,
    `arn:aws:iam::${ACCOUNT}:role/path/`,
    `arn:aws:iam:${REGION}:${ACCOUNT}:role/name`,
    `arn:aws:sts::${ACCOUNT}:assumed-role/name/session`,
    `arn:aws:iam::12345:role/name`,
    `arn:aws:iam::${ACCOUNT}:role/${"x".repeat(65)}`,
    `arn:aws:iam::${ACCOUNT}:role/na me`,
    `arn:aws:iam::${ACCOUNT}:role/name\n`,
    ` arn:aws:iam::${ACCOUNT}:role/name`,
    "",
  ]) {
    it(`is not ${JSON.stringify(arn)}`, () => assert.equal(parseRoleArn(arn), undefined));
  }
});
