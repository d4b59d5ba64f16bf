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

describe("examples/component-typescript", () => {
  it("takes this version of the package, and what it takes as its peers", () => {
    const { version, peerDependencies } = JSON.parse(read("package.json"));
    const { dependencies } = JSON.parse(read("examples/component-typescript/package.json"));
    assert.equal(dependencies["cross-account-onboarding"], version);
    for (const peer of ["@pulumi/aws", "@pulumi/pulumi"])
      assert.equal(dependencies[peer], peerDependencies[peer]);
  });
});
