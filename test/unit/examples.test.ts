/** The examples against the component's schema: they name nothing that is not in it. The installed package's test compiles the one in TypeScript. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const TYPE = "onboarding:index:CrossAccountOnboarding";
const { name: packageName, resources } = JSON.parse(read("components/provider/schema.json"));
const { inputProperties, properties } = resources[TYPE];

/** As Pulumi's code generator turns names into Python's. */
const camelCase = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

describe("examples for the AWS CLI", () => {
  for (const path of ["examples/aws-cli.sh", "examples/own-role/aws-cli.sh"]) {
    it(`${path} needs none of GNU's own options, which macOS does not have`, () => {
      const gnu = /\bhead -n ?-|\bsed -i\b|\bdate -d\b|\breadlink -f\b|\bgrep -P\b|\bmapfile\b/;
      assert.doesNotMatch(read(path), gnu);
    });
  }
});

describe("examples/component-yaml", () => {
  const program = parse(read("examples/component-yaml/Pulumi.yaml"));

  it("has arguments and outputs that the component has", () => {
    const { type, properties: args } = program.resources.onboarding;
    assert.equal(type.replace(/^(\w+):(\w+)$/, "$1:index:$2"), TYPE);
    for (const name of Object.keys(args)) assert.ok(name in inputProperties, name);
    for (const output of Object.values<string>(program.outputs)) {
      const [, name = ""] = /^\$\{onboarding\.(\w+)\}$/.exec(output) ?? [];
      assert.ok(name in properties, output);
    }
  });

  it("takes the plugin of this repository, by the package's name", () => {
    assert.deepEqual(program.packages, { [packageName]: "../../plugin" });
  });
});

describe("examples/component-python", () => {
  const program = read("examples/component-python/__main__.py");

  it("has arguments and outputs that the component has", () => {
    const [, call = ""] = /CrossAccountOnboarding\(\n([\s\S]+?)\n\)/.exec(program) ?? [];
    const args = [...call.matchAll(/^ {4}(\w+)=/gm)].map(([, name = ""]) => camelCase(name));
    assert.ok(args.length > 2);
    for (const name of args) assert.ok(name in inputProperties, name);
    const outputs = [...program.matchAll(/ onboarding\.(\w+)\)/g)].map(([, name = ""]) => camelCase(name));
    assert.ok(outputs.length > 2);
    for (const name of outputs) assert.ok(name in properties, name);
  });

  it("takes the plugin of this repository, by the package's name", () => {
    assert.deepEqual(parse(read("examples/component-python/Pulumi.yaml")).packages, {
      [packageName]: "../../plugin",
    });
    assert.match(program, new RegExp(`^import pulumi_${packageName}$`, "m"));
  });
});

describe("examples/github-actions", () => {
  const workflow = parse(read("examples/github-actions/deploy.yml"));
  const jobs: Readonly<Record<string, { readonly steps: readonly Readonly<Record<string, string>>[] }>> =
    workflow.jobs;
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  it("pins each action to a commit, and says which version that is", () => {
    const uses = [...read("examples/github-actions/deploy.yml").matchAll(/uses: (.+)$/gm)];
    assert.ok(uses.length > 4);
    for (const [, action = ""] of uses) assert.match(action, /^[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it("runs commands that this repository has", () => {
    const { scripts } = JSON.parse(read("package.json"));
    const names = steps.flatMap(({ run = "" }) =>
      [...run.matchAll(/npm run (\S+)/g)].map(([, name = ""]) => name),
    );
    assert.ok(names.length > 1);
    for (const name of names) assert.ok(name in scripts, name);
  });

  it("deploys nothing for a pull request, and never two updates at a time", () => {
    const { preview, deploy } = workflow.jobs;
    assert.equal(preview.if, "github.event_name == 'pull_request'");
    assert.equal(deploy.if, "github.event_name != 'pull_request' && github.ref == 'refs/heads/main'");
    const commands = (job: { steps: { with?: { command?: string } }[] }) =>
      job.steps.flatMap((step) => step.with?.command ?? []);
    assert.deepEqual([commands(preview), commands(deploy)], [["preview"], ["up"]]);
    assert.equal(deploy.concurrency, "pulumi-prod");
  });
});

describe("examples/component-typescript", () => {
  it("takes this version of the package, and what it takes as its peers", () => {
    const { version, peerDependencies } = JSON.parse(read("package.json"));
    const { dependencies } = JSON.parse(read("examples/component-typescript/package.json"));
    assert.equal(dependencies["cross-account-onboarding"], version);
    for (const peer of ["@pulumi/aws", "@pulumi/pulumi"])
      assert.equal(dependencies[peer], peerDependencies[peer]);
  });
});
