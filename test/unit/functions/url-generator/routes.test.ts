/** What the API rejects before it does anything. What it then does is for test/e2e to see. */
import assert from "node:assert/strict";
import fc from "fast-check";
import * as v from "valibot";
import type { UrlGeneratorConfig } from "../../../../functions/url-generator/config.js";
import type { ConnectionService } from "../../../../functions/url-generator/connection-service.js";
import { handlerOf } from "../../../../functions/url-generator/handler.js";
import { routes } from "../../../../functions/url-generator/routes.js";
import { ProblemDetails } from "../../../../functions/url-generator/schemas.js";
import { requestTo } from "./api-request.js";

const config: UrlGeneratorConfig = {
  regions: ["us-east-1", "eu-west-1"],
  optInRegions: [],
  organizationRegions: [],
  auth: "none",
  tenantClaim: "",
  vendorName: "Acme",
  linkLifetimeHours: 24,
  pendingLinksPerAccount: 5,
  pendingLinksPerTenant: 20,
  connectionsPerAccount: 5,
  confirmation: "none",
  grants: { actions: ["ec2:Describe*"], managedPolicies: ["SecurityAudit"], statements: [], tiers: [] },
  trustPolicy: {},
  customerRolePath: "/onboarding/dev/",
};

/** Fails whatever is called: a request that gets as far as this was not rejected. */
const service = new Proxy({} as ConnectionService, {
  get: () => () => {
    throw new Error("AddPermission failed for arn:aws:sns:eu-west-1:111122223333:onboarding");
  },
});

function app(changes: Partial<UrlGeneratorConfig> = {}) {
  const errors: string[] = [];
  const onError = (route: string, error: unknown) => {
    errors.push(`${route}: ${(error as Error).message}`);
  };
  const api = routes({ config: { ...config, ...changes }, service, openApi: "{}", onError });
  const post = (body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    requestTo(
      api,
      "/connections",
      {
        method: "POST",
        headers: { "Content-Type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      },
      SIGNED,
    );
  return { api, post, errors };
}

/** A request that API Gateway has found to be signed. */
const SIGNED = { requestContext: { authorizer: { iam: { accountId: "111122223333" } } } };

const good = { accountId: "444455556666", region: "us-east-1" };
const notAnObject = /^The body must be a JSON object with the documented fields/;

describe("POST /connections", () => {
  for (const [what, body, field, detail] of [
    ["no account", { region: "us-east-1" }, "accountId", /^accountId is missing\.$/],
    [
      "an account with dashes",
      { ...good, accountId: "4444-5555-6666" },
      "accountId",
      /12 digits of an AWS account ID, without spaces or dashes/,
    ],
    [
      "an account that is a number",
      { ...good, accountId: 444455556666 },
      "accountId",
      /^accountId must be a string, not 444455556666\.$/,
    ],
    ["no region", { accountId: "444455556666" }, "region", /^region is missing\.$/],
    [
      "a region that is not offered",
      { ...good, region: "eu-north-1" },
      "region",
      /^region "eu-north-1" is not offered: choose one of us-east-1, eu-west-1\.$/,
    ],
    [
      "a region that is a list",
      { ...good, region: ["us-east-1"] },
      "region",
      /is not offered: choose one of/,
    ],
    ["a tenant", { ...good, tenant: "4711" }, "tenant", /^tenant cannot be set here/],
    [
      "a permissions boundary that is neither name nor ARN",
      { ...good, permissionsBoundary: "arn:aws:iam::444455556666:role/x" },
      "permissionsBoundary",
      /^permissionsBoundary must be the name or the ARN of a managed policy in the customer's account\.$/,
    ],
    [
      "an unknown field",
      { ...good, colour: "red" },
      "colour",
      /^colour is not a field of this request: GET \/openapi\.json says which there are\.$/,
    ],
    ["a body that is not JSON", "accountId=444455556666", undefined, notAnObject],
    ["a list", [good], undefined, notAnObject],
    ["an empty body", "", undefined, notAnObject],
  ] as const) {
    it(`rejects ${what} with 400, in a sentence`, async () => {
      const { post, errors } = app();
      const response = await post(body);
      assert.equal(response.status, 400);
      assert.equal(response.headers.get("Content-Type"), "application/problem+json");
      assert.equal(response.headers.get("Cache-Control"), "no-store");
      const problem = v.parse(ProblemDetails, await response.json());
      assert.equal(problem.code, "invalid");
      assert.equal(problem.field, field);
      assert.match(problem.detail, detail);
      assert.deepEqual(errors, []);
    });
  }

  for (const [what, body, headers, status, detail] of [
    [
      "a form",
      good,
      { "Content-Type": "application/x-www-form-urlencoded" },
      415,
      /Content-Type: application\/json/,
    ],
    ["a long body", { ...good, tenant: "x".repeat(5000) }, {}, 413, /longer than 4096 bytes/],
    ["a key that is too long", good, { "Idempotency-Key": "k".repeat(256) }, 400, /1 to 255 printable ASCII/],
  ] as const) {
    it(`rejects ${what} with ${status}`, async () => {
      const response = await app().post(body, headers);
      assert.equal(response.status, status);
      assert.match(v.parse(ProblemDetails, await response.json()).detail, detail);
    });
  }

  it("accepts a tenant from the vendor's back end only", async () => {
    const { post, errors } = app({ auth: "iam" });
    assert.equal((await post({ ...good, tenant: "4711" })).status, 500);
    assert.equal(errors.length, 1, "it got as far as the service");
    assert.equal((await post({ ...good, tenant: "a\u0000b" })).status, 400);
  });

  it("fails in no way of its own, whatever JSON somebody sends", async () => {
    // Texts that are made of these fail, or are a program's own.
    const notTexts: readonly unknown[] = [
      { toString: 1 },
      { toString: null, valueOf: null },
      { constructor: { name: "x" } },
    ];
    const anything = fc.oneof(fc.jsonValue(), fc.constantFrom(...notTexts));
    const field = (...good: readonly string[]) => fc.oneof(fc.constantFrom(...good), anything);
    const fields = {
      accountId: field(good.accountId),
      region: field(good.region),
      tier: field("read", "write"),
      method: field("role"),
      tenant: field("4711"),
      permissionsBoundary: field("boundary", "arn:aws:iam::444455556666:policy/boundary"),
    };
    const prototypes = fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty");
    const bodies = fc.oneof(
      fc.record(fields, { requiredKeys: [] }).map((body) => JSON.stringify(body)),
      fc
        .tuple(prototypes, anything)
        .map(([name, value]) => JSON.stringify(good).replace("{", `{"${name}":${JSON.stringify(value)},`)),
      anything.map((value) => JSON.stringify(value)),
      fc.constantFrom("[".repeat(4096), `{"region":${"[".repeat(2000)}${"]".repeat(2000)}}`),
    );
    const tiers = ["read", "write"].map((name) => ({
      name,
      actions: [],
      managedPolicies: [],
      statements: [],
    }));
    const { post, errors } = app({ auth: "iam", grants: { ...config.grants, tiers } });
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        errors.length = 0;
        const { status } = await post(body);
        const isService = errors.length === 1 && errors[0]?.includes("AddPermission");
        assert.ok(isService ? status === 500 : [400, 413].includes(status), `${status} ${errors.join()}`);
        if (isService) assert.ok(!/__proto__|constructor|toString|hasOwnProperty/.test(body.slice(0, 20)));
      }),
    );
  });

  it("tells callers nothing about an unexpected error", async () => {
    const { post, errors } = app();
    const response = await post(good);
    assert.equal(response.status, 500);
    const { detail } = v.parse(ProblemDetails, await response.json());
    assert.match(detail, /^Something went wrong on our side/);
    assert.doesNotMatch(detail, /sns|arn/);
    assert.deepEqual(errors, [
      "POST connections: AddPermission failed for arn:aws:sns:eu-west-1:111122223333:onboarding",
    ]);
  });
});

describe("POST /connections/{id}/end", () => {
  it("is there for the vendor's back end only, whatever API Gateway lets through", async () => {
    const end = (auth: "iam" | "none") =>
      requestTo(
        app({ auth }).api,
        "/connections/eu-west-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f/end",
        { method: "POST" },
        SIGNED,
      );
    assert.equal((await end("none")).status, 404);
    assert.equal((await end("iam")).status, 500, "it got as far as the service");
  });
});

describe("Where API Gateway recognized nobody, the API", () => {
  for (const auth of ["iam", "jwt"] as const) {
    it(`with auth ${auth} answers nothing but its start page`, async () => {
      const { api } = app({ auth, tenantClaim: "org_id" });
      for (const [method, path] of [
        ["GET", "/openapi.json"],
        ["GET", "/regions"],
        ["GET", "/grants"],
        ["GET", "/connections"],
        ["HEAD", "/connections"],
        ["POST", "/connections"],
        ["GET", "/connections/eu-west-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f"],
        ["DELETE", "/connections/eu-west-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f"],
        ["POST", "/connections/eu-west-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f/confirmation"],
        ["POST", "/connections/eu-west-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f/end"],
        ["GET", "/admin"],
      ] as const) {
        const response = await requestTo(api, path, { method }, { requestContext: {} });
        assert.equal(response.status, 401, `${method} ${path}`);
        assert.ok(response.headers.get("WWW-Authenticate"));
      }
      assert.equal((await requestTo(api, "/")).status, 200);
    });
  }
});

describe("The API", () => {
  it("fails in no way of its own, whatever is in the path, the query, the headers and the body", async () => {
    const text = fc.string({ unit: "binary" });
    const part = fc.oneof(
      fc.constantFrom("connections", "organizations", "regions", "grants", "role", "tier", "end", "members"),
      fc.constantFrom(
        "confirmation",
        "us-east-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f",
        "",
        "%",
        "%2e%2e",
        "__proto__",
      ),
      text,
    );
    const pair = fc.tuple(
      fc.constantFrom("status", "pageToken", "accountId", "region", "tenant", "__proto__", "constructor"),
      fc.oneof(fc.constantFrom("connected", "444455556666", "eu-west-1", "%", "%ff"), text),
    );
    const headers = fc.dictionary(
      fc.constantFrom("content-type", "accept-language", "idempotency-key"),
      fc.oneof(fc.constantFrom("application/json", "de"), text),
    );
    const event = fc.record({
      rawPath: fc.array(part, { maxLength: 4 }).map((parts) => `/${parts.join("/")}`),
      rawQueryString: fc.oneof(
        fc.array(pair, { maxLength: 3 }).map((pairs) => pairs.map((one) => one.join("=")).join("&")),
        text,
      ),
      headers,
      body: text,
      isBase64Encoded: fc.boolean(),
      method: fc.constantFrom("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "__proto__"),
    });
    const { api, errors } = app({ auth: "iam", organizationRegions: ["us-east-1"] });
    await fc.assert(
      fc.asyncProperty(event, async ({ method, ...rest }) => {
        errors.length = 0;
        const requestContext = { ...SIGNED.requestContext, domainName: "api.example.com", http: { method } };
        const { statusCode = 0 } = await handlerOf(api)({ ...rest, requestContext });
        assert.ok(statusCode >= 200 && statusCode <= 500);
        assert.ok(
          errors.every((error) => error.includes("AddPermission")),
          errors.join(),
        );
      }),
      { numRuns: 500 },
    );
  });

  it("says in its description by which address it was called", async () => {
    const response = await requestTo(app().api, "https://api.example.com/openapi.json", {}, {});
    assert.deepEqual(await response.json(), { servers: [{ url: "https://api.example.com" }] });
  });

  it("serves the page if there is one, and says otherwise how it is called", async () => {
    const said = async (auth: "iam" | "jwt") => (await requestTo(app({ auth }).api, "/")).text();
    assert.match(await said("iam"), /sign each request/);
    assert.match(await said("jwt"), /bearer token.*set onboarding:loginUrl/s);
    const page = { body: "<!doctype html>", headers: { "Content-Type": "text/html" } };
    const asked: (string | undefined)[] = [];
    const makePage = (acceptLanguage: string | undefined) => {
      asked.push(acceptLanguage);
      return page;
    };
    const api = routes({ config, service, openApi: "{}", page: makePage, onError: () => {} });
    const response = await requestTo(api, "/", { headers: { "Accept-Language": "fr" } });
    assert.equal(await response.text(), page.body);
    assert.deepEqual(asked, ["fr"]);
    assert.equal(response.headers.get("X-Content-Type-Options"), "nosniff");
  });

  it("says where its routes are listed if somebody asks for another", async () => {
    const response = await requestTo(app().api, "/admin", {}, {});
    assert.equal(response.status, 404);
    assert.match(v.parse(ProblemDetails, await response.json()).detail, /GET \/openapi\.json/);
  });
});
