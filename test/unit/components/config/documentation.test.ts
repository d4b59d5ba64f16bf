import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { argumentsSource } from "../../../../components/config/arguments-source.js";
import { describedValues } from "../../../../components/config/described-values.js";
import { configurationPage, pulumiYaml } from "../../../../components/config/documentation.js";

const read = (file: string) => readFileSync(new URL(`../../../../${file}`, import.meta.url), "utf8");

interface ValueSchema {
  readonly type?: string;
  readonly items?: { readonly type: string };
  readonly default?: unknown;
  readonly description?: string;
}

describe("The documentation of the configuration", () => {
  it("is up to date in Pulumi.yaml: run npm run config-docs", () => {
    const text = read("Pulumi.yaml");
    assert.equal(text, pulumiYaml(text));
  });

  it("is up to date in docs/configuration.md: run npm run config-docs", () => {
    assert.equal(read("docs/configuration.md"), configurationPage());
  });

  it("is up to date in the component's arguments: run npm run config-docs", () => {
    assert.equal(read("components/config/arguments.ts"), argumentsSource());
  });

  it("leaves what else Pulumi.yaml says as it is", () => {
    const { name, main, runtime } = parse(read("Pulumi.yaml"));
    assert.equal(name, "onboarding");
    assert.equal(main, "index.ts");
    assert.deepEqual(runtime, { name: "nodejs", options: { typescript: false, nodeargs: "--import tsx" } });
    assert.match(pulumiYaml("name: a\nconfig:\n  old: 1\n"), /^name: a\n# .*\nconfig:\n {2}regions:\n/s);
  });

  it("gives Pulumi.yaml a type that the command takes: an object has none", () => {
    const { config } = parse(read("Pulumi.yaml")) as { readonly config: Record<string, ValueSchema> };
    assert.deepEqual(
      Object.keys(config),
      describedValues().map(({ key }) => key),
    );
    const types: Record<string, string> = { string: "string", number: "integer", boolean: "boolean" };
    for (const [key, schema] of Object.entries(config)) {
      assert.ok((schema.description ?? "").length > 30, key);
      assert.equal("default" in schema, key !== "regions", key);
      const isList = Array.isArray(schema.default) || key === "regions";
      assert.equal(schema.type, isList ? "array" : types[typeof schema.default], key);
      assert.deepEqual(schema.items, isList ? { type: "string" } : undefined, key);
    }
  });

  it("describes each value in whole sentences, with an example, and a number with its unit", () => {
    for (const { key, title, description, example, type, unit } of describedValues()) {
      assert.match(title, /^[A-Z].*[^.]$/, key);
      assert.match(description, /^[A-Z`].*\.$/, key);
      assert.notEqual(example, undefined, key);
      if (type === "integer") assert.ok(unit, key);
    }
  });
});
