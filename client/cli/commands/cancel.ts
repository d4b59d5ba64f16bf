import type { Command } from "commander";
import { cancel } from "../../../functions/domain/ending.js";
import { CONNECTION_ARGUMENT } from "../arguments.js";
import { findConnection, openSession, repositoryOf } from "../session.js";
import type { Terminal } from "../terminal.js";

/** `cancel`: exit code 1 if the link can no longer be cancelled. */
export function addCancelCommand(program: Command, terminal: Terminal): void {
  program
    .command("cancel")
    .description("cancel a link, so that no stack can connect with it")
    .argument(...CONNECTION_ARGUMENT)
    .action(async (text: string, _options: unknown, command: Command) => {
      const session = await openSession(command, terminal);
      const connection = await findConnection(session, text);
      const { externalId, region } = connection;
      const cancelled = await repositoryOf(session, region).change(connection, (latest) =>
        cancel(latest, new Date()),
      );
      session.print(cancelled, () => `${externalId} is cancelled: no stack can connect with its link.`);
    });
}
