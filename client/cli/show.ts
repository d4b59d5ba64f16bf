import type { Command } from "commander";
import { currentStatus } from "../index.js";
import { CONNECTION_ARGUMENT, chosen, columns, open } from "./common.js";

/** `show`: the records as they are. */
export function addShowCommand(program: Command): void {
  program
    .command("show")
    .description("shows everything that the records of connections hold")
    .argument(...CONNECTION_ARGUMENT)
    .action(async (text: string, _options: unknown, command: Command) => {
      const session = open(command);
      const connections = await chosen(session, text);
      const now = new Date();
      session.print(connections, () =>
        connections
          .map((connection) =>
            columns(
              Object.entries({ ...connection, status: currentStatus(connection, now) }).map(
                ([name, value]) => [name, Array.isArray(value) ? value.join(", ") : String(value)],
              ),
            ),
          )
          .join("\n\n"),
      );
    });
}
