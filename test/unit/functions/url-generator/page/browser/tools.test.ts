import assert from "node:assert/strict";
import { type Stack, TOOLS } from "../../../../../../functions/url-generator/page/browser/tools.js";

/** With everything that a shell, HCL or a script could take for something else. */
const awkward = `Example, Inc. ("4711") 'a' $\{x} %{y} \\ $HOME`;

const stack: Stack = {
  name: "example-0b1f5a0e",
  templateUrl: "https://bucket.s3.us-east-1.amazonaws.com/templates/1.json",
  parameters: { ExternalId: "eu-west-1:0b1f5a0e-1111-4222-8333-444455556666", GrantedTo: awkward },
  capabilities: ["CAPABILITY_IAM"],
};

const textOf = (id: string) => TOOLS.find((tool) => tool.id === id)?.text(stack, "eu-west-1") ?? "";

/** What is between the outermost braces of a script's call, as it evaluates. */
const argumentOf = (script: string) =>
  new Function(
    `return ${script.slice(script.indexOf("{", script.indexOf("new ")), script.lastIndexOf("}") + 1)}`,
  )();

describe("The texts for tools", () => {
  it("name the region, the template and every parameter", () => {
    for (const { id, text } of TOOLS) {
      const shown = text(stack, "eu-west-1");
      assert.ok(shown.includes("eu-west-1") && shown.includes(stack.templateUrl), id);
      for (const name of Object.keys(stack.parameters)) assert.ok(shown.includes(name), `${id}: ${name}`);
    }
  });

  it("escape what HCL would take for a template", () => {
    const line = textOf("terraform")
      .split("\n")
      .find((one) => one.includes("GrantedTo"));
    assert.ok(line?.includes(String.raw`\"4711\"`) && line.includes("$${x} %%{y}"), line);
  });

  it("are scripts that mean the same values", () => {
    const { region, ...asked } = argumentOf(textOf("pulumi"));
    assert.equal(region, "eu-west-1");
    assert.deepEqual(asked, stack);
    assert.deepEqual(argumentOf(textOf("cdk")), {
      templateUrl: stack.templateUrl,
      parameters: stack.parameters,
    });
  });
});
