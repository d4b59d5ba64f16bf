/** A customer's developer at a terminal: programs in an account, with the rights that the documents ask for and no others. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { pythonProgram } from "../../emulator/aws/python.js";
import { projectFolder } from "../../emulator/paths.js";
import type { TestCloud } from "./test-cloud.js";

/**
 * @param readme of an example, which names the rights that its tool needs besides
 * @returns what runs a program. It rejects with what the program printed if its exit code is not 0
 */
export async function signIn(test: TestCloud, accountId: string, readme?: string) {
  const iam = test.cloud.customer(accountId).clients.iam("us-east-1");
  const UserName = "developer";
  await iam.send(new CreateUserCommand({ UserName }));
  const PolicyDocument = JSON.stringify(rights(readme));
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "rights", PolicyDocument }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return runner(test, { id: AccessKey?.AccessKeyId ?? "", secret: AccessKey?.SecretAccessKey ?? "" });
}

/** The same with all rights of the account: ministack leaves paths out where it compares a role that is to be made with a policy. */
export function signInAsAdministrator(test: TestCloud, accountId: string) {
  return runner(test, { id: accountId, secret: test.cloud.secretAccessKey });
}

function runner(test: TestCloud, key: { readonly id: string; readonly secret: string }) {
  const env = {
    PATH: [dirname(pythonProgram("aws")), process.env.PATH].join(delimiter),
    // There is no configuration of theirs in it.
    HOME: join(tmpdir(), "nobody"),
    AWS_ENDPOINT_URL: test.cloud.endpoint,
    AWS_ACCESS_KEY_ID: key.id,
    AWS_SECRET_ACCESS_KEY: key.secret,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    CDK_DISABLE_CLI_TELEMETRY: "true",
    npm_config_update_notifier: "false",
    ONBOARDING_URL: test.program.onboardingUrl,
  };
  return (file: string, args: readonly string[], cwd = projectFolder) =>
    promisify(execFile)(file, args, { cwd, env });
}

/** docs/customer-rights.md, for the deployment on the embedded cloud, and the actions that an example's document names. */
function rights(readme?: string): unknown {
  const read = (path: string) => readFileSync(join(projectFolder, path), "utf8");
  const [, policy = ""] = /```json\n([\s\S]*?)```/.exec(read("docs/customer-rights.md")) ?? [];
  const { Version, Statement } = JSON.parse(
    policy.replaceAll("/prod/", "/dev/").replaceAll("-prod-", "-dev-"),
  ) as { Version: string; Statement: unknown[] };
  const named = readme === undefined ? [] : [...read(readme).matchAll(/`(cloudformation:\w+)`/g)];
  const Action = named.map(([, action]) => action);
  const besides = Action.length > 0 ? [{ Effect: "Allow", Action, Resource: "*" }] : [];
  return { Version, Statement: [...Statement, ...besides] };
}
