/** The API with `auth: jwt` and `confirmation: code`: real RS256 tokens, checked by the embedded cloud's API Gateway. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import * as v from "valibot";
import { TokenIssuer } from "../../emulator/aws/token-issuer.js";
import { readQuickCreateLink } from "../../functions/url-generator/link.js";
import { ConnectionRepresentation, connectionListSchema } from "../../functions/url-generator/schemas.js";
import { ApiClient, type ApiResponse, expire, traces } from "./api-client.js";
import { TestCloud } from "./test-cloud.js";

const AUDIENCE = "onboarding-test";
const ORIGIN = "https://app.example.com";

describe("the API with tokens, on the embedded cloud", function () {
  this.timeout(60_000);
  let issuer: TokenIssuer;
  let test: TestCloud;

  before(async () => {
    issuer = await TokenIssuer.start();
    test = await TestCloud.start(
      {
        "onboarding:auth": "jwt",
        "onboarding:jwt": { issuer: issuer.url, audience: [AUDIENCE], tenantClaim: "org_id" },
        "onboarding:vendorName": "Example Corp",
        "onboarding:corsOrigins": [ORIGIN],
        "onboarding:pendingLinksPerTenant": 3,
        "onboarding:confirmation": "code",
      },
      issuer.environment,
    );
  });

  after(async () => {
    await test?.cloud.stop();
    await issuer?.stop();
  });

  afterEach(async () => {
    test.cloud.notifications.intercept = undefined;
    await test.cloud.notifications.idle();
  });

  const bearing = (token: string) =>
    new ApiClient(test.program.onboardingUrl, { Authorization: `Bearer ${token}` });
  const tenant = (name: string) => bearing(issuer.token({ aud: AUDIENCE, org_id: name }));
  const create = (api: ApiClient, accountId = test.newAccount(), headers = {}) =>
    api.post("/connections", { accountId, region: "eu-west-1" }, headers);
  const show = async (api: ApiClient, externalId: string) =>
    v.parse(ConnectionRepresentation, (await api.get(`/connections/${externalId}`)).body);

  /** A connected customer of a tenant, who has not confirmed yet. */
  const connect = async (api: ApiClient) => {
    const accountId = test.newAccount();
    const { externalId, link } = (await create(api, accountId)).body;
    const stack = await test.cloud.customer(accountId).createStack(link);
    const { status, outputs, reason } = await stack.settled();
    assert.equal(status, "CREATE_COMPLETE", reason);
    const confirm = (code: string) => api.post(`/connections/${externalId}/confirmation`, { code });
    return { externalId, link, stack, code: outputs.ConfirmationCode ?? "", confirm };
  };

  describe("admits", () => {
    const unknown = "/connections/eu-west-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f";
    const routes: [method: string, path: string][] = [
      ["GET", "/regions"],
      ["GET", "/openapi.json"],
      ["GET", "/grants"],
      ["GET", "/connections"],
      ["HEAD", "/connections"],
      ["POST", "/connections"],
      ["GET", unknown],
      ["DELETE", unknown],
      ["POST", `${unknown}/confirmation`],
    ];
    const otherKey = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    const bad: [what: string, token: () => string | undefined][] = [
      ["without a token", () => undefined],
      ["with a token that another key signed", () => issuer.token({ aud: AUDIENCE, org_id: "a" }, otherKey)],
      [
        "with a token of another issuer",
        () => issuer.token({ aud: AUDIENCE, org_id: "a", iss: "https://other.example.com" }),
      ],
      ["with a token for another audience", () => issuer.token({ aud: "another", org_id: "a" })],
      [
        "with an expired token",
        () => issuer.token({ aud: AUDIENCE, org_id: "a", exp: Math.floor(Date.now() / 1000) - 60 }),
      ],
    ];
    for (const [what, token] of bad) {
      it(`nobody ${what}, on any route but the page`, async () => {
        const given = token();
        const api = given === undefined ? new ApiClient(test.program.onboardingUrl) : bearing(given);
        for (const [method, path] of routes) {
          const body = method === "POST" ? "{}" : undefined;
          const { status } = await api.send(method, path, { "Content-Type": "application/json" }, body);
          assert.equal(status, 401, `${method} ${path}`);
        }
        assert.equal((await api.get("/")).status, 200);
      });
    }

    for (const [what, claims] of [
      ["never expires", { exp: undefined }],
      ["does not say when it was issued", { iat: undefined }],
      ["is older than a day", { iat: Math.floor(Date.now() / 1000) - 86_500 }],
    ] as const) {
      it(`nobody whose token ${what}, although API Gateway lets it through`, async () => {
        const api = bearing(issuer.token({ aud: AUDIENCE, org_id: "a", ...claims }));
        for (const path of ["/regions", "/connections", unknown]) {
          const { status, body } = await api.get(path);
          assert.equal(status, 401, path);
          assert.match(body.detail, /^Your token .*\. Sign in again\.$/);
        }
      });
    }

    it("whoever has a good token, on every route", async () => {
      const responses: string[] = [];
      for (const [method, path] of routes) {
        const body = method === "POST" ? "{}" : undefined;
        const { status } = await tenant("a").send(method, path, { "Content-Type": "application/json" }, body);
        responses.push(`${method} ${status}`);
      }
      assert.deepEqual(responses.slice(0, 5), [...Array(4).fill("GET 200"), "HEAD 200"]);
      assert.deepEqual(responses.slice(5), ["POST 400", "GET 404", "DELETE 404", "POST 404"]);
    });

    for (const [what, claims] of [
      ["does not name its tenant", {}],
      ["names an empty tenant", { org_id: "" }],
      ["names a tenant with control characters", { org_id: "a\u202eb" }],
      ["names a tenant that is too long", { org_id: "x".repeat(101) }],
      ["names several tenants", { org_id: ["a", "b"] }],
      ["has one tenant in a list", { org_id: ["a"] }],
      ["has an object for a tenant", { org_id: { id: "a" } }],
      ["has a truth value for a tenant", { org_id: true }],
      ["has null for a tenant", { org_id: null }],
      ["has a number with an exponent for a tenant", { org_id: 1e21 }],
    ] as const) {
      it(`nobody whose token ${what}: 403 with a sentence, and nothing is written`, async () => {
        const before = await traces(test);
        const { status, body } = await create(bearing(issuer.token({ aud: AUDIENCE, ...claims })));
        assert.equal(status, 403);
        assert.match(body.detail, /its claim "org_id" must be one text of 1 to 100 printable characters/);
        assert.deepEqual(await traces(test), before);
      });
    }
  });

  it("takes the tenant from the token, shows it to the customer, and lets no caller name another", async () => {
    const accountId = test.newAccount();
    const { status, body } = await create(tenant("Müller & Co."), accountId);
    assert.equal(status, 201);
    assert.equal(body.grantedTo, "Example Corp (Müller & Co.)");
    assert.equal((await test.connection(body.externalId))?.tenant, "Müller & Co.");
    // CloudFormation shows it in ASCII, and what a stack says is compared.
    assert.equal(readQuickCreateLink(body.link).parameters.GrantedTo, "Example Corp (Muller & Co.)");
    const { status: stack, reason } = await (
      await test.cloud.customer(accountId).createStack(body.link)
    ).settled();
    assert.equal(stack, "CREATE_COMPLETE", reason);
    const claimed = await tenant("a").post("/connections", {
      accountId: test.newAccount(),
      region: "us-east-1",
      tenant: "b",
    });
    assert.equal(claimed.status, 400);
    assert.equal(claimed.body.field, "tenant");
  });

  it("treats another tenant's connection like one that does not exist, on every route", async () => {
    const owner = tenant("owner");
    const other = tenant("other");
    const pending = (await create(owner)).body.externalId as string;
    const connected = await connect(owner);
    const unknown = "eu-west-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f";
    const calls: ((api: ApiClient, id: string) => Promise<ApiResponse>)[] = [
      (api, id) => api.get(`/connections/${id}`),
      (api, id) => api.delete(`/connections/${id}`),
      (api, id) => api.post(`/connections/${id}/confirmation`, { code: connected.code }),
      (api, id) => api.post(`/connections/${id}/confirmation`, { nonsense: true }),
    ];
    for (const call of calls) {
      const expected = await call(other, unknown);
      assert.equal(expected.status, 404);
      for (const id of [pending, encodeURIComponent(pending), connected.externalId]) {
        const { status, body } = await call(other, id);
        assert.deepEqual([status, body], [404, expected.body]);
      }
    }
    assert.equal((await show(owner, pending)).status, "pending");
    assert.equal((await show(owner, connected.externalId)).confirmation, "required");
    assert.equal((await test.connection(connected.externalId))?.confirmationTries, undefined);
  });

  it("lists a tenant's own connections and no others, and shows it neither roles nor topics", async () => {
    const [owner, other] = [tenant("list-owner"), tenant("list-other")];
    const accountId = test.newAccount();
    const made = (await create(owner, accountId)).body;
    await create(other, accountId);
    const { externalId } = await connect(owner);
    const ids = async (query: string) => {
      const { status, body } = await owner.get(`/connections${query}`);
      assert.equal(status, 200, JSON.stringify(body));
      const { connections } = v.parse(connectionListSchema(ConnectionRepresentation), body);
      return (connections as ConnectionRepresentation[]).map((connection) => connection.externalId);
    };
    assert.deepEqual(await ids(""), [externalId, made.externalId]);
    assert.deepEqual(await ids(`?accountId=${accountId}`), [made.externalId]);
    assert.deepEqual(await ids("?status=connected"), [externalId]);
    const claimed = await owner.get("/connections?tenant=list-other");
    assert.deepEqual([claimed.status, claimed.body.field], [400, "tenant"]);
    assert.match(claimed.body.detail, /it follows from who calls/);
  });

  it("lets no tenant end a connection", async () => {
    const owner = tenant("ender");
    const { externalId } = await connect(owner);
    const { status } = await owner.post(`/connections/${externalId}/end`, { reason: "x" });
    assert.equal(status, 404);
    assert.equal((await test.connection(externalId))?.status, "connected");
  });

  it("keeps the tenants' idempotency keys apart", async () => {
    const accountId = test.newAccount();
    const key = { "Idempotency-Key": "1" };
    const first = await create(tenant("key-a"), accountId, key);
    const second = await create(tenant("key-b"), accountId, key);
    assert.deepEqual([first.status, second.status], [201, 201]);
    assert.notEqual(first.body.externalId, second.body.externalId);
  });

  it("allows a tenant three links without a connection and no fourth, whatever the account, even to 12 requests at once; others are not affected", async () => {
    const api = tenant("busy");
    const responses = await Promise.all(Array.from({ length: 12 }, () => create(api)));
    const made = responses.filter(({ status }) => status === 201).map(({ body }) => body.externalId);
    assert.equal(made.length, 3);
    const before = await traces(test);
    const rejection = await create(api);
    assert.equal(rejection.status, 429);
    assert.match(
      rejection.body.detail,
      /^You have 3 links in eu-west-1 without a connection, which is the limit\. Use one of them, ask us for a higher limit, or wait/,
    );
    assert.deepEqual(await traces(test), before);
    assert.equal((await create(tenant("idle"))).status, 201);
    await expire(test, made[1], 25);
    assert.equal((await create(api)).status, 201);
  });

  it("tells a tenant nothing of another's links and connections of the same account", async () => {
    const accountId = test.newAccount();
    for (let number = 0; number < 3; number++) await create(tenant("first"), accountId);
    const alone = await create(tenant("second"), test.newAccount());
    const beside = await create(tenant("second"), accountId);
    const shape = ({ status, body }: ApiResponse) => [
      status,
      Object.keys(body),
      new URL(body.link).hash.replaceAll(
        /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|-[0-9a-f]{8}\b|\d{12}/g,
        "…",
      ),
    ];
    assert.deepEqual(shape(beside), shape(alone));
  });

  it("lets the configured site's pages call it, and no other's", async () => {
    const preflight = (origin: string) =>
      tenant("a").send("OPTIONS", "/connections", {
        Origin: origin,
        // To the embedded cloud, this is a program that passes on what a browser sent.
        "X-Embedded-Cloud-Secret": test.cloud.secretAccessKey,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
      });
    const allowed = await preflight(ORIGIN);
    assert.equal(allowed.headers.get("Access-Control-Allow-Origin"), ORIGIN);
    assert.match(allowed.headers.get("Access-Control-Allow-Headers") ?? "", /idempotency-key/i);
    const other = await preflight("https://evil.example.com");
    assert.notEqual(other.headers.get("Access-Control-Allow-Origin"), "https://evil.example.com");
    assert.notEqual(other.headers.get("Access-Control-Allow-Origin"), "*");
  });

  describe("with a confirmation code", () => {
    it("has nothing to confirm before the stack is connected", async () => {
      const api = tenant("early");
      const { externalId } = (await create(api)).body;
      assert.equal((await show(api, externalId)).confirmation, undefined);
      const { status, body } = await api.post(`/connections/${externalId}/confirmation`, {
        code: "ABCD2345",
      });
      assert.equal(status, 409);
      assert.match(body.detail, /nothing to confirm until the customer's stack is connected/);
    });

    it("shows the code only in the customer's stack, and accepts it however people type it", async () => {
      const api = tenant("careful");
      const { externalId, code, confirm } = await connect(api);
      assert.match(code, /^[A-HJKMNP-TV-Z2-9]{8}$/);
      const waiting = await api.get(`/connections/${externalId}`);
      assert.equal(waiting.body.confirmation, "required");
      assert.ok(!JSON.stringify(waiting.body).includes(code));

      const wrong = await confirm("AAAA-2222");
      assert.equal(wrong.status, 422);
      assert.equal(wrong.body.field, "code");
      assert.match(wrong.body.detail, /That is not the code\. Copy the output ConfirmationCode/);
      assert.equal((await show(api, externalId)).confirmation, "required");

      const typed = ` ${code.slice(0, 4).toLowerCase()}-${code.slice(4)} `;
      const right = await confirm(typed);
      assert.equal(right.status, 200);
      assert.deepEqual(
        [v.parse(ConnectionRepresentation, right.body).status, right.body.confirmation],
        ["connected", "done"],
      );
      assert.equal((await test.connection(externalId))?.confirmation, "done");
      // Entered once more, on another device.
      assert.equal((await confirm(typed)).status, 200);
    });

    it("accepts no code after five wrong ones, however fast they come, not even the right one", async () => {
      const { externalId, code, confirm } = await connect(tenant("attacker"));
      const responses = await Promise.all(
        Array.from({ length: 8 }, (_, index) => confirm(`AAAA222${index + 2}`)),
      );
      const statuses = responses.map(({ status }) => status).sort();
      assert.deepEqual(statuses, [409, 409, 409, 422, 422, 422, 422, 422]);
      const late = await confirm(code);
      assert.equal(late.status, 409);
      assert.match(late.body.detail, /5 wrong codes were entered.*create a new link/);
      assert.equal((await test.connection(externalId))?.confirmation, "required");
    });

    it("returns the same code when a Create is delivered twice, and after an update of the stack", async () => {
      const api = tenant("twice");
      test.cloud.notifications.intercept = async (_message, invoke) => {
        await Promise.all([invoke(), invoke()]);
      };
      const { externalId, stack, code, confirm } = await connect(api);
      await test.cloud.notifications.idle();
      test.cloud.notifications.intercept = undefined;
      const said = test.cloud.responseBuckets.received
        .filter((response) => response?.StackId === stack.id)
        .map((response) => response?.Data?.ConfirmationCode);
      assert.deepEqual(said, [code, code]);
      assert.equal((await confirm(code)).status, 200);

      const updated = await stack.update({
        templateUrl: test.program.templateUrl,
        template: (template) => {
          const { Connection, ...others } = template.Resources;
          assert.ok(Connection);
          const Properties = { ...Connection.Properties, TemplateVersion: "next" };
          return { ...template, Resources: { ...others, Connection: { ...Connection, Properties } } };
        },
      });
      assert.equal(updated.status, "UPDATE_COMPLETE", updated.reason);
      assert.equal(stack.requests.at(-1)?.event.RequestType, "Update");
      assert.equal(updated.outputs.ConfirmationCode, code);
      await test.cloud.notifications.idle();
      assert.equal((await show(api, externalId)).confirmation, "done");
    });

    it("documents the route for it", async () => {
      const { body } = await tenant("a").get("/openapi.json");
      assert.ok(body.paths["/connections/{id}/confirmation"].post.responses[422]);
      assert.deepEqual(body.components.schemas.Confirmation.required, ["code"]);
      assert.equal(body.components.schemas.NewConnection.properties.tenant, undefined);
      assert.deepEqual(body.components.securitySchemes.jwt, {
        type: "http",
        scheme: "bearer",
        bearerFormat: "JWT",
      });
    });
  });
});
