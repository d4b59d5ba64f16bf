/** The API with `auth: iam`, for the vendor's own back end, on the embedded cloud. */
import assert from "node:assert/strict";
import { signedHeaders } from "../../emulator/aws/signature.js";
import { ApiClient } from "./api-client.js";
import { TestCloud } from "./test-cloud.js";

describe("the API with signed requests, on the embedded cloud", function () {
  this.timeout(60_000);
  let test: TestCloud;
  let backEnd: ApiClient;

  before(async () => {
    test = await TestCloud.start({ "onboarding:auth": "iam", "onboarding:vendorName": "Example Corp" });
    const key = { ...test.cloud.vendor.options("us-east-1").credentials, region: "us-east-1" };
    backEnd = new ApiClient(test.program.onboardingUrl, {}, (request) => signedHeaders(request, key));
  });

  after(() => test?.cloud.stop());

  it("rejects requests without a signature", async () => {
    const stranger = new ApiClient(test.program.onboardingUrl);
    const id = "eu-west-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f";
    for (const { status } of [
      await stranger.post("/connections", { accountId: test.newAccount(), region: "us-east-1" }),
      await stranger.get(`/connections/${id}`),
      await stranger.delete(`/connections/${id}`),
      await stranger.get("/regions"),
      await stranger.get("/openapi.json"),
    ]) {
      assert.equal(status, 403);
    }
  });

  it("has no page", async () => {
    assert.equal((await backEnd.get("/")).status, 404);
    assert.equal((await new ApiClient(test.program.onboardingUrl).get("/")).status, 404);
  });

  it("takes the tenant that the back end names, and sees the connections of all tenants", async () => {
    const made = await Promise.all(
      ["4711", "4712", undefined].map((tenant) =>
        backEnd.post("/connections", {
          accountId: test.newAccount(),
          region: "us-east-1",
          ...(tenant && { tenant }),
        }),
      ),
    );
    assert.deepEqual(
      made.map(({ status, body }) => [status, body.grantedTo]),
      [
        [201, "Example Corp (4711)"],
        [201, "Example Corp (4712)"],
        [201, "Example Corp"],
      ],
    );
    for (const { body } of made) {
      assert.deepEqual((await backEnd.get(`/connections/${body.externalId}`)).body, body);
      assert.equal((await backEnd.delete(`/connections/${body.externalId}`)).status, 204);
    }
    assert.equal((await test.connection(made[0]?.body.externalId))?.tenant, "4711");
  });

  it("rejects a tenant that could not be shown to a customer", async () => {
    for (const [tenant, detail] of [
      ["", /^tenant must be 1 to 100 printable characters\.$/],
      ["x".repeat(101), /^tenant must be 1 to 100 printable characters\.$/],
      ["a\u0000b", /^tenant must be 1 to 100 printable characters\.$/],
      [4711, /^tenant must be a string, not 4711\.$/],
    ] as const) {
      const { status, body } = await backEnd.post("/connections", {
        accountId: test.newAccount(),
        region: "us-east-1",
        tenant,
      });
      assert.equal(status, 400);
      assert.equal(body.field, "tenant");
      assert.match(body.detail, detail);
    }
  });

  it("documents the tenant as a field of the request", async () => {
    const { body } = await backEnd.get("/openapi.json");
    assert.equal(body.components.schemas.NewConnection.properties.tenant.pattern, "^[^\\p{C}]{1,100}$");
    assert.deepEqual(body.components.schemas.NewConnection.required, ["accountId", "region"]);
    assert.deepEqual(body.security, [{ iam: [] }]);
  });

  it("asks for no code if the connection is older than the setting, and its stack can move to the new template", async () => {
    const accountId = test.newAccount();
    const { externalId, link } = (
      await backEnd.post("/connections", { accountId, region: "us-east-1", tenant: "old" })
    ).body;
    const stack = await test.cloud.customer(accountId).createStack(link);
    assert.equal((await stack.settled()).status, "CREATE_COMPLETE");

    const { templateUrl } = await test.deployment.up({ ...test.config, "onboarding:confirmation": "code" });
    assert.notEqual(templateUrl, test.program.templateUrl);
    const updated = await stack.update({ templateUrl: String(templateUrl) });
    assert.equal(updated.status, "UPDATE_COMPLETE", updated.reason);
    assert.equal(updated.outputs.ConfirmationCode, "not needed");
    await test.cloud.notifications.idle();
    const { body } = await backEnd.get(`/connections/${externalId}`);
    assert.deepEqual([body.status, body.confirmation], ["connected", undefined]);
    const nothing = await backEnd.post(`/connections/${externalId}/confirmation`, { code: "ABCD2345" });
    assert.deepEqual([nothing.status, nothing.body.confirmation], [200, undefined]);

    const asked = await backEnd.post("/connections", { accountId, region: "us-east-1", tenant: "new" });
    assert.equal((await test.connection(asked.body.externalId))?.confirmation, "required");
  });
});
