/** The API with `auth: iam`, for the vendor's own back end, on the embedded cloud. */
import assert from "node:assert/strict";
import * as v from "valibot";
import { signedHeaders } from "../../emulator/aws/signature.js";
import { BackEndRepresentation, connectionListSchema } from "../../functions/url-generator/schemas.js";
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
      await stranger.post(`/connections/${id}/end`, { reason: "x" }),
      await stranger.get("/regions"),
      await stranger.get("/openapi.json"),
      await stranger.get("/grants"),
      await stranger.get("/connections"),
      await stranger.send("HEAD", "/connections"),
    ]) {
      assert.equal(status, 403);
    }
  });

  it("has no page, and says in its place how the API is called", async () => {
    for (const client of [backEnd, new ApiClient(test.program.onboardingUrl)]) {
      const { status, body } = await client.get("/");
      assert.equal(status, 200);
      assert.match(body, /sign each request with AWS Signature Version 4/);
    }
  });

  it("lists the connections of all tenants, with what it takes to use the role", async () => {
    const accountId = test.newAccount();
    const make = async (region: string, tenant: string) =>
      (await backEnd.post("/connections", { accountId, region, tenant })).body;
    const old = await make("eu-west-1", "list-1");
    const young = await make("us-east-1", "list-2");
    const stack = await test.cloud.customer(accountId).createStack(old.link);
    assert.equal((await stack.settled()).status, "CREATE_COMPLETE");
    await test.untilStatus(old.externalId, "connected");

    const list = async (query: string) => {
      const { status, body } = await backEnd.get(`/connections?accountId=${accountId}${query}`);
      assert.equal(status, 200, JSON.stringify(body));
      return v.parse(connectionListSchema(BackEndRepresentation), body) as unknown as {
        connections: BackEndRepresentation[];
      };
    };
    const both = (await list("")).connections;
    assert.deepEqual(
      both.map(({ externalId }) => externalId),
      [young.externalId, old.externalId],
    );
    for (const connection of both) {
      assert.deepEqual(connection, (await backEnd.get(`/connections/${connection.externalId}`)).body);
    }
    const record = await test.connection(old.externalId);
    assert.deepEqual(
      [both[1]?.tenant, both[1]?.roleArn, both[1]?.topicArn, both[0]?.roleArn],
      ["list-1", record?.roleArn, record?.topicArn, undefined],
    );
    for (const [query, expected] of [
      ["&status=connected", old],
      ["&status=pending", young],
      ["&tenant=list-1", old],
      ["&region=us-east-1", young],
    ] as const) {
      const { connections } = await list(query);
      assert.deepEqual(
        connections.map(({ externalId }) => externalId),
        [expected.externalId],
        query,
      );
    }
    assert.deepEqual((await list("&tenant=list-1&status=pending")).connections, []);
    const everybody = (await backEnd.get("/connections")).body.connections as BackEndRepresentation[];
    for (const { externalId } of both) assert.ok(everybody.some((one) => one.externalId === externalId));
  });

  for (const [query, field, detail] of [
    ["accountId=4444", "accountId", /12 digits/],
    ["status=broken", "status", /^status "broken" does not exist: use one of pending, /],
    ["region=eu-north-1", "region", /^region "eu-north-1" is not served: use one of us-east-1, /],
    ["region=x", "region", /must be the code of an AWS region/],
    ["tenant=", "tenant", /1 to 100 printable characters/],
    ["pageToken=e30", "pageToken", /does not belong to this filter: start again from the first page/],
    ["pageToken=a.b", "pageToken", /must be the nextPageToken of the page before/],
    ["status=pending&status=connected", "status", /^status is given more than once: give it once\.$/],
    [
      "limit=1",
      "limit",
      /^limit is not a field of this request: GET \/openapi\.json says which there are\.$/,
    ],
  ] as const) {
    it(`rejects a list with ${query}: 400, in a sentence`, async () => {
      const { status, body } = await backEnd.get(`/connections?${query}`);
      assert.deepEqual([status, body.field], [400, field]);
      assert.match(body.detail, detail);
    });
  }

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

  it("ends connections whose role works or not, once, and the customer can still delete the stack", async () => {
    for (const status of ["connected", "unreachable", "unsafe"]) {
      const accountId = test.newAccount();
      const made = (await backEnd.post("/connections", { accountId, region: "us-east-1", tenant: "end" }))
        .body;
      const path = `/connections/${made.externalId}`;
      const end = (reason: unknown) => backEnd.post(`${path}/end`, { reason });
      const early = await end("Too early.");
      assert.equal(early.status, 409);
      assert.match(early.body.detail, /never was connected/);

      const stack = await test.cloud.customer(accountId).createStack(made.link);
      assert.equal((await stack.settled()).status, "CREATE_COMPLETE");
      await test.untilStatus(made.externalId, "connected");
      await test.set(made.externalId, { status });
      for (const reason of [undefined, "", " ", 7, "a\u0000b", "x".repeat(501)]) {
        const { status: code, body } = await end(reason);
        assert.deepEqual([code, body.field], [400, "reason"], JSON.stringify(reason));
      }
      const ended = await end("The account was closed.");
      assert.equal(ended.status, 200, JSON.stringify(ended.body));
      const { status: now, endedBy, endReason } = v.parse(BackEndRepresentation, ended.body);
      assert.deepEqual([now, endedBy, endReason], ["disconnected", "vendor", "The account was closed."]);
      assert.deepEqual((await end("Again.")).body, ended.body);

      const deleted = await stack.delete();
      assert.equal(deleted.status, "DELETE_COMPLETE", deleted.reason);
      const { body } = await backEnd.get(path);
      assert.deepEqual([body.endedBy, body.endReason], ["vendor", "The account was closed."]);
    }
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
    assert.equal(body.components.securitySchemes.iam["x-amazon-apigateway-authtype"], "awsSigv4");
    assert.deepEqual(
      body.paths["/connections"].get.parameters.map(({ name }: { name: string }) => name),
      ["accountId", "region", "status", "pageToken", "tenant"],
    );
    assert.ok(body.components.schemas.Connection.properties.roleArn);
    assert.deepEqual(body.components.schemas.Ending.required, ["reason"]);
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
