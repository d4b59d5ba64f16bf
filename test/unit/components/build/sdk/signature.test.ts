import assert from "node:assert/strict";
import { type Credentials, Signer } from "../../../../../components/build/sdk/signature.js";

const REQUEST = { path: "/", headers: { host: "sts.eu-west-1.amazonaws.com" }, body: "Action=AssumeRole" };
const ONE: Credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
const OTHER: Credentials = { ...ONE, secretAccessKey: "another" };
const TODAY = new Date("2026-03-01T23:59:59.000Z");
const TOMORROW = new Date("2026-03-02T00:00:00.000Z");

describe("A signer", () => {
  for (const [what, credentials, now] of [
    ["the same credentials on the same day", ONE, TODAY],
    ["another secret", OTHER, TODAY],
    ["the same credentials a day later", ONE, TOMORROW],
  ] as const) {
    it(`signs with ${what} as one that has signed nothing before`, () => {
      const used = new Signer("sts", "eu-west-1");
      used.sign(REQUEST, ONE, TODAY);
      const expected = new Signer("sts", "eu-west-1").sign(REQUEST, credentials, now);
      assert.deepEqual(used.sign(REQUEST, credentials, now), expected);
    });
  }
});
