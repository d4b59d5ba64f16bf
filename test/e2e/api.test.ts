/** The API with `auth: none`, on the embedded cloud: the real function behind a real HTTP API, with its own rights only. */
import assert from "node:assert/strict";
import { GetRolePolicyCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import * as v from "valibot";
import { ConnectionView, ProblemDetails, RegionList } from "../../functions/url-generator/schemas.js";
import { type ApiAnswer, ApiClient, connectionsOf, expire, traces } from "./api-client.js";
import { TestCloud } from "./test-cloud.js";

describe("the API on the embedded cloud", function () {
  this.timeout(60_000);
  let test: TestCloud;
  let api: ApiClient;

  before(async () => {
    test = await TestCloud.start();
    api = new ApiClient(test.program.onboardingUrl);
  });

  after(() => test?.cloud.stop());

  afterEach(async () => {
    test.cloud.notifications.intercept = undefined;
    await test.cloud.notifications.idle();
  });

  const create = (accountId = test.newAccount(), region = "eu-west-1", headers = {}) =>
    api.post("/connections", { accountId, region }, headers);

  const assertProblem = ({ status, headers, body }: ApiAnswer, expected: number, detail: RegExp) => {
    assert.equal(status, expected, JSON.stringify(body));
    assert.equal(headers.get("Content-Type"), "application/problem+json");
    assert.equal(headers.get("Cache-Control"), "no-store");
    assert.equal(v.parse(ProblemDetails, body).status, expected);
    assert.match(body.detail, detail);
  };

  it("serves the page to everybody, with a policy that lets nothing else run", async () => {
    const { status, headers, body } = await api.get("/");
    assert.equal(status, 200);
    assert.match(headers.get("Content-Type") ?? "", /^text\/html/);
    assert.match(headers.get("Content-Security-Policy") ?? "", /default-src 'none'/);
    assert.equal(headers.get("X-Content-Type-Options"), "nosniff");
    assert.match(body, /<!doctype html>/i);
  });

  it("lists the offered regions by the names that people know", async () => {
    const { status, body } = await api.get("/regions");
    assert.equal(status, 200);
    assert.deepEqual(v.parse(RegionList, body).regions, [
      { region: "us-east-1", name: "US East (N. Virginia)", open: true },
      { region: "eu-west-1", name: "Europe (Ireland)", open: true },
      { region: "ap-southeast-2", name: "Asia Pacific (Sydney)", open: true },
    ]);
  });

  it("makes a link and shows it again, by the external ID percent-encoded or not", async () => {
    const accountId = test.newAccount();
    const made = await create(accountId);
    assert.equal(made.status, 201);
    const { externalId, link, createdAt, expiresAt, ...rest } = v.parse(ConnectionView, made.body);
    assert.deepEqual(rest, {
      accountId,
      region: "eu-west-1",
      status: "pending",
      grantedTo: "onboarding",
      statusChangedAt: createdAt,
    });
    assert.equal(Date.parse(expiresAt) - Date.parse(createdAt), 24 * 3_600_000);
    assert.equal(new URL(link ?? "").host, "eu-west-1.console.aws.amazon.com");
    for (const path of [externalId, encodeURIComponent(externalId)]) {
      const shown = await api.get(`/connections/${path}`);
      assert.equal(shown.status, 200);
      assert.deepEqual(shown.body, made.body);
      assert.equal(shown.headers.get("Cache-Control"), "no-store");
    }
  });

  it("follows a connection from pending over a failed attempt to connected and disconnected", async () => {
    const accountId = test.newAccount();
    const { externalId, link } = (await create(accountId)).body;
    const show = async () => v.parse(ConnectionView, (await api.get(`/connections/${externalId}`)).body);
    const customer = test.cloud.customer(accountId);

    const bent = await customer.createStack(link, { parameters: { GrantedTo: "Somebody else" } });
    await bent.settled();
    await test.cloud.notifications.idle();
    const failed = await show();
    assert.equal(failed.status, "pending");
    assert.match(failed.reason ?? "", /grants access to "Somebody else"/);
    assert.equal(failed.link, link);
    await bent.delete();

    const stack = await customer.createStack(link);
    await stack.settled();
    const connected = await show();
    assert.deepEqual(
      [connected.status, connected.reason, connected.link, connected.confirmation],
      ["connected", undefined, undefined, undefined],
    );
    const { connectedAt } = (await test.untilStatus(externalId, "connected")) as { connectedAt: string };
    assert.ok(
      Math.abs(Date.parse(connected.statusChangedAt) - Date.parse(connectedAt)) < 5000,
      connected.statusChangedAt,
    );
    assertProblem(
      await api.delete(`/connections/${externalId}`),
      409,
      /already connected.*deleting the stack/,
    );

    await stack.delete();
    await test.untilStatus(externalId, "disconnected");
    const ended = await show();
    assert.equal(ended.status, "disconnected");
    assert.ok(ended.statusChangedAt > connected.statusChangedAt);
    assertProblem(await api.delete(`/connections/${externalId}`), 409, /has already ended/);
  });

  it("shows an expired link as that, without the link, and cancels it no more", async () => {
    const { externalId } = (await create()).body;
    const expiresAt = await expire(test, externalId);
    const { status, statusChangedAt, link } = v.parse(
      ConnectionView,
      (await api.get(`/connections/${externalId}`)).body,
    );
    assert.deepEqual([status, statusChangedAt, link], ["expired", expiresAt, undefined]);
    assertProblem(await api.delete(`/connections/${externalId}`), 409, /already expired, at 20/);
  });

  describe("with an Idempotency-Key", () => {
    it("gives the same link for the same request, and makes nothing new", async () => {
      const accountId = test.newAccount();
      const key = { "Idempotency-Key": `key of ${accountId}` };
      const first = await create(accountId, "eu-west-1", key);
      assert.equal(first.status, 201);
      const before = await traces(test);
      const again = await create(accountId, "eu-west-1", key);
      assert.equal(again.status, 200);
      assert.deepEqual(again.body, first.body);
      assert.deepEqual(await traces(test), before);
      const other = await create(accountId, "eu-west-1", { "Idempotency-Key": `other key of ${accountId}` });
      assert.equal(other.status, 201);
      assert.notEqual(other.body.externalId, first.body.externalId);
    });

    it("makes one link of requests that arrive at once", async () => {
      const accountId = test.newAccount();
      const key = { "Idempotency-Key": `key of ${accountId}` };
      const answers = await Promise.all(Array.from({ length: 6 }, () => create(accountId, "us-east-1", key)));
      assert.equal(new Set(answers.map(({ body }) => body.link)).size, 1, JSON.stringify(answers));
      assert.deepEqual([...new Set(answers.map(({ status }) => status))].sort(), [200, 201]);
      assert.equal(await connectionsOf(test, accountId), 1);
    });

    it("refuses another region or account with 409, and writes nothing", async () => {
      const accountId = test.newAccount();
      const key = { "Idempotency-Key": `key of ${accountId}` };
      await create(accountId, "eu-west-1", key);
      const before = await traces(test);
      assertProblem(await create(accountId, "us-east-1", key), 409, /used for another account or region/);
      assertProblem(await create(test.newAccount(), "eu-west-1", key), 409, /Take a new key for each link/);
      assert.deepEqual(await traces(test), before);
    });

    it("makes a new link once the first one is past its time", async () => {
      const accountId = test.newAccount();
      const key = { "Idempotency-Key": `key of ${accountId}` };
      const { externalId } = (await create(accountId, "eu-west-1", key)).body;
      await api.delete(`/connections/${externalId}`);
      const replayed = await create(accountId, "eu-west-1", key);
      assert.deepEqual([replayed.status, replayed.body.status], [200, "cancelled"]);
    });
  });

  const good = { accountId: "444455556666", region: "us-east-1" };
  const refusals: [
    what: string,
    send: () => Promise<ApiAnswer>,
    status: number,
    field: string | undefined,
    detail: RegExp,
  ][] = [
    [
      "no account",
      () => api.post("/connections", { region: "us-east-1" }),
      400,
      "accountId",
      /^accountId is missing\.$/,
    ],
    [
      "an account with dashes",
      () => api.post("/connections", { ...good, accountId: "4444-5555-6666" }),
      400,
      "accountId",
      /12 digits of an AWS account, without spaces or dashes/,
    ],
    [
      "an account that is a number",
      () => api.post("/connections", { ...good, accountId: 444455556666 }),
      400,
      "accountId",
      /^accountId must be a text, not 444455556666\.$/,
    ],
    [
      "no region",
      () => api.post("/connections", { accountId: "444455556666" }),
      400,
      "region",
      /^region is missing\.$/,
    ],
    [
      "a region that is not offered",
      () => api.post("/connections", { ...good, region: "eu-north-1" }),
      400,
      "region",
      /"eu-north-1" is not offered: choose from us-east-1, eu-west-1, ap-southeast-2\.$/,
    ],
    [
      "a region that is a list",
      () => api.post("/connections", { ...good, region: ["us-east-1"] }),
      400,
      "region",
      /is not offered: choose from/,
    ],
    [
      "a tenant",
      () => api.post("/connections", { ...good, tenant: "4711" }),
      400,
      "tenant",
      /known from who calls/,
    ],
    [
      "a field that does not exist",
      () => api.post("/connections", { ...good, colour: "red" }),
      400,
      "colour",
      /^colour is not a field/,
    ],
    [
      "no JSON",
      () => api.post("/connections", "accountId=444455556666"),
      400,
      undefined,
      /must be a JSON object/,
    ],
    ["a list", () => api.post("/connections", [good]), 400, undefined, /must be a JSON object/],
    [
      "nothing",
      () => api.send("POST", "/connections", { "Content-Type": "application/json" }),
      400,
      undefined,
      /must be a JSON object/,
    ],
    [
      "a form",
      () => api.post("/connections", good, { "Content-Type": "application/x-www-form-urlencoded" }),
      415,
      undefined,
      /Content-Type: application\/json/,
    ],
    [
      "a long body",
      () => api.post("/connections", { ...good, tenant: "x".repeat(5000) }),
      413,
      undefined,
      /more than 4096 bytes/,
    ],
    [
      "a key that is too long",
      () => api.post("/connections", good, { "Idempotency-Key": "k".repeat(256) }),
      400,
      "Idempotency-Key",
      /1 to 255 printable ASCII/,
    ],
    [
      "an unknown connection",
      () => api.get("/connections/eu-west-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f"),
      404,
      undefined,
      /There is no such connection/,
    ],
    [
      "a connection of a region that is not offered",
      () => api.get("/connections/eu-north-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f"),
      404,
      undefined,
      /There is no such connection/,
    ],
    [
      "an external ID of no form",
      () => api.get("/connections/every"),
      404,
      undefined,
      /There is no such connection/,
    ],
    [
      "an idempotency key's record",
      () => api.get(`/connections/idempotency-key:${"0".repeat(64)}`),
      404,
      undefined,
      /There is no such connection/,
    ],
    [
      "to cancel an unknown connection",
      () => api.delete("/connections/us-east-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f"),
      404,
      undefined,
      /There is no such connection/,
    ],
  ];
  for (const [what, send, status, field, detail] of refusals) {
    it(`refuses ${what} with ${status}, in a sentence, and writes nothing`, async () => {
      const before = await traces(test);
      const answer = await send();
      assertProblem(answer, status, detail);
      assert.equal(answer.body.field, field);
      assert.deepEqual(await traces(test), before);
    });
  }

  it("answers nothing where there is no route", async () => {
    assert.equal((await api.get("/admin")).status, 404);
    assert.equal((await api.send("PUT", "/connections", {}, "{}")).status, 404);
  });

  it("lets five links of an account wait and no sixth; cancelling one makes room", async () => {
    const accountId = test.newAccount();
    const made: string[] = [];
    for (const region of ["us-east-1", "eu-west-1", "ap-southeast-2", "us-east-1", "eu-west-1"]) {
      const { status, body } = await create(accountId, region);
      assert.equal(status, 201);
      made.push(body.externalId);
    }
    const before = await traces(test);
    const refused = await create(accountId);
    assertProblem(refused, 429, new RegExp(`${accountId} has 5 links.*cancel one, or wait`));
    assert.equal(refused.body.field, "accountId");
    assert.deepEqual(await traces(test), before);
    await api.delete(`/connections/${made[2]}`);
    assert.equal((await create(accountId)).status, 201);
    assert.equal((await create(accountId)).status, 429);
    // An expired one does not count either.
    await expire(test, made[0] ?? "");
    assert.equal((await create(accountId)).status, 201);
  });

  it("leaves nothing behind when the permission cannot be added, and the same key works afterwards", async () => {
    const iam = test.cloud.vendor.iam("us-east-1");
    const name = { RoleName: "onboarding-dev-url-generator", PolicyName: "onboarding-dev-url-generator" };
    const { PolicyDocument = "" } = await iam.send(new GetRolePolicyCommand(name));
    const policy = JSON.parse(decodeURIComponent(PolicyDocument));
    const put = (document: unknown) =>
      iam.send(new PutRolePolicyCommand({ ...name, PolicyDocument: JSON.stringify(document) }));
    const accountId = test.newAccount();
    const key = { "Idempotency-Key": `key of ${accountId}` };
    const before = await traces(test);
    await put({
      ...policy,
      Statement: policy.Statement.filter(
        ({ Action }: { Action: string[] }) => !Action.includes("sns:AddPermission"),
      ),
    });
    try {
      const answer = await create(accountId, "eu-west-1", key);
      assertProblem(answer, 500, /fault on our side/);
      assert.doesNotMatch(JSON.stringify(answer.body), /sns|arn:|denied/i);
      assert.deepEqual(await traces(test), before);
    } finally {
      await put(policy);
    }
    assert.equal((await create(accountId, "eu-west-1", key)).status, 201);
  });

  describe("cancelling", () => {
    it("ends a link at once: its stack fails and says so, and a second time is no mistake", async () => {
      const accountId = test.newAccount();
      const { externalId, link } = (await create(accountId)).body;
      assert.equal((await api.delete(`/connections/${externalId}`)).status, 204);
      assert.equal((await api.delete(`/connections/${encodeURIComponent(externalId)}`)).status, 204);
      const cancelled = v.parse(ConnectionView, (await api.get(`/connections/${externalId}`)).body);
      assert.deepEqual([cancelled.status, cancelled.link], ["cancelled", undefined]);
      assert.ok(cancelled.statusChangedAt > cancelled.createdAt);
      // Only the record changed: the stack's account may still publish, and its Delete is heard.
      const outcome = await (await test.cloud.customer(accountId).createStack(link)).settled();
      assert.equal(outcome.status, "ROLLBACK_COMPLETE");
      assert.match(outcome.reason ?? "", /This link was cancelled\. Ask for a new link/);
    });

    it("while the stack is being created is won by one of the two, never by both", async () => {
      const outcomes: string[] = [];
      // The cancellation starts before the receiver does, with it, and while it probes the role.
      for (const delay of [-1, 0, 20, 60, 120, 250]) {
        const accountId = test.newAccount();
        const { externalId, link } = (await create(accountId, "us-east-1")).body;
        let cancelled: Promise<ApiAnswer> | undefined;
        test.cloud.notifications.intercept = async (_message, invoke) => {
          const cancel = async () => {
            if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
            return api.delete(`/connections/${externalId}`);
          };
          if (cancelled) return invoke();
          cancelled = cancel();
          if (delay < 0) await cancelled;
          await invoke();
        };
        const outcome = await (await test.cloud.customer(accountId).createStack(link)).settled();
        const status = (await cancelled)?.status;
        test.cloud.notifications.intercept = undefined;
        const record = await test.connection(externalId);
        const all = `${outcome.status} ${status} ${record?.status}`;
        assert.ok(
          ["CREATE_COMPLETE 409 connected", "ROLLBACK_COMPLETE 204 cancelled"].includes(all),
          `after ${delay} ms: ${all}`,
        );
        outcomes.push(all);
      }
      assert.equal(outcomes[0], "ROLLBACK_COMPLETE 204 cancelled");
    });
  });

  describe("describes itself at /openapi.json", () => {
    it("with a document in which every reference leads somewhere, for the routes that are there", async () => {
      const { status, headers, body } = await api.get("/openapi.json");
      assert.equal(status, 200);
      assert.match(headers.get("Content-Type") ?? "", /^application\/json/);
      assert.match(body.openapi, /^3\.1\.\d+$/);
      assert.deepEqual(
        Object.entries<Record<string, unknown>>(body.paths).flatMap(([path, item]) =>
          Object.keys(item)
            .filter((key) => key !== "parameters")
            .map((method) => `${method.toUpperCase()} ${path}`),
        ),
        [
          "GET /regions",
          "POST /connections",
          "GET /connections/{id}",
          "DELETE /connections/{id}",
          "POST /connections/{id}/confirmation",
        ],
      );
      const references = [...JSON.stringify(body).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
        ([, name]) => name ?? "",
      );
      assert.ok(references.length > 10);
      for (const name of references) assert.ok(body.components.schemas[name], name);
      const { NewConnection, Connection } = body.components.schemas;
      assert.deepEqual(NewConnection.required, ["accountId", "region"]);
      assert.equal(NewConnection.additionalProperties, false);
      assert.deepEqual(NewConnection.properties.region.enum, ["us-east-1", "eu-west-1", "ap-southeast-2"]);
      assert.equal(NewConnection.properties.accountId.pattern, "^[0-9]{12}$");
      assert.ok(Connection.properties.status.enum.includes("unsafe"));
    });

    it("as it answers: nothing in an answer is missing there", async () => {
      const { body: document } = await api.get("/openapi.json");
      const { properties, required } = document.components.schemas.Connection;
      const { body } = await create();
      for (const name of Object.keys(body)) assert.ok(properties[name], name);
      for (const name of required) assert.ok(name in body, name);
    });
  });
});
