import { type Command, Option } from "commander";
import type { Credentials } from "../../index.js";
import { CONNECTION_ARGUMENT, wholeNumber } from "../arguments.js";
import { findConnection, openSession } from "../session.js";
import type { Terminal } from "../terminal.js";

interface CredentialsCommandOptions {
  readonly format: "env" | "process";
  readonly duration: number;
}

/** `credentials`: exit code 1 if there are none, with the reason on standard error. */
export function addCredentialsCommand(program: Command, terminal: Terminal): void {
  program
    .command("credentials")
    .description("get credentials for a customer's role")
    .argument(...CONNECTION_ARGUMENT)
    .addOption(
      new Option("--format <format>", "export lines for a shell, or the output of an AWS credential_process")
        .choices(["env", "process"])
        .default("env"),
    )
    .addOption(
      new Option("--duration <seconds>", "how long they are valid, 900 to 3600")
        .argParser(wholeNumber(900, 3600))
        .default(3600),
    )
    .addHelpText(
      "after",
      `
In a shell:       eval "$(npm run -s onboarding -- credentials eu-west-1:…)"
In ~/.aws/config: credential_process = npm run -s --prefix /path/to/this/project onboarding -- credentials --format process eu-west-1:…`,
    )
    .action(async (text: string, _options: unknown, command: Command) => {
      const session = await openSession<CredentialsCommandOptions>(command, terminal);
      const { externalId } = await findConnection(session, text);
      const { format, duration: durationSeconds, json } = session.options;
      const credentials = await session.client.credentialsFor({ externalId }, { durationSeconds })();
      terminal.out(`${json || format === "process" ? forProcess(credentials) : forShell(credentials)}\n`);
    });
}

function forShell({ accessKeyId, secretAccessKey, sessionToken = "" }: Credentials): string {
  return Object.entries({
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  })
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`)
    .join("\n");
}

/** The format that the AWS CLI and SDKs read from an external process ("Sourcing credentials with an external process"). */
function forProcess({ accessKeyId, secretAccessKey, sessionToken, expiration }: Credentials): string {
  return JSON.stringify({
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: expiration?.toISOString(),
  });
}
