import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Command } from "commander";
import { ConnectionRepository } from "../../../functions/domain/connection-repository.js";
import { cancel } from "../../../functions/domain/ending.js";
import { tableNameOf } from "../../../functions/domain/names.js";
import { CONNECTION_ARGUMENT } from "../arguments.js";
import { findConnection, openSession } from "../session.js";
import type { Terminal } from "../terminal.js";

/** `cancel`: exit code 1 if the link can no longer be cancelled. */
export function addCancelCommand(program: Command, terminal: Terminal): void {
  program
    .command("cancel")
    .description("cancel a link, so that no stack can connect with it")
    .argument(...CONNECTION_ARGUMENT)
    .action(async (text: string, _options: unknown, command: Command) => {
      const session = await openSession(command, terminal);
      const { clientOptions, prefix } = session.target;
      const connection = await findConnection(session, text);
      const { externalId, region } = connection;
      const connections = new ConnectionRepository(
        new DynamoDBClient({ ...clientOptions, region }),
        tableNameOf(prefix),
      );
      const cancelled = await connections.change(connection, (latest) => cancel(latest, new Date()));
      session.print(cancelled, () => `${externalId} is cancelled: no stack can connect with its link.`);
    });
}
