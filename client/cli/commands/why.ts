import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Command } from "commander";
import { readHistory } from "../../../functions/domain/history.js";
import { tableNameOf } from "../../../functions/domain/names.js";
import { CONNECTION_ARGUMENT } from "../arguments.js";
import { type DeadLetter, peekDeadLetters } from "../dead-letters.js";
import { type Explanation, explain } from "../explanation.js";
import { collect, findConnections, openSession, type Source } from "../session.js";
import { styledStatus } from "../styled-status.js";
import { styled, type Terminal } from "../terminal.js";

/** `why`: exit code 0, because a connection that has a problem is a result and not a failure. */
export function addWhyCommand(program: Command, terminal: Terminal): void {
  program
    .command("why")
    .description("explain what happened to connections, in order, and what to do next")
    .argument(...CONNECTION_ARGUMENT)
    .action(async (text: string, _options: unknown, command: Command) => {
      const session = await openSession(command, terminal);
      const explanations = await explainAll(session, text);
      session.print(explanations, () => explanations.map(toText).join("\n\n"));
    });
}

/** @param text an external ID or an account ID */
export async function explainAll(source: Source, text: string): Promise<Explanation[]> {
  const { prefix, clientOptions } = source.target;
  const deadLettersOf = new Map<string, DeadLetter[]>();
  const explanations: Explanation[] = [];
  for (const connection of await findConnections(source, text)) {
    const { externalId, region } = connection;
    // Once for each region: peeking hides the messages for a moment.
    const deadLetters = deadLettersOf.get(region) ?? (await peekDeadLetters(source.target, region));
    deadLettersOf.set(region, deadLetters);
    const client = new DynamoDBClient({ ...clientOptions, region });
    const history = await collect(readHistory(client, tableNameOf(prefix), externalId));
    explanations.push(explain(connection, history, deadLetters, new Date()));
  }
  return explanations;
}

function toText({ externalId, accountId, status, timeline, now, next }: Explanation): string {
  return [
    `${externalId}  ${accountId}  ${styledStatus(status)}`,
    ...timeline.map(({ at, text }) => `  ${at}  ${text}`),
    `${styled("heading", "Now:")}  ${now}`,
    `${styled("heading", "Next:")} ${next}`,
  ].join("\n");
}
