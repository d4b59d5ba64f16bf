import { type Command, InvalidArgumentError, Option } from "commander";
import type { Credentials } from "../index.js";
import { CONNECTION_ARGUMENT, chosenOne, open } from "./common.js";

interface CredentialsOptions {
  readonly format: "env" | "process";
  readonly duration: number;
}

/** `credentials`: exit code 1 if there are none, with the reason on the error output. */
export function addCredentialsCommand(program: Command): void {
  program
    .command("credentials")
    .description("gets credentials of a customer's role")
    .argument(...CONNECTION_ARGUMENT)
    .addOption(
      new Option("--format <format>", "export lines for a shell, or what an AWS credential_process prints")
        .choices(["env", "process"])
        .default("env"),
    )
    .addOption(
      new Option("--duration <seconds>", "how long they are good, 900 to 3600")
        .argParser(readDuration)
        .default(3600),
    )
    .addHelpText(
      "after",
      `
In a shell: eval "$(npm run -s connections -- credentials eu-west-1:…)"
In ~/.aws/config: credential_process = npm run -s --prefix /path/to/this/project connections -- credentials --format process eu-west-1:…`,
    )
    .action(async (text: string, _options: unknown, command: Command) => {
      const session = open<CredentialsOptions>(command);
      const { externalId } = await chosenOne(session, text);
      const { format, duration: durationSeconds, json } = session.options;
      const credentials = await session.client.credentialsFor({ externalId }, { durationSeconds })();
      process.stdout.write(
        `${json || format === "process" ? forProcess(credentials) : exports(credentials)}\n`,
      );
    });
}

function readDuration(text: string): number {
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 900 || seconds > 3600) {
    throw new InvalidArgumentError("Use a whole number from 900 to 3600.");
  }
  return seconds;
}

function exports({ accessKeyId, secretAccessKey, sessionToken = "" }: Credentials): string {
  return Object.entries({
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  })
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`)
    .join("\n");
}

/** As the AWS command line and SDKs read it from an external process ("Sourcing credentials with an external process"). */
function forProcess({ accessKeyId, secretAccessKey, sessionToken, expiration }: Credentials): string {
  return JSON.stringify({
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: expiration?.toISOString(),
  });
}
