/** The statements of connections that ended: they are removed at once, so that the next connection gets their capacity. */
import type { Topic } from "../aws/topic.js";
import type { Connection } from "../domain/connection.js";
import type { ConnectionRepository } from "../domain/connection-repository.js";
import { needsStatement, statementLabel } from "../domain/topic-statement.js";

/** Told of what happens, for log and metrics. */
export interface Telemetry {
  removed(connection: Connection): void;
  /** @param error undefined where there was no time for it */
  leftToReconcile(connection: Connection, error?: unknown): void;
}

/** Everything that the removal reaches outside itself. */
export interface Dependencies {
  readonly connections: ConnectionRepository;
  /** @param arn a topic of this region */
  readonly topic: (arn: string) => Topic;
  readonly telemetry: Telemetry;
  readonly now: () => Date;
}

/**
 * Removes the statements of those that need none any more, one at a time: AWS does not promise that two concurrent changes of a policy both
 * take effect. Never throws: the topic-policies function removes within an hour what could not be removed here.
 *
 * The statement of a link that expired or was cancelled stays for a day. Nothing is written when that is over, and so nothing comes here.
 *
 * @param changed as the stream has them
 * @param hasTime false when it is time to end
 */
export async function removeEndedStatements(
  changed: readonly Connection[],
  hasTime: () => boolean,
  dependencies: Dependencies,
): Promise<void> {
  const { telemetry, now } = dependencies;
  const ended = changed.filter((one) => one.status === "disconnected" && !needsStatement(one, now()));
  for (const connection of new Map(ended.map((one) => [one.externalId, one])).values()) {
    if (!hasTime()) {
      telemetry.leftToReconcile(connection);
      continue;
    }
    try {
      await removeIfEnded(connection.externalId, dependencies);
    } catch (error) {
      telemetry.leftToReconcile(connection, error);
    }
  }
}

/** Decides on a strongly consistent read: since the stream's image another stack may have been heard of that needs the statement. */
async function removeIfEnded(externalId: string, dependencies: Dependencies): Promise<void> {
  const { connections, topic, telemetry, now } = dependencies;
  const connection = await connections.get(externalId);
  if (!connection || needsStatement(connection, now())) return;
  if (connection.topicArn === undefined) return;
  await topic(connection.topicArn).disallow(statementLabel(externalId));
  telemetry.removed(connection);
}
