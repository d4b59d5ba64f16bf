import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readTarget } from "../../../../client/cli/target.js";

describe("The target of a command", () => {
  const workingDirectory = process.cwd();
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "target-"));
    process.chdir(folder);
  });

  after(() => {
    process.chdir(workingDirectory);
    rmSync(folder, { recursive: true, force: true });
  });

  const topicsWith = async (...lines: string[]) => {
    const config = ["aws:region: us-east-1", "onboarding:regions: [us-east-1, eu-west-1]", ...lines];
    writeFileSync("Pulumi.prod.yaml", ["config:", ...config.map((line) => `  ${line}`), ""].join("\n"));
    return (await readTarget({ stack: "prod" })).topicsByRegion;
  };

  it("has one topic in each region unless the stack's configuration says more", async () => {
    assert.deepEqual(await topicsWith(), { "us-east-1": 1, "eu-west-1": 1 });
  });

  for (const three of ["3", '"3"']) {
    it(`has as many topics as the stack's configuration says: ${three}`, async () => {
      const retired = "onboarding:retiredRegions: [eu-west-2]";
      assert.deepEqual(await topicsWith(retired, `onboarding:topicsPerRegion: ${three}`), {
        "us-east-1": 3,
        "eu-west-1": 3,
        "eu-west-2": 3,
      });
      assert.deepEqual(await topicsWith(`onboarding:topicsByRegion: {eu-west-1: ${three}}`), {
        "us-east-1": 1,
        "eu-west-1": 3,
      });
    });
  }
});
