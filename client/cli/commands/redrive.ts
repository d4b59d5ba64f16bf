import type { Command } from "commander";
import { nextCommand } from "../next-command.js";
import { type RedriveResult, redrive } from "../redrive.js";
import { openSession } from "../session.js";
import { counted, type Terminal } from "../terminal.js";

/** `redrive`: exit code 0 if every message was dealt with, 1 if one is still in its queue. */
export function addRedriveCommand(program: Command, terminal: Terminal): void {
  program
    .command("redrive")
    .description("work through the dead-letter queues and say what became of each message")
    .argument("[region]", "only this region's queues (default: those of all the stack's regions)")
    .addHelpText(
      "after",
      `
A request that got its response but could not be recorded is recorded now. An event that the receiver failed to
handle is sent to it again as long as the response URL is valid (two hours). After that, a Create or an Update is
discarded, because CloudFormation has given up on it. A Delete can no longer be verified then: the role is probed
instead, and the connection is marked by what the probe finds.`,
    )
    .action(async (only: string | undefined, _options: unknown, command: Command) => {
      const { options, target } = await openSession(command, terminal);
      if (only !== undefined && !target.regions.includes(only)) {
        throw new Error(
          `${only} is not a region of the stack ${target.stack}: choose from ${target.regions.join(", ")}.`,
        );
      }
      const results: RedriveResult[] = [];
      for (const region of only === undefined ? target.regions : [only]) {
        for await (const result of redrive(target, region)) {
          results.push(result);
          if (!options.json) terminal.out(`${region}  ${result.queue}  ${result.result}: ${result.detail}\n`);
        }
      }
      if (options.json) terminal.out(`${JSON.stringify(results, null, 2)}\n`);
      else if (results.length === 0) terminal.out("The dead-letter queues are empty.\n");
      const left = results.filter(({ result }) => result === "kept").length;
      if (left === 0) return;
      terminal.exitCode = 1;
      if (options.json) return;
      const again = nextCommand(only === undefined ? "redrive" : `redrive ${only}`, options);
      const [are, their] = left === 1 ? ["is", "its"] : ["are", "their"];
      terminal.out(`${counted(left, "message")} ${are} left. Once ${their} cause is mended, run ${again}.\n`);
    });
}
