/** The API, on the embedded cloud: real function, real authorizer, IAM enforced. */
import assert from "node:assert/strict";
import { sharedCloud, type TestCloud } from "./shared-cloud.js";

describe("the API on the embedded cloud", function () {
  this.timeout(60_000);
  let test: TestCloud;

  before(async () => {
    test = await sharedCloud();
  });

  it("smoke", async () => {
    const url = test.program.onboardingUrl;
    const show = async (path: string, init: RequestInit = {}) => {
      const r = await fetch(url + path, init);
      const t = await r.text();
      console.log(init.method ?? "GET", path, r.status, r.headers.get("content-type"), t.slice(0, 400));
      return t;
    };
    await show("/");
    await show("/regions");
    await show("/openapi.json");
    const post = (body: unknown, headers: Record<string, string> = {}) =>
      show("/connections", {
        method: "POST",
        headers: { "Content-Type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
    const accountId = test.newAccount();
    const made = JSON.parse(await post({ accountId, region: "eu-west-1" }, { "Idempotency-Key": "a" }));
    await post({ accountId, region: "eu-west-1" }, { "Idempotency-Key": "a" });
    await post({ accountId, region: "us-east-1" }, { "Idempotency-Key": "a" });
    await post({ accountId, region: "us-east-1", tenant: "x" });
    await post({ accountId, region: "mars" });
    await post({ accountId: 7, region: "mars" });
    await post([]);
    await show(`/connections/${made.externalId}`);
    await show(`/connections/${encodeURIComponent(made.externalId)}`);
    await show(`/connections/${made.externalId}x`);
    await show(`/connections/${made.externalId}`, { method: "DELETE" });
    await show(`/connections/${made.externalId}`, { method: "DELETE" });
    await show(`/connections/${made.externalId}`);
    for (let i = 0; i < 6; i++) await post({ accountId, region: "eu-west-1" });
    assert.ok(true);
  });
});
