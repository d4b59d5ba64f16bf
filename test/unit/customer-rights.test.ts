/** The policy in docs/customer-rights.md, compared with what the template does in a customer's account. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { customerRolePathOf, prefixOf, topicArns } from "../../functions/domain/names.js";

interface Statement {
  readonly Sid: string;
  readonly Action: readonly string[];
  readonly Resource: string;
}

const page = readFileSync(new URL("../../docs/customer-rights.md", import.meta.url), "utf8");
const [, text = ""] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
const { Statement: statements } = JSON.parse(text) as { readonly Statement: readonly Statement[] };

describe("What a customer needs", () => {
  const of = (sid: string) => statements.find(({ Sid }) => Sid === sid);

  it("is named action by action", () => {
    for (const { Action } of statements)
      assert.ok(Action.every((action) => /^[a-z]+:[A-Za-z]+$/.test(action)));
  });

  it("covers the role and the topics of the deployment that the page takes as its example", () => {
    assert.equal(of("Role")?.Resource, `arn:aws:iam::*:role${customerRolePathOf("prod")}*`);
    const [first = ""] = topicArns("eu-west-1", "111122223333", prefixOf("prod"), 1);
    assert.equal(of("PhoneHome")?.Resource, first.replace(/1$/, "*"));
  });

  it("covers everything that the template's role has", () => {
    const rights = {
      Policies: "iam:PutRolePolicy",
      ManagedPolicyArns: "iam:AttachRolePolicy",
      PermissionsBoundary: "iam:PutRolePermissionsBoundary",
      AssumeRolePolicyDocument: "iam:UpdateAssumeRolePolicy",
      Description: "iam:UpdateRoleDescription",
    };
    for (const action of Object.values(rights)) assert.ok(of("Role")?.Action.includes(action), action);
  });
});
