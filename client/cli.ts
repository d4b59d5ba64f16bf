/** `npm run connections -- …`: what an operator can do with connections. */
import { Command, CommanderError } from "commander";
import { addRedriveCommand } from "./commands/redrive.js";

const program = new Command("connections")
  .description("Looks after the connections of a deployed stack.")
  .option("--stack <name>", "the stack, configured in Pulumi.<name>.yaml", "dev")
  .option("--local", "use the embedded cloud of a running npm start", false)
  .option("--json", "print JSON", false)
  .showHelpAfterError()
  .exitOverride();

addRedriveCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  // Commander has said what was wrong with the command line already.
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
