import assert from "node:assert/strict";
import { checkAgainstAccount } from "../../../../components/config/account.js";
import { checkValues } from "../../../../components/config/check.js";
import { regionsBeside } from "../../../../components/config/regions.js";
import { componentArguments, stackConfiguration } from "../../../../components/config/source.js";
import { type Values, values } from "./refusals.js";

const account = { accountId: "111122223333", enabledRegions: regionsBeside("us-east-1") };
const without = (...regions: string[]) => ({
  ...account,
  enabledRegions: account.enabledRegions.filter((region) => !regions.includes(region)),
});

const refused: [what: string, change: Values, here: typeof account, sentence: RegExp][] = [
  [
    "a region that nobody opted in to",
    { regions: ["us-east-1", "af-south-1"] },
    without("af-south-1"),
    /^onboarding:regions has "af-south-1", which is not enabled in account 111122223333: opt in \(aws account enable-region --region-name af-south-1; it takes minutes to hours\) or take it out\.$/,
  ],
  [
    "a region that AWS does not offer to the account",
    { regions: ["us-east-1", "us-west-1"] },
    without("us-west-1"),
    /^onboarding:regions has "us-west-1", which is not enabled in account 111122223333: AWS does not offer it to this account, so take it out\.$/,
  ],
  [
    "a retired region that somebody has switched off",
    { retiredRegions: ["af-south-1"] },
    without("af-south-1"),
    /^onboarding:retiredRegions has "af-south-1", which is not enabled/,
  ],
  [
    "a home region that nobody opted in to",
    { homeRegion: "af-south-1" },
    without("af-south-1"),
    /^aws:region is "af-south-1", which is not enabled in account 111122223333: opt in \(.*\) or choose another\.$/,
  ],
  [
    "a trusted principal of another account",
    { trustedPrincipals: ["arn:aws:iam::444455556666:role/backend"] },
    account,
    /^onboarding:trustedPrincipals has "arn:aws:iam::444455556666:role\/backend", which is not in account 111122223333: customers' roles trust that account only, so begin with arn:aws:iam::111122223333:\.$/,
  ],
  [
    "a trusted principal of another partition",
    { trustedPrincipals: ["arn:aws-cn:iam::111122223333:role/backend"] },
    account,
    /^onboarding:trustedPrincipals has "arn:aws-cn:.*", which is not in account 111122223333/,
  ],
];

describe("A configuration in an account", () => {
  for (const [what, change, here, sentence] of refused) {
    it(`is refused with ${what}`, () => {
      const checked = checkValues(values(change));
      assert.throws(() => checkAgainstAccount(checked, here, stackConfiguration), { message: sentence });
    });
  }

  it("is told of in the words of a component's arguments", () => {
    const checked = checkValues(values({ homeRegion: "af-south-1" }));
    assert.throws(() => checkAgainstAccount(checked, without("af-south-1"), componentArguments), {
      message: /^homeRegion is "af-south-1", which is not enabled/,
      property: "homeRegion",
    });
  });

  it("can trust roles and users of its own", () => {
    const trustedPrincipals = [
      "arn:aws:iam::111122223333:role/backend-*",
      "arn:aws:iam::111122223333:user/a",
    ];
    checkAgainstAccount(checkValues(values({ trustedPrincipals })), account, stackConfiguration);
  });
});
