import { type Command, Option } from "commander";
import { type Redriven, redrive } from "../dead-letters.js";
import { open } from "./common.js";

interface RedriveOptions {
  readonly region?: string;
}

/** `redrive`: exit code 0 if every message was dealt with, 1 if one is still there. */
export function addRedriveCommand(program: Command): void {
  program
    .command("redrive")
    .description("applies what waits in the dead-letter queues and is still true, and says what is not")
    .addOption(new Option("--region <region>", "only this region (default: all of the stack's)"))
    .addHelpText(
      "after",
      `
A request that was answered and could not be written is applied. An event that the receiver failed to handle is
handed to it again as long as its response URL is good (two hours). After that a Create or an Update is dropped, because
CloudFormation gave it up; for a Delete, which nothing proves any more, the role is probed, and the connection marked by that.`,
    )
    .action(async (_options: unknown, command: Command) => {
      const { options, target } = open<RedriveOptions>(command);
      if (options.region !== undefined && !target.regions.includes(options.region)) {
        throw new Error(
          `The stack does not receive in ${options.region}: choose from ${target.regions.join(", ")}.`,
        );
      }
      const done: Redriven[] = [];
      for (const region of options.region === undefined ? target.regions : [options.region]) {
        for await (const message of redrive(target, region)) {
          done.push(message);
          if (!options.json)
            process.stdout.write(`${region}  ${message.queue}  ${message.result}: ${message.detail}\n`);
        }
      }
      if (options.json) process.stdout.write(`${JSON.stringify(done, null, 2)}\n`);
      else if (done.length === 0) process.stdout.write("The dead-letter queues are empty.\n");
      if (done.some(({ result }) => result === "kept")) process.exitCode = 1;
    });
}
