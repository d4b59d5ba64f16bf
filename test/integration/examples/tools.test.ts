/** The examples for each tool, and the page's texts for the same tools: they describe the same stack, the API's. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { parse } from "@cdktf/hcl2json";
import { close, listen, urlOf } from "../../../emulator/aws/loopback.js";
import { TOOLS } from "../../../functions/url-generator/page/browser/tools.js";
import { ConnectionRepresentation } from "../../../functions/url-generator/schemas.js";
import {
  type ConnectionAnswer,
  cdkResources,
  cliStack,
  pulumiStack,
  terraformStack,
} from "../../examples/programs.js";

/** With everything that a shell, HCL or a script could take for something else. */
const awkward = `Example, Inc. ("4711") 'a' $\{x} %{y} \\ $HOME`;

const connection: ConnectionAnswer = {
  accountId: "333300000001",
  region: "eu-west-1",
  stack: {
    name: "example-0b1f5a0e",
    templateUrl: "https://bucket.s3.us-east-1.amazonaws.com/templates/1.json",
    parameters: { ExternalId: "eu-west-1:0b1f5a0e-1111-4222-8333-444455556666", GrantedTo: awkward },
    capabilities: ["CAPABILITY_IAM"],
  },
};
const { region, stack } = connection;
const expected = { region, ...stack };

const pageText = (id: string) => {
  const { name, templateUrl, parameters, capabilities } = stack;
  const shown = { name, templateUrl, parameters: { ...parameters }, capabilities: [...capabilities] };
  return TOOLS.find((tool) => tool.id === id)?.text(shown, region) ?? "";
};

describe("The page's text and the example create the API's stack with", function () {
  this.timeout(60_000);
  let api: Server;

  before(async () => {
    api = createServer((_request, response) => response.end(JSON.stringify(connection)));
    await listen(api);
  });

  after(() => close(api));

  it("the AWS CLI", async () => {
    assert.deepEqual(await cliStack(pageText("aws-cli")), expected);
    const ONBOARDING_URL = urlOf(api);
    assert.deepEqual(await cliStack(`./aws-cli.sh connect ${region}`, { ONBOARDING_URL }), expected);
  });

  it("Terraform", async () => {
    assert.deepEqual(await terraformStack(connection, pageText("terraform")), expected);
    assert.deepEqual(await terraformStack(connection), expected);
  });

  it("Pulumi", async () => {
    assert.deepEqual(await pulumiStack(connection, pageText("pulumi")), expected);
    assert.deepEqual(await pulumiStack(connection), expected);
  });

  it("CDK", async () => {
    // The page's text belongs into a stack that there is already.
    const [imports = "", statements = ""] = pageText("cdk").split("\n\n");
    const app = `import * as cdk from "aws-cdk-lib/core";
${imports}
class Existing extends cdk.Stack {
  constructor(scope: cdk.App) {
    super(scope, "Connection", { env: { region: "${region}" } });
${statements}
  }
}
new Existing(new cdk.App());`;
    const nested = {
      Onboarding: {
        Type: "AWS::CloudFormation::Stack",
        Properties: { TemplateURL: stack.templateUrl, Parameters: stack.parameters },
      },
    };
    assert.deepEqual(await cdkResources(connection, app), nested);
    assert.deepEqual(await cdkResources(connection), nested);
  });

  it("every tool that the page offers", () => {
    assert.deepEqual(
      TOOLS.map(({ id }) => id),
      ["aws-cli", "terraform", "pulumi", "cdk"],
    );
  });
});

describe("The example for Terraform with a role of the customer's own", () => {
  const source = new URL("../../../examples/own-role/terraform/main.tf", import.meta.url);
  const text = readFileSync(source, "utf8");
  const named = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, name]) => name))].sort();

  it("takes everything that the API says of the role, and nothing else", () => {
    const { role, ...others } = ConnectionRepresentation.entries;
    const described = role.wrapped.pipe[0].entries;
    assert.deepEqual(named(/local\.role\.(\w+)/g), Object.keys(described).sort());
    const known = Object.keys({ role, ...others });
    const unknown = named(/local\.connection\.(\w+)/g).filter((name = "") => !known.includes(name));
    assert.deepEqual(unknown, []);
  });

  it("is HCL that names the role by PUT, and ends the connection by DELETE", async () => {
    const { resource } = await parse("main.tf", text);
    const [call] = resource.restapi_object.role;
    const connection = `/connections/\${local.connection.externalId}`;
    assert.deepEqual([call.create_method, call.create_path], ["PUT", `${connection}/role`]);
    assert.equal(call.destroy_path, connection);
    assert.match(
      call.data,
      /roleArn = aws_iam_role\.onboarding\.arn, roleId = aws_iam_role\.onboarding\.unique_id/,
    );
    assert.deepEqual(Object.keys(resource).sort(), [
      "aws_iam_role",
      "aws_iam_role_policy",
      "aws_iam_role_policy_attachment",
      "restapi_object",
    ]);
  });
});
