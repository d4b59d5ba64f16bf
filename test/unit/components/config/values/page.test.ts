import assert from "node:assert/strict";
import { checkValues } from "../../../../../components/config/check.js";
import { textsIn } from "../../../../../components/config/page-texts.js";
import { LANGUAGES } from "../../../../../functions/url-generator/page/languages/index.js";
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
  [
    "a color by its name",
    { brandColor: "purple" },
    /^onboarding:brandColor is "purple": use a # and six hexadecimal digits, such as "#1d56c9", in quotes\.$/,
  ],
  ["a color in three digits", { brandColor: "#a0f" }, /^onboarding:brandColor is "#a0f": use a #/],
  [
    "no language",
    { languages: [] },
    /^onboarding:languages is empty: name at least one language, such as en\.$/,
  ],
  [
    "a language that is no tag",
    { languages: ["German"] },
    /^onboarding:languages has "German": use a language tag, such as de or pt-BR\.$/,
  ],
  [
    "a language twice",
    { languages: ["de", "en", "de"] },
    /^onboarding:languages has "de" twice: name each language once\.$/,
  ],
  [
    "a language without texts",
    { languages: ["it"] },
    /^onboarding:languages has "it", which this program has no texts in: use en, de, fr, es, ja, pt, or give all texts of "it" in onboarding:texts\.$/,
  ],
  [
    "some texts of a language that the program has none in",
    { languages: ["it"], texts: { it: { startTitle: "Collega il tuo account AWS" } } },
    /^onboarding:texts lacks \d+ of the \d+ texts in "it", which this program has none in: pageTitle, noScript, loading …\.$/,
  ],
  [
    "texts in a language that the page does not have",
    { languages: ["en"], texts: { de: { startTitle: "Los geht’s" } } },
    /^onboarding:texts has texts in "de", which is not in onboarding:languages: add it there, or take the texts out\.$/,
  ],
  [
    "a text that the page does not have",
    { texts: { de: { startTitel: "Los geht’s" } } },
    /^onboarding:texts has "startTitel" in "de": the page has no text of that name; docs\/page\.md says where the names are\.$/,
  ],
  [
    "an empty text",
    { texts: { de: { startTitle: " " } } },
    /^onboarding:texts has "startTitle" in "de" as " ": use 1 to 1000 characters, in one line\.$/,
  ],
  [
    "a text with a value that it does not have",
    { texts: { en: { startTitle: "Connect {account}" } } },
    /^onboarding:texts has "startTitle" in "en" with \{account\}, which nothing fills in there: it has no \{…\}\.$/,
  ],
  [
    "a text with another value than the one that it has",
    { texts: { en: { startLead: "Dear {name}" } } },
    /^onboarding:texts has "startLead" in "en" with \{name\}, which nothing fills in there: it can have \{vendorName\}\.$/,
  ],
  [
    "a text that is a number",
    { texts: { en: { startTitle: 7 } } },
    /^onboarding:texts\.en\.startTitle has 7, which is no text: put it into quotes\.$/,
  ],
];

describe("Configuration values of the page", () => {
  refuse(refused);

  it("can be a language that the program does not have, with all of its texts", () => {
    const all = { ...LANGUAGES.en.document, ...LANGUAGES.en.script };
    const { languages, texts } = checkValues(values({ languages: ["it", "en"], texts: { it: all } }));
    assert.deepEqual(languages, ["it", "en"]);
    assert.deepEqual(textsIn("it", texts), LANGUAGES.en);
  });

  it("can change single texts of one language", () => {
    const { texts } = checkValues(values({ texts: { de: { continue: "Los" } } }));
    const { document, script } = textsIn("de", texts);
    assert.deepEqual(document, LANGUAGES.de.document);
    assert.deepEqual(script, { ...LANGUAGES.de.script, continue: "Los" });
    assert.deepEqual(textsIn("en", texts), LANGUAGES.en);
  });

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
