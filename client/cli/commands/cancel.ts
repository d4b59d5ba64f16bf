import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Command } from "commander";
import { Connections, deleteAfter, isConnected } from "../../../functions/domain/connection.js";
import { tableNameOf } from "../../../functions/domain/names.js";
import { CONNECTION_ARGUMENT } from "../arguments.js";
import { findConnection, openSession } from "../session.js";
import type { Terminal } from "../terminal.js";

/** `cancel`: exit code 1 if the link can no longer be cancelled. */
export function addCancelCommand(program: Command, terminal: Terminal): void {
  program
    .command("cancel")
    .description("cancels a link, so that no stack can connect with it")
    .argument(...CONNECTION_ARGUMENT)
    .action(async (text: string, _options: unknown, command: Command) => {
      const session = await openSession(command, terminal);
      const { clientOptions, prefix } = session.target;
      const connection = await findConnection(session, text);
      const { externalId, region, status } = connection;
      if (isConnected(connection)) {
        throw new Error(
          `${externalId} is ${status}: only its customer can end it, by deleting the stack ${connection.stackId}.`,
        );
      }
      if (status === "disconnected")
        throw new Error(`${externalId} has ended already; its link connects nothing.`);
      const connections = new Connections(
        new DynamoDBClient({ ...clientOptions, region }),
        tableNameOf(prefix),
      );
      const now = new Date();
      const isOpen = (connection.openStackIds ?? []).length > 0;
      const after =
        status === "cancelled"
          ? connection
          : await connections.update(connection, {
              status: "cancelled",
              cancelledAt: now.toISOString(),
              // A stack that is open still has to report its end, and TTL must leave its record alone until then.
              deleteAfter: isOpen ? undefined : deleteAfter(now),
            });
      session.print(after, () => `${externalId} is cancelled: no stack can connect with its link.`);
    });
}
