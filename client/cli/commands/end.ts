import type { Command } from "commander";
import { endByVendor } from "../../../functions/domain/ending.js";
import type { Connection } from "../../index.js";
import { CONNECTION_ARGUMENT, readReason } from "../arguments.js";
import { findConnection, openSession, repositoryOf } from "../session.js";
import type { Terminal } from "../terminal.js";

interface EndOptions {
  readonly reason: string;
}

/** `end`: exit code 1 if the connection never was one. */
export function addEndCommand(program: Command, terminal: Terminal): void {
  program
    .command("end")
    .description("end a connection from your side; the customer can delete the stack for 180 days after that")
    .argument(...CONNECTION_ARGUMENT)
    .requiredOption("--reason <text>", "why, for the record, its history and the event", readReason)
    .action(async (text: string, _options: unknown, command: Command) => {
      const session = await openSession<EndOptions>(command, terminal);
      const connection = await findConnection(session, text);
      const { reason } = session.options;
      const ended = await repositoryOf(session, connection.region).change(connection, (latest) =>
        endByVendor(latest, reason, new Date()),
      );
      const { externalId, endedAt, endedBy } = ended;
      session.print(ended, () =>
        endedBy === "vendor"
          ? `${externalId} ended at ${endedAt}: nobody gets credentials any more. ${whatIsLeft(ended)}`
          : `${externalId} had already ended, at ${endedAt}, by the ${endedBy}.`,
      );
    });
}

function whatIsLeft({ kind, stackId, roleArn }: Connection): string {
  if (kind === "member") return "No listing of its organization brings it back.";
  const members = kind === "organization" ? "Its accounts end within a minute. " : "";
  return `${members}The customer should delete the ${stackId === undefined ? `role ${roleArn}` : `stack ${stackId}`}.`;
}
