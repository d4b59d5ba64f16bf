/** The API with `auth: none`, on the embedded cloud: the real function behind a real HTTP API, with its own rights only. */
import assert from "node:assert/strict";
import { GetRolePolicyCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import * as v from "valibot";
import { GrantDescription } from "../../functions/url-generator/grant-description.js";
import { readQuickCreateLink } from "../../functions/url-generator/link.js";
import {
  ConnectionRepresentation,
  ProblemDetails,
  RegionList,
} from "../../functions/url-generator/schemas.js";
import { ApiClient, type ApiResponse, connectionsOf, expire, traces } from "./api-client.js";
import { labelsIn, until } from "./capacity/topics.js";
import { TestCloud } from "./test-cloud.js";

const GRANTS = { actions: ["ec2:Describe*", "s3:GetObject"], managedPolicies: ["SecurityAudit"] };

describe("the API on the embedded cloud", function () {
  this.timeout(60_000);
  let test: TestCloud;
  let api: ApiClient;

  before(async () => {
    test = await TestCloud.start({ "onboarding:grants": GRANTS });
    api = new ApiClient(test.program.onboardingUrl);
  });

  after(() => test?.cloud.stop());

  afterEach(async () => {
    test.cloud.notifications.intercept = undefined;
    await test.cloud.notifications.idle();
  });

  const create = (accountId = test.newAccount(), region = "eu-west-1", headers = {}) =>
    api.post("/connections", { accountId, region }, headers);

  const assertProblem = ({ status, headers, body }: ApiResponse, expected: number, detail: RegExp) => {
    assert.equal(status, expected, JSON.stringify(body));
    assert.equal(headers.get("Content-Type"), "application/problem+json");
    assert.equal(headers.get("Cache-Control"), "no-store");
    assert.equal(v.parse(ProblemDetails, body).status, expected);
    assert.match(body.detail, detail);
  };

  it("serves the page to everybody, with a policy that lets no other script run", async () => {
    const { status, headers, body } = await api.get("/");
    assert.equal(status, 200);
    assert.match(headers.get("Content-Type") ?? "", /^text\/html/);
    assert.match(headers.get("Content-Security-Policy") ?? "", /default-src 'none'/);
    assert.equal(headers.get("X-Content-Type-Options"), "nosniff");
    assert.match(body, /<!doctype html>/i);
  });

  it("lists the offered regions with their names", async () => {
    const { status, body } = await api.get("/regions");
    assert.equal(status, 200);
    assert.deepEqual(v.parse(RegionList, body).regions, [
      { region: "us-east-1", name: "US East (N. Virginia)", open: true },
      { region: "eu-west-1", name: "Europe (Ireland)", open: true },
      { region: "ap-southeast-2", name: "Asia Pacific (Sydney)", open: true },
    ]);
  });

  it("tells what the role allows, in plain words and as IAM has it", async () => {
    const { status, body } = await api.get("/grants");
    assert.equal(status, 200);
    const { description, ...names } = v.parse(GrantDescription, body);
    assert.deepEqual(names, { ...GRANTS, statements: [], tiers: [] });
    assert.deepEqual(
      description.map(({ level, title, items }) => [level, title, items.map((item) => item.title)]),
      [
        ["view", "View settings and status", ["EC2", "SecurityAudit"]],
        ["read", "Read your data", ["S3"]],
      ],
    );
  });

  it("lists nobody's connections, because it cannot tell whose they are", async () => {
    assertProblem(await api.get("/connections"), 403, /only for callers who say who they are/);
  });

  it("answers HEAD wherever there is a GET, with the same headers and no body", async () => {
    const { externalId } = (await create()).body;
    for (const path of ["/", "/openapi.json", "/regions", "/grants", `/connections/${externalId}`]) {
      const got = await api.get(path);
      const head = await api.send("HEAD", path);
      assert.deepEqual([head.status, head.body], [200, ""], path);
      assert.equal(head.headers.get("Content-Type"), got.headers.get("Content-Type"), path);
    }
    assert.equal((await api.send("HEAD", "/connections/every")).status, 404);
  });

  it("creates a link and shows it again, with the external ID percent-encoded or not", async () => {
    const accountId = test.newAccount();
    const made = await create(accountId);
    assert.equal(made.status, 201);
    const shown = v.parse(ConnectionRepresentation, made.body);
    const { externalId, link = "", createdAt, expiresAt, stack, ...rest } = shown;
    assert.deepEqual(rest, {
      accountId,
      region: "eu-west-1",
      status: "pending",
      grantedTo: "onboarding",
      statusChangedAt: createdAt,
    });
    assert.equal(Date.parse(expiresAt) - Date.parse(createdAt), 24 * 3_600_000);
    assert.equal(new URL(link).host, "eu-west-1.console.aws.amazon.com");
    // For tools other than the console: the same stack.
    assert.deepEqual(stack?.parameters, readQuickCreateLink(link).parameters);
    for (const path of [externalId, encodeURIComponent(externalId)]) {
      const again = await api.get(`/connections/${path}`);
      assert.equal(again.status, 200);
      assert.deepEqual(again.body, made.body);
      assert.equal(again.headers.get("Cache-Control"), "no-store");
    }
  });

  it("shows a connection from pending through a failed attempt to connected and disconnected", async () => {
    const accountId = test.newAccount();
    const { externalId, link } = (await create(accountId)).body;
    const show = async () =>
      v.parse(ConnectionRepresentation, (await api.get(`/connections/${externalId}`)).body);
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
    // What follows the stream comes a little later.
    const label = externalId.replace(":", "-");
    await until(async () =>
      (await labelsIn(test, "eu-west-1")).includes(label) ? `${label} is left` : undefined,
    );
  });

  it("shows an expired link as expired and without its address, and no longer cancels it", async () => {
    const { externalId } = (await create()).body;
    const expiresAt = await expire(test, externalId);
    const { status, statusChangedAt, link } = v.parse(
      ConnectionRepresentation,
      (await api.get(`/connections/${externalId}`)).body,
    );
    assert.deepEqual([status, statusChangedAt, link], ["expired", expiresAt, undefined]);
    assertProblem(await api.delete(`/connections/${externalId}`), 409, /already expired, at 20/);
  });

  describe("with an Idempotency-Key", () => {
    it("returns the same link for the same request, and creates nothing new", async () => {
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

    it("makes a new link once the first was cancelled, and the same one for requests that arrive at once", async () => {
      const accountId = test.newAccount();
      const key = { "Idempotency-Key": `key of ${accountId}` };
      const first = (await create(accountId, "eu-west-1", key)).body;
      await api.delete(`/connections/${first.externalId}`);
      const responses = await Promise.all([1, 2, 3].map(() => create(accountId, "eu-west-1", key)));
      assert.deepEqual(responses.map(({ status }) => status).sort(), [200, 200, 201]);
      const [id, ...others] = new Set(responses.map(({ body }) => body.externalId));
      assert.deepEqual(others, []);
      assert.notEqual(id, first.externalId);
      assert.ok(responses.every(({ body }) => body.status === "pending" && body.link));
    });

    it("creates one link for requests that arrive at once", async () => {
      const accountId = test.newAccount();
      const key = { "Idempotency-Key": `key of ${accountId}` };
      const responses = await Promise.all(
        Array.from({ length: 6 }, () => create(accountId, "us-east-1", key)),
      );
      assert.equal(new Set(responses.map(({ body }) => body.link)).size, 1, JSON.stringify(responses));
      assert.deepEqual([...new Set(responses.map(({ status }) => status))].sort(), [200, 201]);
      assert.equal(await connectionsOf(test, accountId), 1);
    });

    it("rejects another region or account with 409, and writes nothing", async () => {
      const accountId = test.newAccount();
      const key = { "Idempotency-Key": `key of ${accountId}` };
      await create(accountId, "eu-west-1", key);
      const before = await traces(test);
      assertProblem(
        await create(accountId, "us-east-1", key),
        409,
        /used for another account, organization, region, tier, method or permissions boundary/,
      );
      assertProblem(await create(test.newAccount(), "eu-west-1", key), 409, /Use a new key for each link/);
      assert.deepEqual(await traces(test), before);
    });
  });

  const rejected: readonly [
    what: string,
    send: () => Promise<ApiResponse>,
    status: number,
    detail: RegExp,
  ][] = [
    [
      "a request without an account",
      () => api.post("/connections", { region: "us-east-1" }),
      400,
      /^accountId is missing\.$/,
    ],
    [
      "an unknown connection",
      () => api.get("/connections/eu-west-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f"),
      404,
      /There is no such connection/,
    ],
    [
      "a connection of a region that is not served",
      () => api.get("/connections/eu-north-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f"),
      404,
      /There is no such connection/,
    ],
    [
      "something that is not an external ID",
      () => api.get("/connections/every"),
      404,
      /There is no such connection/,
    ],
    [
      "an idempotency key's record",
      () => api.get(`/connections/idempotency-key:${"0".repeat(64)}`),
      404,
      /There is no such connection/,
    ],
    [
      "cancelling an unknown connection",
      () => api.delete("/connections/us-east-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f"),
      404,
      /There is no such connection/,
    ],
  ];
  for (const [what, send, status, detail] of rejected) {
    it(`rejects ${what} with ${status}, in a sentence, and writes nothing`, async () => {
      const before = await traces(test);
      assertProblem(await send(), status, detail);
      assert.deepEqual(await traces(test), before);
    });
  }

  it("has nothing where there is no route", async () => {
    assert.equal((await api.get("/admin")).status, 404);
    assert.equal((await api.send("PUT", "/connections", {}, "{}")).status, 404);
  });

  it("allows an account five links without a connection in a region and no sixth, even to 12 requests at once; a day after they ended there are more", async () => {
    const accountId = test.newAccount();
    const responses = await Promise.all(Array.from({ length: 12 }, () => create(accountId)));
    const made = responses.filter(({ status }) => status === 201).map(({ body }) => body.externalId);
    assert.equal(made.length, 5);
    const before = await traces(test);
    for (const rejection of responses.filter(({ status }) => status !== 201)) {
      assertProblem(
        rejection,
        429,
        new RegExp(`${accountId} has 5 links in eu-west-1 without a connection, which is the limit`),
      );
      assert.equal(rejection.body.field, "accountId");
    }
    assert.equal((await create(accountId)).status, 429);
    assert.deepEqual(await traces(test), before);
    // Making and cancelling uses nothing up: the statement of a cancelled link stays for a day.
    await api.delete(`/connections/${made[2]}`);
    assert.equal((await create(accountId)).status, 429);
    await expire(test, made[0] ?? "", 25);
    assert.equal((await create(accountId)).status, 201);
    assert.equal((await create(accountId)).status, 429);
    // Every region counts for itself.
    assert.equal((await create(accountId, "us-east-1")).status, 201);
  });

  it("leaves nothing behind when the statement cannot be added, and the same key works afterwards", async () => {
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
      const response = await create(accountId, "eu-west-1", key);
      assertProblem(response, 500, /wrong on our side/);
      assert.doesNotMatch(JSON.stringify(response.body), /sns|arn:|denied/i);
      assert.deepEqual(await traces(test), before);
    } finally {
      await put(policy);
    }
    assert.equal((await create(accountId, "eu-west-1", key)).status, 201);
  });

  describe("cancelling", () => {
    it("ends a link at once: its stack fails and says so, and cancelling it again succeeds", async () => {
      const accountId = test.newAccount();
      const { externalId, link } = (await create(accountId)).body;
      assert.equal((await api.delete(`/connections/${externalId}`)).status, 204);
      assert.equal((await api.delete(`/connections/${encodeURIComponent(externalId)}`)).status, 204);
      const cancelled = v.parse(ConnectionRepresentation, (await api.get(`/connections/${externalId}`)).body);
      assert.deepEqual([cancelled.status, cancelled.link], ["cancelled", undefined]);
      assert.ok(cancelled.statusChangedAt > cancelled.createdAt);
      // Only the record changed: the stack's account may still publish, and its Delete is heard.
      const outcome = await (await test.cloud.customer(accountId).createStack(link)).settled();
      assert.equal(outcome.status, "ROLLBACK_COMPLETE");
      assert.match(outcome.reason ?? "", /This link was cancelled\. Ask for a new link/);
    });

    it("while the stack is being created succeeds for one of the two, never for both", async () => {
      const outcomes: string[] = [];
      // The cancellation starts before the receiver does, with it, and while it probes the role.
      for (const delay of [-1, 0, 20, 60, 120, 250]) {
        const accountId = test.newAccount();
        const { externalId, link } = (await create(accountId, "us-east-1")).body;
        let cancelled: Promise<ApiResponse> | undefined;
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

  describe("documents itself at /openapi.json", () => {
    it("with every reference resolved, and for exactly the routes that there are", async () => {
      const { status, headers, body } = await api.get("/openapi.json");
      assert.equal(status, 200);
      assert.match(headers.get("Content-Type") ?? "", /^application\/json/);
      assert.match(body.openapi, /^3\.1\.\d+$/);
      assert.match(body.servers[0].url, /^https:\/\/[a-z0-9]+\.execute-api\./);
      assert.deepEqual(
        Object.entries<Record<string, unknown>>(body.paths).flatMap(([path, item]) =>
          Object.keys(item)
            .filter((key) => key !== "parameters")
            .map((method) => `${method.toUpperCase()} ${path}`),
        ),
        [
          "GET /regions",
          "GET /grants",
          "POST /connections",
          "GET /connections/{id}",
          "DELETE /connections/{id}",
          "PUT /connections/{id}/role",
          "POST /connections/{id}/confirmation",
          "POST /organizations",
          "GET /organizations/{id}",
          "DELETE /organizations/{id}",
          "GET /organizations/{id}/members",
          "POST /organizations/{id}/listing",
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

    it("with every field that a response has", async () => {
      const { body: document } = await api.get("/openapi.json");
      const { properties, required } = document.components.schemas.Connection;
      const { body } = await create();
      for (const name of Object.keys(body)) assert.ok(properties[name], name);
      for (const name of required) assert.ok(name in body, name);
    });
  });
});
