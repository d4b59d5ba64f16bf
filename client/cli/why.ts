import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Command } from "commander";
import { readHistory } from "../../functions/domain/history.js";
import { tableNameOf } from "../../functions/domain/names.js";
import { type DeadLetter, peek } from "../dead-letter-queues.js";
import { type Explanation, explain } from "../why.js";
import { CONNECTION_ARGUMENT, chosen, collect, open, type Session } from "./common.js";

/** `why`: exit code 0; what is wrong with a connection is the answer and no failure. */
export function addWhyCommand(program: Command): void {
  program
    .command("why")
    .description("explains what happened to connections, in order, and what to do next")
    .argument(...CONNECTION_ARGUMENT)
    .action(async (text: string, _options: unknown, command: Command) => {
      const session = open(command);
      const explanations = await why(session, text);
      session.print(explanations, () => explanations.map(toText).join("\n\n"));
    });
}

/** @param text an external ID or an account */
export async function why(
  session: Pick<Session<unknown>, "client" | "target">,
  text: string,
): Promise<Explanation[]> {
  const { prefix, clientOptions } = session.target;
  const lettersOf = new Map<string, DeadLetter[]>();
  const explanations: Explanation[] = [];
  for (const connection of await chosen(session, text)) {
    const { externalId, region } = connection;
    // Looked at once: what was looked at is hidden for a moment.
    const letters = lettersOf.get(region) ?? (await peek(session.target, region));
    lettersOf.set(region, letters);
    const client = new DynamoDBClient({ ...clientOptions, region });
    const history = await collect(readHistory(client, tableNameOf(prefix), externalId));
    explanations.push(explain(connection, history, letters, new Date()));
  }
  return explanations;
}

function toText({ externalId, accountId, status, scenario, now, next }: Explanation): string {
  return [
    `${externalId}  ${accountId}  ${status}`,
    ...scenario.map(({ at, sentence }) => `  ${at}  ${sentence}`),
    `Now:  ${now}`,
    `Next: ${next}`,
  ].join("\n");
}
