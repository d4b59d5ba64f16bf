import assert from "node:assert/strict";
import { nextCommand, withNextCommands } from "../../../../client/cli/next-command.js";

const ID = "eu-west-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f";

describe("What to run next", () => {
  const { npm_lifecycle_event: event } = process.env;

  beforeEach(() => {
    delete process.env.npm_lifecycle_event;
  });

  after(() => {
    if (event !== undefined) process.env.npm_lifecycle_event = event;
  });

  for (const [options, end] of [
    [{}, ""],
    [{ stack: "prod" }, " --stack prod"],
    [{ local: true }, " --local"],
    [{ state: "run.json" }, " --state run.json"],
    [
      { table: "onboarding-a-connections", region: "us-east-1" },
      " --table onboarding-a-connections --region us-east-1",
    ],
  ] as const) {
    it(`has the options that were given: ${end || "none"}`, () => {
      const sentence = (command: string) => `Once it is repaired, run onboarding ${command}.`;
      for (const command of [
        `probe ${ID}`,
        `why ${ID}.222233334444`,
        "redrive eu-west-1",
        "why 222233334444",
        "regions",
        "organizations list",
        `organizations confirm ${ID}`,
      ]) {
        assert.equal(withNextCommands(sentence(command), options), sentence(`${command}${end}`));
      }
    });
  }

  it("begins as this call did: by npm's script, by the package, or by its name", () => {
    process.env.npm_lifecycle_event = "onboarding";
    assert.equal(nextCommand("list", { local: true }), "npm run onboarding -- list --local");
    process.env.npm_lifecycle_event = "npx";
    assert.equal(nextCommand("list", {}), "npx onboarding list");
    process.env.npm_lifecycle_event = "test";
    assert.equal(nextCommand("list", {}), "onboarding list");
  });
});
