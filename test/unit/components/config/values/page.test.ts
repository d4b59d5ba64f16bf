import assert from "node:assert/strict";
import { checkValues } from "../../../../../components/config/check.js";
import { type Refusal, refuse, values } from "../refusals.js";

const tokens = {
  auth: "jwt",
  jwt: { issuer: "https://login.example.com/", audience: ["app"], tenantClaim: "org_id" },
};

const refused: Refusal[] = [
  [
    "an empty vendor name",
    { vendorName: "" },
    /^onboarding:vendorName is "": use 1 to 128 printable characters without a space at either end/,
  ],
  [
    "a vendor name that ends with a space",
    { vendorName: "Acme " },
    /^onboarding:vendorName is "Acme ": use 1 to 128 printable characters/,
  ],
  [
    "a vendor name that is too long",
    { vendorName: "a".repeat(129) },
    /^onboarding:vendorName is "a+": use 1 to 128 printable characters/,
  ],
  [
    "a vendor name that turns the text around",
    { vendorName: "Acme\u202eproC" },
    /^onboarding:vendorName is "Acme.*": use 1 to 128 printable characters/,
  ],
  [
    "a vendor name outside ASCII",
    { vendorName: "Müller & Søn ApS" },
    /^onboarding:vendorName is "Müller & Søn ApS": CloudFormation shows "\?" in place of characters outside ASCII; use "Muller & Son ApS", for example\.$/,
  ],
  [
    "a vendor name without a Latin letter",
    { vendorName: "株式会社" },
    /^onboarding:vendorName is "株式会社": .*; write it in ASCII letters\.$/,
  ],
  [
    "a logo that is no image",
    { logo: "README.md" },
    /^onboarding:logo is "README\.md": use the path of an SVG or PNG file\.$/,
  ],
  ["a logo that is no path", { logo: 7 }, /^onboarding:logo is 7: use the path of an SVG or PNG file\.$/],
  [
    "a login address where nobody logs in",
    { auth: "none", loginUrl: "https://a.example" },
    /^onboarding:loginUrl is set, but onboarding:auth is none/,
  ],
  [
    "a login address that is a script",
    { ...tokens, loginUrl: "javascript:alert(1)" },
    /^onboarding:loginUrl is "javascript:alert\(1\)": use an https address/,
  ],
  [
    "a login address with a password",
    { ...tokens, loginUrl: "https://user:password@a.example" },
    /^onboarding:loginUrl is "https:\/\/user:password@a\.example": use an https address/,
  ],
];

describe("Configuration values of the page", () => {
  refuse(refused);

  it("can be a name with marks, and an address to sign in", () => {
    const change = {
      ...tokens,
      vendorName: `O'Neill & Sons, "The" <Cloud>`,
      loginUrl: "https://a.example/x?y",
    };
    const { vendorName, loginUrl } = checkValues(values(change));
    assert.deepEqual([vendorName, loginUrl], [change.vendorName, change.loginUrl]);
  });
});
