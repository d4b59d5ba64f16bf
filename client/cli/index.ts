/** `npm run connections -- …`: what an operator can do with connections. */
import { Command, CommanderError } from "commander";
import { addCancelCommand } from "./cancel.js";
import { addCredentialsCommand } from "./credentials.js";
import { addListCommand } from "./list.js";
import { addOutdatedCommand } from "./outdated.js";
import { addProbeCommand } from "./probe.js";
import { addRedriveCommand } from "./redrive.js";
import { addShowCommand } from "./show.js";
import { addWhyCommand } from "./why.js";

// The product supports Node 20.19; the SDK's warning that a later version of it will not would stand in every output.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const program = new Command("connections")
  .description("Looks after the connections of a deployed stack.")
  .option("--stack <name>", "the stack, configured in Pulumi.<name>.yaml", "dev")
  .option("--local", "use the embedded cloud of a running npm start", false)
  .option("--state <file>", "the same, with its addresses in this file instead of .onboarding/state.json")
  .option("--json", "print JSON", false)
  .showHelpAfterError()
  .exitOverride();

addListCommand(program);
addShowCommand(program);
addWhyCommand(program);
addOutdatedCommand(program);
addProbeCommand(program);
addCancelCommand(program);
addCredentialsCommand(program);
addRedriveCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  // Commander has said what was wrong with the command line already.
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else {
    process.stderr.write(`${sentenceOf(error as Error)}\n`);
    process.exitCode = 1;
  }
}

/** What the SDK says of missing credentials does not say what to do. */
function sentenceOf({ name, message }: Error): string {
  return name === "CredentialsProviderError"
    ? "There are no AWS credentials: sign in to the vendor's account as for the AWS command line (AWS_PROFILE names a profile), or use --local."
    : message;
}
