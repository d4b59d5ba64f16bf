import assert from "node:assert/strict";
import { LANGUAGES } from "../../../functions/url-generator/page/languages/index.js";
import { type Inputs, ofType, only, type Run, runOnce, type StackConfig, smallStack } from "./run-program.js";

const none: StackConfig = { ...smallStack, "onboarding:auth": "none" };
const tokens: StackConfig = {
  ...smallStack,
  "onboarding:auth": "jwt",
  "onboarding:jwt": {
    issuer: "https://login.example.com/",
    audience: ["app", "site"],
    tenantClaim: "org_id",
  },
};

const readable = (path: string) => [`GET ${path}`, `HEAD ${path}`];

/** The page, or what is said in its place. */
const PAGE = { "GET /": "NONE", "HEAD /": "NONE" };

const ROUTES = [
  ...readable("/openapi.json"),
  ...readable("/regions"),
  ...readable("/grants"),
  ...readable("/connections"),
  "POST /connections",
  ...readable("/connections/{id}"),
  "DELETE /connections/{id}",
  "POST /connections/{id}/confirmation",
  "PUT /connections/{id}/role",
  "POST /organizations",
  ...readable("/organizations/{id}"),
  "DELETE /organizations/{id}",
  ...readable("/organizations/{id}/members"),
  "POST /organizations/{id}/listing",
];

/** Each route with who may call it. */
function routes(run: Run): Record<string, string> {
  return Object.fromEntries(
    ofType(run, "apigatewayv2/route:Route").map(({ inputs }) => [inputs.routeKey, inputs.authorizationType]),
  );
}

const everyRoute = (authorization: string) =>
  Object.fromEntries(ROUTES.map((route) => [route, authorization]));

/** What the URL generator finds beside its code. */
function file(run: Run, name: string): Inputs {
  const { code } = only(run, "lambda/function:Function", "onboarding-url-generator-handler-function").inputs;
  return JSON.parse(code[name]);
}

describe("The API", () => {
  it("with auth iam wants a signature on every route but the one that says so", async () => {
    const run = await runOnce();
    assert.deepEqual(routes(run), {
      ...PAGE,
      ...everyRoute("AWS_IAM"),
      "POST /connections/{id}/end": "AWS_IAM",
    });
    assert.deepEqual(ofType(run, "apigatewayv2/authorizer:Authorizer"), []);
    assert.deepEqual(run.warnings, []);
  });

  it("with auth none lets everybody in, of which the program warns", async () => {
    const run = await runOnce(none);
    assert.deepEqual(routes(run), { ...PAGE, ...everyRoute("NONE") });
    assert.equal(run.warnings.length, 1);
    assert.match(String(run.warnings[0]), /auth is none: whoever knows the onboarding URL can make links/);
  });

  it("with auth jwt wants a token on every route but the page", async () => {
    const run = await runOnce(tokens);
    assert.deepEqual(routes(run), { ...PAGE, ...everyRoute("JWT") });
    const { apiId, ...authorizer } = only(run, "apigatewayv2/authorizer:Authorizer").inputs;
    assert.equal(apiId, "onboarding-url-generator-http-api-id");
    assert.deepEqual(authorizer, {
      region: "us-east-1",
      name: "onboarding-dev",
      authorizerType: "JWT",
      identitySources: ["$request.header.Authorization"],
      jwtConfiguration: { issuer: "https://login.example.com/", audiences: ["app", "site"] },
    });
    for (const { inputs } of ofType(run, "apigatewayv2/route:Route")) {
      const expected = inputs.routeKey in PAGE ? undefined : "onboarding-url-generator-http-authorizer-id";
      assert.equal(inputs.authorizerId, expected, inputs.routeKey);
    }
    assert.deepEqual(run.warnings, []);
  });

  it("has the vendor's domain name, with a certificate, and keeps its own address", async () => {
    const certificateArn = "arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d";
    const domain = { name: "connect.example.com", certificateArn };
    const run = await runOnce({ ...tokens, "onboarding:domain": domain });
    assert.deepEqual(only(run, "apigatewayv2/domainName:DomainName").inputs, {
      region: "us-east-1",
      domainName: "connect.example.com",
      domainNameConfiguration: { certificateArn, endpointType: "REGIONAL", securityPolicy: "TLS_1_2" },
      tags: { "onboarding:stack": "dev" },
    });
    assert.deepEqual(only(run, "apigatewayv2/apiMapping:ApiMapping").inputs, {
      region: "us-east-1",
      apiId: "onboarding-url-generator-http-api-id",
      stage: "$default",
      domainName: "onboarding-url-generator-http-domain-name-id",
    });
    assert.equal(run.outputs.onboardingUrl, "https://connect.example.com");
    assert.deepEqual(run.outputs.domainTarget, {
      name: "d-a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
      hostedZoneId: "Z1UJRXOUMOOFQ8",
    });
    assert.equal(only(run, "apigatewayv2/api:Api").inputs.disableExecuteApiEndpoint, undefined);
    const without = await runOnce(tokens);
    assert.deepEqual(ofType(without, "apigatewayv2/domainName:DomainName"), []);
  });

  it("throttles each route by itself", async () => {
    for (const config of [smallStack, none, tokens]) {
      const run = await runOnce(config);
      const { routeSettings } = only(run, "apigatewayv2/stage:Stage").inputs;
      assert.deepEqual(
        routeSettings.map(({ routeKey }: Inputs) => routeKey),
        Object.keys(routes(run)),
      );
      for (const { throttlingRateLimit, throttlingBurstLimit } of routeSettings) {
        assert.ok(throttlingRateLimit >= 5 && throttlingRateLimit <= 100);
        assert.ok(throttlingBurstLimit >= throttlingRateLimit);
      }
    }
  });

  it("logs routes and never paths", async () => {
    const { accessLogSettings, name, autoDeploy } = only(await runOnce(), "apigatewayv2/stage:Stage").inputs;
    assert.equal(name, "$default");
    assert.equal(autoDeploy, true);
    assert.match(accessLogSettings.format, /\$context\.routeKey/);
    assert.match(accessLogSettings.format, /\$context\.status/);
    assert.doesNotMatch(accessLogSettings.format, /path|identity|querystring|authorizer/i);
  });

  it("can be called from the configured sites' pages, and from no other's", async () => {
    const closed = only(await runOnce(none), "apigatewayv2/api:Api").inputs;
    assert.equal(closed.corsConfiguration, undefined);
    const open = only(
      await runOnce({ ...none, "onboarding:corsOrigins": ["https://app.example.com"] }),
      "apigatewayv2/api:Api",
    ).inputs;
    assert.deepEqual(open.corsConfiguration, {
      allowOrigins: ["https://app.example.com"],
      allowMethods: ["GET", "HEAD", "POST", "PUT", "DELETE"],
      allowHeaders: ["authorization", "content-type", "idempotency-key"],
      exposeHeaders: ["retry-after"],
      maxAge: 3600,
    });
  });

  it("finds the configuration beside its code, with logo and grants", async () => {
    const run = await runOnce({
      ...tokens,
      "onboarding:vendorName": "Example Corp",
      "onboarding:linkLifetimeHours": 48,
      "onboarding:loginUrl": "https://app.example.com/connect",
      "onboarding:pendingLinksPerAccount": 2,
      "onboarding:pendingLinksPerTenant": 7,
      "onboarding:connectionsPerAccount": 3,
      "onboarding:logo": "test/integration/components/fixtures/logo.svg",
      "onboarding:confirmation": "code",
      "onboarding:brandColor": "#7b2d8e",
      "onboarding:trustedPrincipals": ["arn:aws:iam::111122223333:role/scanner"],
      "onboarding:languages": ["de", "en"],
      "onboarding:texts": { de: { startTitle: "Los geht’s" } },
    });
    const { page, trustPolicy, ...config } = file(run, "config.json");
    const [{ Condition }] = trustPolicy.Statement;
    assert.deepEqual(Condition.ArnLike["aws:PrincipalArn"], [
      "arn:aws:iam::111122223333:role/scanner",
      "arn:aws:iam::111122223333:role/onboarding-dev-receiver-*",
      "arn:aws:iam::111122223333:role/onboarding-dev-health-*",
    ]);
    assert.deepEqual(config, {
      customerRolePath: "/onboarding/dev/",
      regions: ["us-east-1", "eu-west-1"],
      optInRegions: [],
      organizationRegions: ["us-east-1", "eu-west-1"],
      auth: "jwt",
      tenantClaim: "org_id",
      vendorName: "Example Corp",
      linkLifetimeHours: 48,
      pendingLinksPerAccount: 2,
      pendingLinksPerTenant: 7,
      connectionsPerAccount: 3,
      confirmation: "code",
      grants: { actions: ["ec2:Describe*"], managedPolicies: [], statements: [], tiers: [] },
    });
    const { logo, ...shown } = page;
    assert.deepEqual(shown, {
      vendorName: "Example Corp",
      brandColor: "#7b2d8e",
      auth: "jwt",
      loginUrl: "https://app.example.com/connect",
      tenantClaim: "org_id",
      confirmation: "code",
      languages: ["de", "en"],
    });
    assert.equal(file(run, "texts.de.json").document.startTitle, "Los geht’s");
    assert.deepEqual(file(run, "texts.en.json"), LANGUAGES.en);
    assert.match(logo, /^data:image\/svg\+xml;base64,/);
    assert.match(Buffer.from(logo.split(",")[1], "base64").toString(), /^<svg .*<\/svg>\n$/);
  });

  it("knows which regions accounts have to opt in to", async () => {
    const regions = ["us-east-1", "eu-south-1", "eu-west-1", "me-central-1"];
    assert.deepEqual(
      file(await runOnce({ ...smallStack, "onboarding:regions": regions }), "config.json").optInRegions,
      ["eu-south-1", "me-central-1"],
    );
  });

  it("tells a function of no page where nobody could sign in: a back end's, and one for tokens without a loginUrl", async () => {
    assert.equal(file(await runOnce(), "config.json").page, undefined);
    assert.equal(file(await runOnce(tokens), "config.json").page, undefined);
  });

  it("lets the URL generator write in the home region, too, where that is not offered", async () => {
    const run = await runOnce({ ...none, "onboarding:regions": ["eu-west-1"] });
    const { Statement } = JSON.parse(
      only(run, "iam/rolePolicy:RolePolicy", "onboarding-url-generator-handler-policy").inputs.policy,
    );
    const { Condition } = Statement.find(({ Sid }: Inputs) => Sid === "Connections");
    assert.deepEqual(Condition, { StringEquals: { "aws:RequestedRegion": ["eu-west-1", "us-east-1"] } });
  });
});
