import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ConfigurationError, checkValues } from "../../../../components/config/check.js";
import { describedValues } from "../../../../components/config/described-values.js";
import { componentArguments } from "../../../../components/config/source.js";
import { refusal, values } from "./refusals.js";

describe("Checking values", () => {
  it("gives the defaults of all that is left out", () => {
    const checked = checkValues(values({})) as Record<string, unknown>;
    for (const { key, default: preset } of describedValues()) {
      if (preset !== undefined) assert.deepEqual(checked[key], preset, key);
    }
    assert.deepEqual(
      Object.keys(checked).sort(),
      [...["deployment", "homeRegion"], ...describedValues().map(({ key }) => key)].sort(),
    );
  });

  it("gives defaults that nobody else can change", () => {
    checkValues(values({})).tags.a = "b";
    checkValues(values({})).regions.push("eu-west-2");
    const { tags, regions } = checkValues(values({}));
    assert.deepEqual([tags, regions], [{}, ["us-east-1", "eu-west-1"]]);
  });

  it("takes every example of the documentation", () => {
    for (const { key, example } of describedValues()) {
      const needed = { jwt: { auth: "jwt" }, corsOrigins: { auth: "none" } }[key];
      const tokens = describedValues().find((value) => value.key === "jwt")?.example;
      const change = {
        ...needed,
        ...((key === "auth" || key === "loginUrl") && { auth: "jwt", jwt: tokens }),
      };
      checkValues(values({ ...change, [key]: example }));
    }
  });

  it("says of a component's argument what it is called, and why it does not do", () => {
    assert.throws(
      () => checkValues(values({ auth: "jwt", jwt: { issuer: "a", audience: ["b"], tenantClaim: "c" } })),
      (error: unknown) => {
        assert.ok(error instanceof ConfigurationError && pulumi.RunError.isInstance(error));
        assert.equal(error.property, "jwt.issuer");
        assert.match(error.reason, /^is "a": use the https address/);
        assert.equal(error.message, `jwt.issuer ${error.reason}`);
        return true;
      },
    );
  });

  it("finds a misspelled name before the value that it was meant for is missing", () => {
    assert.match(
      refusal({ regions: undefined, region: ["us-east-1"] }),
      /^onboarding:region is not a configuration value of this program; did you mean onboarding:regions\?$/,
    );
    assert.match(
      refusal({ regions: undefined, region: ["us-east-1"] }, componentArguments),
      /^region is not an argument of CrossAccountOnboarding; did you mean regions\?$/,
    );
  });

  it("lists the names where none resembles the one that is not known", () => {
    assert.match(
      refusal({ colour: "#000000" }),
      /^onboarding:colour is not a configuration value of this program; there are onboarding:regions, onboarding:retiredRegions, /,
    );
    assert.match(
      refusal({ colour: "#000000" }, componentArguments),
      /^colour is not an argument of CrossAccountOnboarding; there are deployment, homeRegion, regions, /,
    );
  });

  it("looks at each value before it compares them", () => {
    const change = { auth: "basic", loginUrl: "https://app.example.com", historyDays: 0 };
    assert.match(refusal(change), /^onboarding:auth is "basic"/);
  });

  it("refuses what is not known before the program has run", () => {
    for (const [key, value] of Object.entries({
      vendorName: pulumi.secret("Acme"),
      regions: [pulumi.output("us-east-1")],
      grants: { actions: pulumi.output(["ec2:Describe*"]) },
    })) {
      assert.match(
        refusal({ [key]: value }, componentArguments),
        new RegExp(`^${key} is or contains an output or a secret: use a plain value, because `),
      );
    }
  });
});
