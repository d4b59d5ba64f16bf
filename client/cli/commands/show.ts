import type { Command } from "commander";
import { currentStatus } from "../../index.js";
import { CONNECTION_ARGUMENT } from "../arguments.js";
import { findConnections, openSession } from "../session.js";
import { columns, type Terminal } from "../terminal.js";

/** `show`: the records as they are. */
export function addShowCommand(program: Command, terminal: Terminal): void {
  program
    .command("show")
    .description("show the complete records of connections")
    .argument(...CONNECTION_ARGUMENT)
    .action(async (text: string, _options: unknown, command: Command) => {
      const session = await openSession(command, terminal);
      const connections = await findConnections(session, text);
      const now = new Date();
      session.print(connections, () =>
        connections
          .map((connection) =>
            columns(
              Object.entries({ ...connection, status: currentStatus(connection, now) }).map(
                ([name, value]) => [name, textOf(value)],
              ),
            ),
          )
          .join("\n\n"),
      );
    });
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
