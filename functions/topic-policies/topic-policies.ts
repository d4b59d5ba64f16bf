/**
 * Keeps the policies of one region's topics in step with its connections: exactly the statements that the rule asks for
 * (needsStatement), and no others but the one that SNS makes every topic with.
 *
 * What is removed or added is decided on a strongly consistent read of the one connection, never on the word of a stream or
 * an index. All of it can be cut off at any moment and done again: what is done already is then found to be in order.
 */

import { allowsToPublish, type Statement, type Topic } from "../aws/topic.js";
import type { Connection, Connections } from "../domain/connection.js";
import { externalIdOfLabel, needsStatement, statementLabel } from "../domain/topic-statement.js";
import { forEach } from "../runtime/for-each.js";

/** How many connections are looked up at once. */
const LOOK_UPS_AT_ONCE = 20;

/** A connection as young as this may still be in the URL generator's hands, and about to move to a topic that has room. */
const YOUNG_MILLISECONDS = 60_000;

/** Why a statement is none of ours. */
export type Foreign =
  | "its label is not made from an external ID"
  | "its label names no connection"
  | "its connection is on another topic"
  | "it grants something else than its connection's account the right to publish";

/** Told of what happens, for log and metrics. */
export interface TopicPoliciesTelemetry {
  removed(connection: Connection): void;
  repaired(connection: Connection): void;
  /** A statement that is neither ours nor the default one, and is gone now. */
  foreign(topicArn: string, statement: Statement, because: Foreign): void;
  /** A connection that needs a permission and cannot have one. */
  unrepaired(connection: Connection, because: string): void;
  /** One statement or connection could not be worked on; the others are. */
  failed(label: string, error: unknown): void;
  swept(result: Swept): void;
}

/** A statement that has to go: of a connection that ended, or none of ours. */
type Unwanted =
  | { readonly statement: Statement; readonly connection: Connection; readonly because?: undefined }
  | { readonly statement: Statement; readonly connection?: undefined; readonly because: Foreign };

/** What a sweep found. */
export interface Swept {
  /** Statements in all topics of the region, and how many there can be. */
  readonly permissions: number;
  readonly capacity: number;
  /** Whether there was time for all of it. The next sweep does the rest. */
  readonly complete: boolean;
}

export class TopicPolicies {
  constructor(
    private readonly region: string,
    private readonly topics: readonly Topic[],
    private readonly connections: Connections,
    private readonly telemetry: TopicPoliciesTelemetry,
    private readonly now: () => Date,
  ) {}

  /** Removes the permission of a connection that ended, if it did. */
  async settle(externalId: string): Promise<void> {
    const connection = await this.connections.get(externalId);
    if (!connection || needsStatement(connection, this.now())) return;
    const topic = this.topics.find(({ arn }) => arn === connection.topicArn);
    if (!topic) return;
    await topic.disallow(statementLabel(externalId));
    this.telemetry.removed(connection);
  }

  /**
   * Compares all statements with all connections, in both directions.
   * @param hasTime false when it is time to end
   */
  async sweep(hasTime: () => boolean): Promise<Swept> {
    const granted = new Set<string>();
    let permissions = 0;
    let capacity = 0;
    let complete = true;
    for (const topic of this.topics) {
      const policy = await topic.policy();
      capacity += policy.capacity;
      permissions += policy.statements.length;
      const unwanted: Unwanted[] = [];
      const looked = await forEach(policy.statements, LOOK_UPS_AT_ONCE, hasTime, async (statement) => {
        const verdict = await this.judge(topic, statement);
        if (typeof verdict === "string") granted.add(verdict);
        else unwanted.push(verdict);
      });
      // One change after the other: nobody promises that of two at once in a policy both stay.
      const removed = await forEach(unwanted, 1, hasTime, async ({ statement, connection, because }) => {
        const label = statement.Sid ?? "";
        if (!(await this.attempt(label, () => topic.disallow(label)))) return;
        permissions -= 1;
        if (because === undefined) this.telemetry.removed(connection);
        else this.telemetry.foreign(topic.arn, statement, because);
      });
      complete &&= looked && removed;
    }
    // Without a look at all statements nobody knows which are missing.
    if (complete) {
      const missing: string[] = [];
      for await (const connection of this.connections.ofRegion(this.region)) {
        if (this.isMissing(connection) && !granted.has(connection.externalId)) {
          missing.push(connection.externalId);
        }
      }
      complete = await forEach(missing, 1, hasTime, async (externalId) => {
        if (await this.attempt(statementLabel(externalId), () => this.repair(externalId))) permissions += 1;
      });
    }
    const result = { permissions, capacity, complete };
    this.telemetry.swept(result);
    return result;
  }

  /** @returns the external ID of a statement that has to stay */
  private async judge(topic: Topic, statement: Statement): Promise<string | Unwanted> {
    const externalId = externalIdOfLabel(statement.Sid ?? "");
    if (externalId === undefined) {
      return { statement, because: "its label is not made from an external ID" };
    }
    const connection = await this.connections.get(externalId);
    if (!connection) return { statement, because: "its label names no connection" };
    if (connection.topicArn !== topic.arn) {
      return { statement, because: "its connection is on another topic" };
    }
    if (!allowsToPublish(statement, connection.accountId)) {
      return {
        statement,
        because: "it grants something else than its connection's account the right to publish",
      };
    }
    return needsStatement(connection, this.now()) ? externalId : { statement, connection };
  }

  /** Whether a connection that has no permission should have one. */
  private isMissing(connection: Connection): boolean {
    const age = this.now().getTime() - new Date(connection.createdAt).getTime();
    return age > YOUNG_MILLISECONDS && needsStatement(connection, this.now());
  }

  /** Does one thing of many: if it fails, the others are done all the same. @returns whether it worked */
  private async attempt(label: string, work: () => Promise<unknown>): Promise<boolean> {
    try {
      return (await work()) !== false;
    } catch (error) {
      this.telemetry.failed(label, error);
      return false;
    }
  }

  /** @returns whether the connection has a permission now */
  private async repair(externalId: string): Promise<boolean> {
    const connection = await this.connections.get(externalId);
    if (!connection || !this.isMissing(connection)) return false;
    const topic = this.topics.find(({ arn }) => arn === connection.topicArn);
    if (!topic) {
      this.telemetry.unrepaired(connection, `its topic ${connection.topicArn} is none of this region's`);
      return false;
    }
    const result = await topic.allow(connection);
    if (result === "allowed") {
      this.telemetry.repaired(connection);
      return true;
    }
    this.telemetry.unrepaired(
      connection,
      result === "full" ? "its topic is full" : `AWS knows no account ${connection.accountId}`,
    );
    return false;
  }
}
