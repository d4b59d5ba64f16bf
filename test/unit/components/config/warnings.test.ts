import assert from "node:assert/strict";
import { checkValues } from "../../../../components/config/check.js";
import { stackConfiguration } from "../../../../components/config/source.js";
import { warningsOf } from "../../../../components/config/warnings.js";
import { type Values, values } from "./refusals.js";

const jwt = { issuer: "https://issuer.example.com/", audience: ["onboarding"], tenantClaim: "tenant" };
const china = { homeRegion: "cn-north-1", regions: ["cn-north-1"] };

const warned: [what: string, change: Values, sentences: RegExp[]][] = [
  ["the defaults", {}, []],
  ["a region to opt in to that is not the home region", { regions: ["us-east-1", "af-south-1"] }, []],
  ["tokens in the standard partition", { auth: "jwt", jwt }, []],
  [
    "an open API",
    { auth: "none" },
    [/^onboarding:auth is none: whoever knows the onboarding URL can make links\. Use jwt or iam for /],
  ],
  [
    "a home region to opt in to",
    { homeRegion: "af-south-1" },
    [
      /^The home region af-south-1 .* Use a home region that is on by default, such as us-east-1, unless all /,
    ],
  ],
  ["an API for back ends in China", china, []],
  [
    "an API for browsers in China",
    { ...china, auth: "jwt", jwt },
    [
      /^onboarding:auth is jwt: in China, .* ICP license\. Until yours has one for cn-north-1, set onboarding:auth to iam, /,
    ],
  ],
  [
    "two regions of China",
    { ...china, regions: ["cn-north-1", "cn-northwest-1"] },
    [
      /^EventBridge does not forward .* of aws-cn, so the alarms of cn-northwest-1 do not reach cn-north-1: each has a topic of its own, onboarding-dev-alarms\. Subscribe to it there\.$/,
    ],
  ],
  [
    "a retired region of GovCloud",
    {
      ...{ homeRegion: "us-gov-west-1", regions: ["us-gov-west-1"] },
      retiredRegions: ["us-gov-east-1"],
    },
    [
      /^EventBridge does not forward .* of aws-us-gov, so the alarms of us-gov-east-1 do not reach us-gov-west-1/,
    ],
  ],
];

describe("A configuration with", () => {
  for (const [what, change, sentences] of warned) {
    it(`${what} is ${sentences.length === 0 ? "nothing to warn of" : "warned of"}`, () => {
      const found = warningsOf(checkValues(values(change)), stackConfiguration);
      assert.equal(found.length, sentences.length, found.join("\n"));
      for (const [index, sentence] of sentences.entries()) assert.match(String(found[index]), sentence);
    });
  }
});
