import assert from "node:assert/strict";
import { receiverPolicy } from "../../../../components/iam/identity-policies.js";
import type { PolicyStatement } from "../../../../components/iam/policy-document.js";

/** Whether IAM would let a request with these leading keys through the statement (ministack does not evaluate them). */
function allows(
  statements: PolicyStatement[],
  request: { action: string; resource: string; leadingKeys: string[] },
): boolean {
  return statements.some(({ Effect, Action, Resource, Condition }) => {
    const patterns = Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"] ?? [];
    return (
      Effect === "Allow" &&
      Action.includes(request.action) &&
      Resource?.includes(request.resource) &&
      (Condition === undefined ||
        request.leadingKeys.every((key) => patterns.some((pattern) => matches(pattern, key))))
    );
  });
}

/** StringLike: `*` stands for any text, `?` for any one character. */
function matches(pattern: string, text: string): boolean {
  const literal = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literal.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s").test(text);
}

describe("The receiver of us-east-1", () => {
  const table = (region: string) =>
    `arn:aws:dynamodb:${region}:111122223333:table/onboarding-dev-connections`;
  const key = (region: string) => `${region}:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f`;
  const cases: [action: string, tableRegion: string, keys: string[], allowed: boolean][] = [
    ["dynamodb:UpdateItem", "us-east-1", [key("us-east-1")], true],
    ["dynamodb:PutItem", "us-east-1", [key("us-east-1")], false],
    ["dynamodb:GetItem", "us-east-1", [key("us-east-1")], true],
    ["dynamodb:UpdateItem", "us-east-1", [key("eu-west-1")], false],
    ["dynamodb:PutItem", "us-east-1", [key("eu-west-1")], false],
    ["dynamodb:UpdateItem", "us-east-1", [key("us-east-1"), key("eu-west-1")], false],
    ["dynamodb:UpdateItem", "us-east-1", [key("us-east-10")], false],
    ["dynamodb:UpdateItem", "eu-west-1", [key("us-east-1")], false],
    ["dynamodb:UpdateItem", "eu-west-1", [key("eu-west-1")], false],
    ["dynamodb:DeleteItem", "us-east-1", [key("us-east-1")], false],
    // Requests without leading keys, to which a condition with ForAllValues says yes.
    ["dynamodb:Scan", "us-east-1", [], false],
    ["dynamodb:PartiQLSelect", "us-east-1", [], false],
    ["dynamodb:PartiQLUpdate", "us-east-1", [], false],
    ["dynamodb:Query", "us-east-1", [], false],
  ];
  const statements = receiverPolicy({
    region: "us-east-1",
    accountId: "111122223333",
    tableName: "onboarding-dev-connections",
    customerRolePath: "/onboarding/dev/",
    deadLetterQueueArn: "arn:aws:sqs:us-east-1:111122223333:onboarding-dev-receiver-failed",
  });

  for (const [action, tableRegion, leadingKeys, allowed] of cases) {
    const keys = leadingKeys.map((leadingKey) => leadingKey.split(":")[0]).join(" and ") || "no";
    it(`${allowed ? "may" : "may not"} ${action} with ${keys} key in ${tableRegion}'s replica`, () => {
      assert.equal(allows(statements, { action, resource: table(tableRegion), leadingKeys }), allowed);
    });
  }
});
