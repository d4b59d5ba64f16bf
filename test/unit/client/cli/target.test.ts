/** The stack that a command works on, by its configuration and by a running `npm start`. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readTarget } from "../../../../client/cli/target.js";

describe("A command's target", () => {
  const project = process.cwd();
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "target-"));
    process.chdir(folder);
  });

  after(() => {
    process.chdir(project);
    rmSync(folder, { recursive: true });
  });

  it("is the stack whose configuration is in the working directory", async () => {
    writeFileSync(
      "Pulumi.prod.yaml",
      `config:
  aws:region: us-east-1
  onboarding:regions: [us-east-1, eu-west-1]
  onboarding:retiredRegions: [eu-west-2]
  onboarding:topicsPerRegion: "2"
  onboarding:topicsByRegion: { eu-west-1: 3 }
`,
    );
    assert.deepEqual(await readTarget({ stack: "prod" }), {
      stack: "prod",
      prefix: "onboarding-prod",
      homeRegion: "us-east-1",
      regions: ["us-east-1", "eu-west-1", "eu-west-2"],
      retiredRegions: ["eu-west-2"],
      topicsByRegion: { "us-east-1": 2, "eu-west-1": 3, "eu-west-2": 2 },
      clientOptions: {},
    });
  });

  it("has one topic in each region unless the configuration says more", async () => {
    writeFileSync("Pulumi.dev.yaml", "config: { aws:region: eu-west-1, onboarding:regions: [eu-west-1] }\n");
    const { stack, retiredRegions, topicsByRegion } = await readTarget({});
    assert.deepEqual([stack, retiredRegions, topicsByRegion], ["dev", [], { "eu-west-1": 1 }]);
  });

  for (const [what, text] of [
    ["is empty", ""],
    ["names no regions", "config:\n  aws:region: us-east-1\n"],
    ["has no home region", "config:\n  onboarding:regions: [us-east-1]\n"],
  ] as const) {
    it(`is an error with a sentence if the configuration ${what}`, async () => {
      writeFileSync("Pulumi.half.yaml", text);
      await assert.rejects(readTarget({ stack: "half" }), {
        message:
          "Pulumi.half.yaml has no aws:region or no onboarding:regions: finish the stack's configuration first.",
      });
    });
  }

  it("is an error that names the file and the place if the configuration is no YAML", async () => {
    writeFileSync("Pulumi.broken.yaml", "config:\n  aws:region: [us-east-1\nonboarding:\n");
    await assert.rejects(readTarget({ stack: "broken" }), {
      message: /^Pulumi\.broken\.yaml cannot be read: [^\n]+ at line \d, column \d+\. Correct the file\.$/,
    });
    writeFileSync("broken.json", "{");
    await assert.rejects(readTarget({ state: "broken.json" }), /^Error: broken\.json cannot be read: /);
  });

  it("is the embedded cloud that keeps its addresses in a file, reached with its endpoint and account", async () => {
    const running = { endpoint: "http://127.0.0.1:4566", account: "111122223333", secretAccessKey: "secret" };
    writeFileSync(
      "state.json",
      JSON.stringify({ ...running, stack: "dev", homeRegion: "us-east-1", regions: ["us-east-1"], pid: 1 }),
    );
    const { clientOptions, regions } = await readTarget({ state: "state.json" });
    assert.deepEqual(regions, ["us-east-1"]);
    assert.deepEqual(clientOptions, {
      endpoint: "http://127.0.0.1:4566",
      credentials: { accessKeyId: "111122223333", secretAccessKey: "secret" },
    });
  });
});
