import assert from "node:assert/strict";
import { SignIn } from "../../../../../../functions/url-generator/page/browser/sign-in.js";

const LOGIN_URL = "https://app.example.com/connect?from=onboarding#top";

function tab() {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}

const stateIn = (address: string) => new URL(address).searchParams.get("state") ?? "";

describe("A sign-in", () => {
  it("takes a new state to the vendor's application, whose own query stays", () => {
    const signIn = new SignIn(tab(), LOGIN_URL);
    const [first, second] = [signIn.begin(undefined), signIn.begin(undefined, true)];
    assert.match(first, /^https:\/\/app\.example\.com\/connect\?from=onboarding&state=[0-9a-f-]{36}#top$/);
    assert.notEqual(stateIn(first), stateIn(second));
    assert.equal(new URL(first).searchParams.get("prompt"), null);
    assert.equal(new URL(second).searchParams.get("prompt"), "login");
  });

  it("ends with its answer, once, also after a reload, and returns to the connection", () => {
    const storage = tab();
    const state = stateIn(new SignIn(storage, LOGIN_URL).begin("eu-west-1:1"));
    const signIn = new SignIn(storage, LOGIN_URL);
    assert.ok(signIn.isBegun);
    assert.equal(signIn.complete({ token: "", state })?.externalId, "eu-west-1:1");
    assert.ok(!signIn.isBegun);
    assert.equal(signIn.complete({ token: "", state }), undefined);
  });

  it("stays begun when another answer comes", () => {
    const signIn = new SignIn(tab(), LOGIN_URL);
    assert.equal(signIn.complete({ token: "", state: "" }), undefined);
    const state = stateIn(signIn.begin(undefined));
    for (const other of ["", "undefined", state.toUpperCase(), `${state} `])
      assert.equal(signIn.complete({ token: "", state: other }), undefined, other);
    assert.ok(signIn.complete({ token: "", state }));
  });
});
