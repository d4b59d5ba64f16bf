import assert from "node:assert/strict";
import { identityOf } from "../../../../../../functions/url-generator/page/browser/identity.js";

const tokenOf = (claims: unknown) =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.c2lnbmF0dXJl`;

describe("The identity in a token", () => {
  for (const [what, claims, name, tenant] of [
    [
      "has the email address first",
      { sub: "1", name: "Ada", email: "ada@example.org" },
      "ada@example.org",
      undefined,
    ],
    [
      "has no email address that is not verified",
      { name: "Ada", email: "a@b.c", email_verified: false },
      "Ada",
      undefined,
    ],
    ["has the subject if there is nothing else", { sub: "00u1", org_id: 4711 }, "00u1", "4711"],
    ["has names in any script", { name: "Zoë 山田", org_id: "Müller" }, "Zoë 山田", "Müller"],
    ["has no characters that cannot be seen", { name: "a\u202eb\u200b\nc\ud800" }, "abc", undefined],
    ["has at most 100 characters", { name: "x".repeat(1000) }, "x".repeat(100), undefined],
    ["has no lists and no objects", { email: ["a"], sub: {}, org_id: ["a", "b"] }, undefined, undefined],
  ] as const) {
    it(what, () => {
      assert.deepEqual(identityOf(tokenOf(claims), "org_id"), { name, tenant });
    });
  }

  for (const text of ["", "%", "a.b", "a.b.c", "é.é.é", "e30.bnVsbA.e30", `${tokenOf({})}.x`]) {
    it(`is not found in "${text}"`, () => {
      assert.equal(identityOf(text, "org_id"), undefined);
    });
  }
});
