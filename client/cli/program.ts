/** The command line of `onboarding`: its options, its commands, and what becomes of errors. */
import { Command, CommanderError } from "commander";
import { addCancelCommand } from "./commands/cancel.js";
import { addCredentialsCommand } from "./commands/credentials.js";
import { addEndCommand } from "./commands/end.js";
import { addListCommand } from "./commands/list.js";
import { addOrganizationsCommand } from "./commands/organizations.js";
import { addOutdatedCommand } from "./commands/outdated.js";
import { addProbeCommand } from "./commands/probe.js";
import { addRedriveCommand } from "./commands/redrive.js";
import { addRegionsCommand } from "./commands/regions.js";
import { addRestoreCommand } from "./commands/restore.js";
import { addShowCommand } from "./commands/show.js";
import { addWhyCommand } from "./commands/why.js";
import { programName, withNextCommands } from "./next-command.js";
import { type Output, styled, type Terminal, terminalOn } from "./terminal.js";

/** @returns the exit code: 0, or 1 for an error and for whatever a command's help says */
export async function run(args: readonly string[], output: Output): Promise<number> {
  const terminal = terminalOn(output);
  const program = createProgram(terminal);
  try {
    await program.parseAsync(args, { from: "user" });
    return terminal.exitCode;
  } catch (error) {
    // Help arrives here, too, once Commander has printed it: with code 0 if it was asked for, with 1 if no command was named.
    if (error instanceof CommanderError && /^commander\.(help|version)/.test(error.code))
      return error.exitCode;
    terminal.error(`${styled("bad", withNextCommands(sentenceOf(error as Error), program.opts()))}\n`);
    return 1;
  }
}

function createProgram(terminal: Terminal): Command {
  const program = new Command("onboarding")
    .description("Look after the connections and regions of a deployed stack.")
    .option("--stack <name>", "the stack configured in Pulumi.<name>.yaml (default: dev)")
    .option("--table <name>", "instead of --stack: the stack's output tableName, together with --region")
    .option("--region <region>", "with --table: the stack's home region")
    .option("--local", "instead of --stack: the embedded cloud of the npm start that was started last")
    .option("--state <file>", "like --local, for the npm start that keeps its addresses in this file")
    .option("--json", "print JSON")
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.error, outputError: () => {} });
  const addCommands = [
    addListCommand,
    addShowCommand,
    addWhyCommand,
    addOutdatedCommand,
    addProbeCommand,
    addCancelCommand,
    addEndCommand,
    addCredentialsCommand,
    addOrganizationsCommand,
    addRedriveCommand,
    addRegionsCommand,
    addRestoreCommand,
  ];
  for (const addCommand of addCommands) addCommand(program, terminal);
  return program;
}

function sentenceOf(error: Error): string {
  if (error instanceof CommanderError) return usageError(error);
  // The SDK's own message does not say what to do.
  return error.name === "CredentialsProviderError"
    ? "There are no AWS credentials: sign in to the vendor's account as you would for the AWS CLI (AWS_PROFILE selects a profile), or use --local."
    : error.message;
}

/** Commander's messages begin with "error: ", have no full stop, and repeat an argument however long it is. */
function usageError({ message }: CommanderError): string {
  const text = message
    .replace(/^error: /, "")
    .replace(/\n/g, " ")
    .replace(/(argument '[^']{60})[^']+'/, "$1…'");
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.)]$/.test(sentence) ? sentence : `${sentence}. See ${programName()} --help.`;
}
