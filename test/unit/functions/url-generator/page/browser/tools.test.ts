import assert from "node:assert/strict";
import { type Stack, TOOLS } from "../../../../../../functions/url-generator/page/browser/tools.js";

const stack: Stack = {
  name: "example-0b1f5a0e",
  templateUrl: "https://bucket.s3.us-east-1.amazonaws.com/templates/1.json",
  parameters: { ExternalId: "eu-west-1:0b1f5a0e-1111-4222-8333-444455556666", GrantedTo: "Example, Inc." },
  capabilities: ["CAPABILITY_IAM"],
};

describe("The texts for tools", () => {
  it("name the region, the template and every parameter", () => {
    for (const { id, text } of TOOLS) {
      const shown = text(stack, "eu-west-1");
      assert.ok(shown.includes("eu-west-1") && shown.includes(stack.templateUrl), id);
      for (const name of Object.keys(stack.parameters)) assert.ok(shown.includes(name), `${id}: ${name}`);
    }
  });
});
