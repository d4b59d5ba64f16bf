/** The examples, and the page's texts, as their tools read them: what stack each of them describes. */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { parse } from "@cdktf/hcl2json";
import type { StackDescription } from "../../functions/url-generator/link.js";

const run = promisify(execFile);
const project = fileURLToPath(new URL("../..", import.meta.url));
const examples = join(project, "examples");

/** What the API answers, as far as the examples read it. */
export interface ConnectionAnswer {
  readonly accountId: string;
  readonly region: string;
  readonly stack: StackDescription;
}

/** What a tool creates: a stack in a region. */
export type DescribedStack = Pick<ConnectionAnswer, "region"> & StackDescription;

/** A copy of an example in a new folder, with a connection to connect. The caller removes it. */
export function copyOf(example: "cdk" | "pulumi", connection: ConnectionAnswer): string {
  const folder = mkdtempSync(join(tmpdir(), `onboarding-${example}-`));
  cpSync(join(examples, example), folder, { recursive: true });
  symlinkSync(join(project, "node_modules"), join(folder, "node_modules"), "junction");
  writeFileSync(join(folder, "connection.json"), JSON.stringify(connection));
  return folder;
}

/** The stack in a Terraform configuration. @param text HCL; the example's by default */
export async function terraformStack(
  connection: ConnectionAnswer,
  text = readFileSync(join(examples, "terraform/main.tf"), "utf8"),
): Promise<DescribedStack> {
  const { resource } = await parse("main.tf", text);
  const [attributes] = resource.aws_cloudformation_stack.onboarding;
  const { template_url: templateUrl, ...others } = evaluated(attributes, connection) as Record<string, never>;
  return { ...others, templateUrl } as unknown as DescribedStack;
}

/** Values of HCL with its references to the API's answer, and its escapes, resolved. */
function evaluated(value: unknown, connection: ConnectionAnswer): unknown {
  if (typeof value === "string") {
    const [, path] = /^\$\{local\.connection\.([\w.]+)\}$/.exec(value) ?? [];
    if (path === undefined) return value.replace(/([$%])\1\{/g, "$1{");
    return path
      .split(".")
      .reduce<unknown>((from, name) => (from as Record<string, unknown>)[name], connection);
  }
  if (Array.isArray(value)) return value.map((one) => evaluated(one, connection));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, evaluated(one, connection)]));
}

/** The only stack that a Pulumi program registers. @param text TypeScript; the example's by default */
export async function pulumiStack(connection: ConnectionAnswer, text?: string): Promise<DescribedStack> {
  const cwd = copyOf("pulumi", connection);
  try {
    if (text !== undefined) writeFileSync(join(cwd, "index.ts"), text);
    const mocks = new URL("pulumi-mocks.mjs", import.meta.url).href;
    const { stdout } = await run(process.execPath, ["--import=tsx", `--import=${mocks}`, "index.ts"], {
      cwd,
    });
    const registered = JSON.parse(stdout) as { readonly type: string; readonly inputs: DescribedStack }[];
    const stacks = registered.filter(({ type }) => type === "aws:cloudformation/stack:Stack");
    if (stacks.length !== 1 || !stacks[0]) throw new Error(`It registers ${stacks.length} stacks: ${stdout}`);
    return stacks[0].inputs;
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

/** The resources of the stack that a CDK app synthesizes. @param text TypeScript; the example's by default */
export async function cdkResources(
  connection: ConnectionAnswer,
  text?: string,
): Promise<Readonly<Record<string, unknown>>> {
  const cwd = copyOf("cdk", connection);
  try {
    if (text !== undefined) writeFileSync(join(cwd, "connect.ts"), text);
    const CDK_OUTDIR = join(cwd, "cdk.out");
    await run(process.execPath, ["--import=tsx", "connect.ts"], { cwd, env: { ...process.env, CDK_OUTDIR } });
    return JSON.parse(readFileSync(join(CDK_OUTDIR, "Connection.template.json"), "utf8")).Resources;
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

/**
 * What a shell script asks of the AWS CLI's create-stack.
 * @param command bash
 * @param environment of the script, besides a PATH with a stand-in for the AWS CLI
 */
export async function cliStack(
  command: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<DescribedStack> {
  const folder = mkdtempSync(join(tmpdir(), "onboarding-aws-cli-"));
  const calls = join(folder, "calls");
  try {
    const standIn = `#!/usr/bin/env bash
printf '%s\\0' "$@" >>'${calls}'; printf '\\n' >>'${calls}'
[[ $2 != get-caller-identity ]] || echo 333300000001
`;
    writeFileSync(join(folder, "aws"), standIn, { mode: 0o755 });
    const env = { PATH: `${folder}:${process.env.PATH}`, ...environment };
    await run("bash", ["-ec", command], { cwd: examples, env });
    const call = readFileSync(calls, "utf8")
      .split("\0\n")
      .map((line) => line.split("\0"))
      .find(([, operation]) => operation === "create-stack");
    return described(call ?? []);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The arguments of a create-stack, whether each by itself or all in one. */
function described(call: readonly string[]): DescribedStack {
  const option = (name: string) => call[call.indexOf(name) + 1] ?? "";
  const input = call.includes("--cli-input-json")
    ? JSON.parse(option("--cli-input-json"))
    : {
        StackName: option("--stack-name"),
        TemplateURL: option("--template-url"),
        Capabilities: option("--capabilities").split(" "),
        Parameters: JSON.parse(option("--parameters")),
      };
  const parameters = (input.Parameters as { ParameterKey: string; ParameterValue: string }[]).map((one) => [
    one.ParameterKey,
    one.ParameterValue,
  ]);
  return {
    region: option("--region"),
    name: input.StackName,
    templateUrl: input.TemplateURL,
    capabilities: input.Capabilities,
    parameters: Object.fromEntries(parameters),
  };
}
