import assert from "node:assert/strict";
import { checkValues } from "../../../../../components/config/check.js";
import { type Refusal, refuse, type Values, values } from "../refusals.js";

/** Tokens that would do, but for the changes. */
const jwt = (changes: Values) => ({
  auth: "jwt",
  jwt: { issuer: "https://login.example.com/", audience: ["app"], tenantClaim: "org_id", ...changes },
});

const certificateArn = "arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d";

const refused: Refusal[] = [
  [
    "a domain name without a certificate",
    { domain: { name: "connect.example.com" } },
    /^onboarding:domain has a name, but no certificate: set domain\.certificateArn to a certificate for connect\.example\.com in AWS Certificate Manager, in the home region us-east-1\.$/,
  ],
  [
    "a certificate without a domain name",
    { domain: { certificateArn } },
    /^onboarding:domain has a certificate, but no name: set domain\.name to the domain name that it is for\.$/,
  ],
  [
    "a certificate in another region than the home region",
    {
      domain: {
        name: "connect.example.com",
        certificateArn: certificateArn.replace("us-east-1", "eu-west-1"),
      },
    },
    /^onboarding:domain has a certificate in eu-west-1, but API Gateway takes only one in the home region us-east-1: request one for connect\.example\.com there, and use its ARN\.$/,
  ],
  [
    "an address in place of a domain name",
    { domain: { name: "https://connect.example.com/", certificateArn } },
    /^onboarding:domain\.name is "https:\/\/connect\.example\.com\/": use a domain name in lower case, such as connect\.example\.com\.$/,
  ],
  [
    "a certificate of IAM's",
    {
      domain: {
        name: "connect.example.com",
        certificateArn: "arn:aws:iam::111122223333:server-certificate/x",
      },
    },
    /^onboarding:domain\.certificateArn is "arn:aws:iam.*": use the ARN of a certificate of AWS Certificate Manager/,
  ],
  [
    "another part of a domain",
    { domain: { name: "connect.example.com", certificateArn, zone: "Z1" } },
    /^onboarding:domain has "zone": there are only name and certificateArn\.$/,
  ],
  [
    "an unknown auth",
    { auth: "basic" },
    /^onboarding:auth is "basic": use jwt \(your users' tokens\), iam \(signed requests, such as your back end's\) or none \(anybody, for a trial\)\.$/,
  ],
  ["jwt without its parts", { auth: "jwt" }, /^onboarding:jwt\.issuer is missing: use the https address/],
  ["jwt without its audience", jwt({ audience: undefined }), /^onboarding:jwt\.audience is missing: list/],
  ["jwt as a text", { ...jwt({}), jwt: "https://a.example" }, /^onboarding:jwt must have issuer, audience/],
  ["jwt as a list", { ...jwt({}), jwt: [] }, /^onboarding:jwt must have issuer, audience.*, not \[\]\.$/],
  [
    "a part of jwt that does not exist",
    jwt({ scope: "a" }),
    /^onboarding:jwt has "scope": there are only issuer, audience and tenantClaim\.$/,
  ],
  [
    "an issuer without TLS",
    jwt({ issuer: "http://a.example" }),
    /^onboarding:jwt\.issuer is "http:\/\/a\.example": use the https/,
  ],
  [
    "an issuer with a query",
    jwt({ issuer: "https://a.example/?b" }),
    /^onboarding:jwt\.issuer is "https:\/\/a\.example\/\?b"/,
  ],
  [
    "an issuer with a user name",
    jwt({ issuer: "https://user@a.example" }),
    /^onboarding:jwt\.issuer is "https:\/\/user@a\.example": use the https/,
  ],
  ["an issuer that is no text", jwt({ issuer: 7 }), /^onboarding:jwt\.issuer is 7: use the https address/],
  [
    "no audience",
    jwt({ audience: [] }),
    /^onboarding:jwt\.audience is \[\]: list at least one value .*any other application/,
  ],
  [
    "an audience as a text",
    jwt({ audience: "a" }),
    /^onboarding:jwt\.audience is "a": list at least one value/,
  ],
  [
    "an audience with a space",
    jwt({ audience: ["a", "b c"] }),
    /^onboarding:jwt\.audience is \["a","b c"\]: list at least one value/,
  ],
  [
    "an audience that is no text",
    jwt({ audience: ["a", 7] }),
    /^onboarding:jwt\.audience is \["a",7\]: list at least one value/,
  ],
  [
    "no tenant claim",
    jwt({ tenantClaim: undefined }),
    /^onboarding:jwt\.tenantClaim is missing: name the claim/,
  ],
  [
    "a tenant claim with a space",
    jwt({ tenantClaim: "org id" }),
    /^onboarding:jwt\.tenantClaim is "org id": name the claim/,
  ],
  [
    "jwt with another auth",
    { ...jwt({}), auth: "iam" },
    /^onboarding:jwt is set, but onboarding:auth is iam: set auth to jwt, or take jwt out\.$/,
  ],
  ...[
    "https://a.example/",
    "http://a.example",
    "*",
    "https://*.example",
    "https://user@a.example",
    "null",
  ].map(
    (origin): Refusal => [
      `the origin ${origin}`,
      { auth: "none", corsOrigins: [origin] },
      /^onboarding:corsOrigins has ".*": use https:\/\/ and a host, without a path/,
    ],
  ),
  [
    "origins as a text",
    { auth: "none", corsOrigins: "https://a.example" },
    /^onboarding:corsOrigins must be a list of origins, such as https:\/\/app\.example\.com, not "https:\/\/a\.example"\.$/,
  ],
  [
    "origins for a back end",
    { corsOrigins: ["https://a.example"] },
    /^onboarding:corsOrigins is for pages .*onboarding:auth is iam.*take corsOrigins out/,
  ],
  [
    "no pending links",
    { pendingLinksPerAccount: 0 },
    /^onboarding:pendingLinksPerAccount is 0: use a whole number from 1 to 100\.$/,
  ],
  [
    "pending links without end",
    { pendingLinksPerTenant: 101 },
    /^onboarding:pendingLinksPerTenant is 101: use a whole number from 1 to 100\.$/,
  ],
  [
    "another confirmation",
    { confirmation: "sms" },
    /^onboarding:confirmation is "sms": use code .* or none\.$/,
  ],
  [
    "a link for ever",
    { linkLifetimeHours: 1000 },
    /^onboarding:linkLifetimeHours is 1000: use a whole number from 1 to 168 \(a week\)\.$/,
  ],
  ["a link for no time", { linkLifetimeHours: 0 }, /^onboarding:linkLifetimeHours is 0: use a whole/],
  ["a link for half an hour", { linkLifetimeHours: 0.5 }, /^onboarding:linkLifetimeHours is 0\.5: use a/],
];

describe("Configuration values of the API", () => {
  refuse(refused);

  it("takes tokens of an issuer with a path, and several audiences", () => {
    const change = jwt({ issuer: "https://login.example.com/tenant/v2.0", audience: ["app", "api://app"] });
    assert.deepEqual(checkValues(values(change)).jwt, change.jwt);
  });

  it("takes calls from a page of another site, by its port too", () => {
    const corsOrigins = ["https://app.example.com", "https://app.example.com:8443"];
    assert.deepEqual(checkValues(values({ auth: "none", corsOrigins })).corsOrigins, corsOrigins);
  });
});
