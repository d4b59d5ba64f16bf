import assert from "node:assert/strict";
import { type CallerEvent, callerOf } from "../../../../functions/url-generator/caller.js";
import type { UrlGeneratorConfig } from "../../../../functions/url-generator/config.js";
import { RejectedError } from "../../../../functions/url-generator/problems.js";

const now = new Date("2026-03-01T12:00:00Z");
const seconds = now.getTime() / 1000;
const HOUR = 3600;

const caller = (auth: UrlGeneratorConfig["auth"], authorizer: unknown) => {
  const config = { auth, tenantClaim: "org_id" } as UrlGeneratorConfig;
  const event = { requestContext: { authorizer } } as CallerEvent;
  return callerOf(event, config, now);
};

/** As an HTTP API hands claims over: texts. */
const claims = (changes: Readonly<Record<string, unknown>>) => ({
  jwt: { claims: { org_id: "4711", iat: String(seconds - 60), exp: String(seconds + HOUR), ...changes } },
});

function rejects(act: () => unknown, kind: RejectedError["kind"], message: RegExp): void {
  assert.throws(act, (error: unknown) => {
    assert.ok(error instanceof RejectedError);
    assert.equal(error.kind, kind);
    assert.match(error.message, message);
    return true;
  });
}

describe("The caller's tenant", () => {
  for (const tenant of ["4711", "Müller & Co.", "a [b]", "true north", "1e", "e5", "null-1", "map", "0x1"]) {
    it(`is "${tenant}" where the claim says so`, () => {
      assert.deepEqual(caller("jwt", claims({ org_id: tenant })), { tenant });
    });
  }

  for (const [what, claim] of [
    ["a list", "[a b]"],
    ["an empty list", "[]"],
    ["a list of one", "[4711]"],
    ["a list with a line break", "[a\nb]"],
    ["an object", "map[id:4711]"],
    ["an object as JSON", '{"id": 4711}'],
    ["true", "true"],
    ["false", "false"],
    ["null", "null"],
    ["nothing in Go", "<nil>"],
    ["a large number", "1.2345678e+07"],
    ["a larger number", "1E21"],
    ["a small number", "-2e-07"],
    ["a list that is not a text", ["a", "b"]],
    ["a number that is not a text", 4711],
    ["absent", undefined],
    ["empty", ""],
    ["a text with a control character", "a\u202eb"],
    ["too long", "x".repeat(101)],
  ] as const) {
    it(`is nobody where the claim is ${what}`, () => {
      rejects(() => caller("jwt", claims({ org_id: claim })), "forbidden", /claim "org_id" must be one text/);
    });
  }
});

describe("A token", () => {
  for (const [what, changes] of [
    ["issued now", { iat: String(seconds) }],
    ["issued by a clock that is a little ahead", { iat: String(seconds + 200) }],
    ["issued a day ago", { iat: String(seconds - 24 * HOUR) }],
    ["with times with an exponent", { iat: "1.77236632e+09", exp: "1.77237e+09" }],
    ["with times that are numbers", { iat: seconds, exp: seconds + 1 }],
  ] as const) {
    it(`${what} is taken`, () => {
      assert.deepEqual(caller("jwt", claims(changes)), { tenant: "4711" });
    });
  }

  for (const [what, changes, message] of [
    ["that never expires", { exp: undefined }, /does not say when it was issued and when it expires/],
    ["of unknown age", { iat: undefined }, /does not say when it was issued/],
    ["whose times are no numbers", { exp: "tomorrow" }, /does not say/],
    ["whose times are empty", { iat: "" }, /does not say/],
    ["that is older than a day", { iat: String(seconds - 24 * HOUR - 1) }, /is older than a day/],
    ["that has expired", { exp: String(seconds) }, /has expired/],
    ["of the future", { iat: String(seconds + HOUR) }, /issued in the future/],
  ] as const) {
    it(`${what} is refused, whatever API Gateway thinks of it`, () => {
      rejects(() => caller("jwt", claims(changes)), "unauthorized", message);
    });
  }
});

describe("A request that API Gateway did not vouch for", () => {
  for (const authorizer of [undefined, {}, { iam: {} }, { iam: { accountId: "" } }, claims({})]) {
    it(`is not the back end's: ${JSON.stringify(authorizer)?.slice(0, 40)}`, () => {
      rejects(() => caller("iam", authorizer), "unauthorized", /is not signed/);
    });
  }

  for (const authorizer of [
    undefined,
    {},
    { jwt: {} },
    { jwt: { claims: null } },
    { iam: { accountId: "111122223333" } },
  ]) {
    it(`is no tenant's: ${JSON.stringify(authorizer)}`, () => {
      rejects(() => caller("jwt", authorizer), "unauthorized", /There is no token/);
    });
  }

  it("is anybody's with auth none, and the back end's if it is signed", () => {
    assert.deepEqual(caller("none", undefined), { tenant: "" });
    assert.deepEqual(caller("iam", { iam: { accountId: "111122223333" } }), { tenant: undefined });
  });
});
