/** The plugin with the installed package, spoken to as Pulumi's engine speaks to it. */
import assert from "node:assert/strict";
import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { schemaSource } from "../../../components/provider/schema-source.js";
import { install, link } from "../../package.js";
import { FakeMonitor, output, type Refusal, RunningPlugin, secret, unknown } from "./fake-engine.js";

const project = fileURLToPath(new URL("../../..", import.meta.url));
const read = (path: string) => readFileSync(join(project, path), "utf8");
const regions = ["us-east-1", "eu-west-1"];

function aws(token: string): Record<string, unknown> {
  if (token.includes("getTable")) throw new Error("couldn't find resource");
  return token.includes("getRegions")
    ? { id: "regions", names: ["us-east-1", "eu-west-1"] }
    : { id: "id", accountId: "111122223333", region: "us-east-1" };
}

describe("The plugin", function () {
  this.timeout(300_000);

  let folder = "";
  const plugin = new RunningPlugin();
  const monitors: FakeMonitor[] = [];

  /** A program that runs now. */
  async function run(): Promise<FakeMonitor> {
    const monitor = await new FakeMonitor(aws).start();
    monitors.push(monitor);
    return monitor;
  }

  before(async () => {
    folder = await install();
    link(folder, "@pulumi/pulumi", "@pulumi/aws", "typescript");
    cpSync(join(project, "plugin"), join(folder, "plugin"), { recursive: true });
    await plugin.start(join(folder, "node_modules/@pulumi/pulumi/cmd/run-plugin"), join(folder, "plugin"));
  });

  after(async () => {
    await plugin.stop();
    for (const monitor of monitors) monitor.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("has the schema that is checked in", async () => {
    assert.deepEqual(JSON.parse(await plugin.schema()), JSON.parse(read("components/provider/schema.json")));
  });

  it("constructs the component with everything in it, and returns its outputs", async () => {
    const monitor = await run();
    const outputs = await plugin.construct(monitor, "onboarding", { regions });
    assert.equal(outputs.urn, "urn:pulumi:dev::program::onboarding:index:CrossAccountOnboarding::onboarding");
    assert.equal(outputs.tableName, "onboarding-dev-connections");
    assert.equal(outputs.onboardingUrl, "https://api.example.com");
    const { resources } = JSON.parse(await plugin.schema());
    const { properties, required } = resources["onboarding:index:CrossAccountOnboarding"];
    // One that there is not, such as what a domain of your own is to point to, is not returned.
    const always = ["urn", ...required].sort();
    assert.deepEqual(
      Object.keys(outputs)
        .filter((name) => outputs[name] !== undefined)
        .sort(),
      always,
    );
    assert.deepEqual(
      always.filter((name) => name !== "urn" && !(name in properties)),
      [],
    );
    assert.deepEqual(Object.keys(outputs.topicArns as object).sort(), [...regions].sort());
    const [first, ...others] = monitor.registered;
    assert.deepEqual([first?.type, first?.name], ["onboarding:index:CrossAccountOnboarding", "onboarding"]);
    assert.ok(others.length > 100, `${others.length} resources`);
    assert.deepEqual(plugin.logged, []);
  });

  it("registers the same again in the next run, byte for byte", async () => {
    const runs = [await run(), await run()];
    for (const monitor of runs) await plugin.construct(monitor, "onboarding", { regions });
    const [once, again] = runs.map(({ registered }) =>
      [...registered].sort((a, b) => `${a.type}${a.name}`.localeCompare(`${b.type}${b.name}`)),
    );
    assert.equal(JSON.stringify(again), JSON.stringify(once));
  });

  it("takes outputs for the arguments that may be some, in a preview also before they are known", async () => {
    const monitor = await run();
    const alarmTopicArn = output("arn:aws:sns:us-east-1:111122223333:alarms");
    const outputs = await plugin.construct(monitor, "onboarding", { regions, alarmTopicArn });
    assert.equal(outputs.alarmTopicArn, "arn:aws:sns:us-east-1:111122223333:alarms");
    const preview = await run();
    await plugin.construct(preview, "onboarding", { regions, alarmTopicArn: unknown() }, { preview: true });
    assert.equal(preview.registered.length, monitor.registered.length);
  });

  const refused: [what: string, inputs: Record<string, unknown>, property: string, reason: RegExp][] = [
    ["an invalid value", { historyDays: 0 }, "historyDays", /^is 0: use a whole number from 1 to 3653/],
    [
      "an unknown argument",
      { histroyDays: 30 },
      "histroyDays",
      /^is not an argument of CrossAccountOnboarding/,
    ],
    [
      "an invalid part",
      { auth: "jwt", jwt: { issuer: "x", audience: ["a"], tenantClaim: "t" } },
      "jwt.issuer",
      /https/,
    ],
    [
      "a region that is not enabled",
      { regions: ["eu-central-1"] },
      "regions",
      /not enabled in account 111122223333/,
    ],
    [
      "an output that is not valid",
      { trustedPrincipals: output(["arn:aws:iam::444455556666:role/backend"]) },
      "trustedPrincipals",
      /which is not in account 111122223333/,
    ],
    // It is not in the plugin's folder.
    ["a trail without awsx", { auditTrail: true }, "auditTrail", /run npm install @pulumi\/awsx/],
    [
      "a secret that decides what is deployed",
      { deployment: secret("prod") },
      "deployment",
      /use a plain value/,
    ],
  ];
  for (const [what, inputs, property, reason] of refused) {
    it(`refuses ${what} by name and reason, and registers nothing`, async () => {
      const monitor = await run();
      await assert.rejects(
        plugin.construct(monitor, "onboarding", { regions, ...inputs }),
        (refusal: Refusal) => {
          assert.deepEqual(
            refusal.problems.map((problem) => problem.property),
            [property],
          );
          assert.match(refusal.problems[0]?.reason ?? "", reason);
          return true;
        },
      );
      assert.deepEqual(monitor.registered, []);
      assert.deepEqual(plugin.logged, []);
    });
  }

  it("refuses a second onboarding of the same deployment in one program", async () => {
    const monitor = await run();
    await plugin.construct(monitor, "first", { regions: ["us-east-1"], deployment: "prod" });
    await plugin.construct(monitor, "second", { regions: ["us-east-1"], deployment: "trial" });
    const registered = monitor.registered.length;
    await assert.rejects(
      plugin.construct(monitor, "third", { regions, deployment: "prod" }),
      ({ problems: [problem] }: Refusal) => {
        assert.equal(problem?.property, "deployment");
        assert.match(
          problem?.reason ?? "",
          /^is "prod", which "first" is already in account 111122223333: give each/,
        );
        return true;
      },
    );
    assert.equal(monitor.registered.length, registered);
  });

  it("knows no other resource", async () => {
    const monitor = await run();
    await assert.rejects(
      plugin.construct(monitor, "onboarding", { regions }, { type: "onboarding:index:Region" }),
      ({ message }: Refusal) =>
        /^There is no resource onboarding:index:Region in this package: use /.test(message),
    );
  });
});

describe("The plugin's schema", function () {
  this.timeout(120_000);

  it("is up to date with the component's types: npm run config-docs", () => {
    assert.equal(read("components/provider/schema.json"), schemaSource());
  });

  it("is of the package's version, which the plugin installs", () => {
    const { version } = JSON.parse(read("package.json"));
    const { dependencies, ...plugin } = JSON.parse(read("plugin/package.json"));
    assert.equal(JSON.parse(read("components/provider/schema.json")).version, version);
    assert.equal(plugin.version, version);
    assert.equal(dependencies["cross-account-onboarding"], version);
  });

  it("describes each argument and each output, and names no type so that a language would rename it", () => {
    const { resources, types } = JSON.parse(read("components/provider/schema.json"));
    const { inputProperties, properties } = resources["onboarding:index:CrossAccountOnboarding"];
    const all = Object.entries<{ description?: string }>({ ...inputProperties, ...properties });
    assert.ok(all.length > 30);
    for (const [name, { description = "" }] of all) assert.ok(description.length > 20, name);
    for (const token of Object.keys(types)) assert.doesNotMatch(token, /(Args|Result|Output|Input)$/);
  });
});
