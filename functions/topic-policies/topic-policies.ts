/**
 * Reconciles the policies of one region's topics with its connections: each policy has the statements of the connections that need
 * one (see needsStatement) and the default one of SNS, and no others.
 *
 * Each removal and each addition is decided on a strongly consistent read of its connection, never on what a stream or an index
 * says. That a statement stays is no change: for that the index is enough, and nearly all of them stay. A run can be cut off at any moment,
 * and the next one simply does the rest.
 */
import { allowsToPublish, isOfClosedAccount, type Statement, type Topic } from "../aws/topic.js";
import type { CapacityHint } from "../domain/capacity-hint.js";
import type { Connection } from "../domain/connection.js";
import type { ConnectionRepository } from "../domain/connection-repository.js";
import { externalIdOfLabel, needsStatement, statementLabel } from "../domain/topic-statement.js";
import { forEach } from "../runtime/worker-pool.js";

/** How many connections are read at a time. */
const MAX_CONCURRENT_READS = 20;

/** The URL generator may still be working on a younger connection, and about to move it to a topic with free capacity. */
const MIN_AGE_MILLISECONDS = 60_000;

/** Why a statement is not ours. */
export type UnknownStatement =
  | "its label is not made from an external ID"
  | "its label names no connection"
  | "its connection is on another topic"
  | "it does not just let its connection's account publish";

/** Why a statement of ours goes. */
export type RemovalReason = "the connection ended" | "the account was closed";

/** Told of what happens, for log and metrics. */
export interface Telemetry {
  removed(connection: Connection, why: RemovalReason): void;
  restored(connection: Connection): void;
  /** A statement that was neither ours nor the default one was removed. */
  removedUnknown(topicArn: string, statement: Statement, reason: UnknownStatement): void;
  /** A connection has no statement because AWS refuses its account: most likely it was closed. Nobody here can mend that. */
  accountRefused(connection: Connection): void;
  /** A connection needs a statement and cannot have one. */
  notRestored(connection: Connection, reason: string): void;
  /** One statement could not be removed or added; the others are reconciled all the same. */
  error(label: string, error: unknown): void;
  reconciled(result: Reconciled): void;
}

/** Everything that the function reaches outside itself. */
export interface Dependencies {
  readonly topics: readonly Topic[];
  readonly connections: ConnectionRepository;
  /** Tells the URL generator where capacity is. */
  readonly hint: Pick<CapacityHint, "write">;
  readonly telemetry: Telemetry;
  readonly now: () => Date;
}

/** A statement to remove: ours, or not. */
type Unwanted =
  | { readonly statement: Statement; readonly connection: Connection; readonly reason: RemovalReason }
  | { readonly statement: Statement; readonly connection?: undefined; readonly reason: UnknownStatement };

/** The result of a run. */
export interface Reconciled {
  /** Statements in all topics of the region, and how many there can be. */
  readonly statements: number;
  readonly capacity: number;
  /** Whether there was time for all of it. The next run does the rest. */
  readonly complete: boolean;
}

/** Of one topic: how many statements it has now, how many more it holds, and the external IDs of connections that lack theirs. */
interface ReconciledTopic extends Reconciled {
  readonly free: number;
  readonly missing: readonly string[];
}

export class TopicPolicies {
  constructor(private readonly dependencies: Dependencies) {}

  /**
   * Compares all statements with all connections, in both directions.
   * @param hasTime false when it is time to end
   */
  async reconcile(hasTime: () => boolean): Promise<Reconciled> {
    const missing: string[] = [];
    /** Of each topic, by ARN. */
    const free = new Map<string, number>();
    let [statements, capacity, complete] = [0, 0, true];
    for (const topic of this.dependencies.topics) {
      const result = await this.removeUnwanted(topic, hasTime);
      missing.push(...result.missing);
      free.set(topic.arn, result.free);
      statements += result.statements;
      capacity += result.capacity;
      complete &&= result.complete;
    }
    // What is not ours goes first: it takes up capacity.
    if (complete) {
      const left = await forEach(missing, { concurrency: 1, hasTime }, async (externalId) => {
        const topic = await this.attempt(statementLabel(externalId), () => this.restore(externalId));
        if (!topic) return;
        statements += 1;
        free.set(topic.arn, (free.get(topic.arn) ?? 0) - 1);
      });
      complete = left === undefined;
    }
    const result = { statements, capacity, complete };
    // With one topic there is nothing to choose from.
    if (free.size > 1) await this.dependencies.hint.write([...free.values()], this.dependencies.now());
    this.dependencies.telemetry.reconciled(result);
    return result;
  }

  private async removeUnwanted(topic: Topic, hasTime: () => boolean): Promise<ReconciledTopic> {
    const { telemetry } = this.dependencies;
    const policy = await topic.policy();
    const listed = await this.listed(topic);
    const kept = new Set<string>();
    const unwanted: Unwanted[] = [];
    const limits = { concurrency: MAX_CONCURRENT_READS, hasTime };
    const unread = await forEach(policy.statements, limits, async (statement) => {
      const verdict = await this.judge(topic, statement, listed);
      if (typeof verdict === "string") kept.add(verdict);
      else unwanted.push(verdict);
    });
    let statements = policy.statements.length;
    // One change at a time: AWS does not promise that two concurrent changes of a policy both take effect.
    const left = await forEach(unwanted, { concurrency: 1, hasTime }, async (one) => {
      const label = one.statement.Sid ?? "";
      const isRemoved = await this.attempt(label, () => topic.disallow(label).then(() => true));
      if (!isRemoved) return;
      statements -= 1;
      if (one.connection) telemetry.removed(one.connection, one.reason);
      else telemetry.removedUnknown(topic.arn, one.statement, one.reason);
    });
    const complete = unread === undefined && left === undefined;
    const free = policy.freeCapacity + policy.statements.length - statements;
    const missing = [...listed.values()]
      .filter((connection) => this.shouldHaveStatement(connection) && !kept.has(connection.externalId))
      .map(({ externalId }) => externalId);
    return { missing, statements, capacity: policy.capacity, free, complete };
  }

  /** The topic's connections by external ID. Eventually consistent. */
  private async listed({ arn }: Topic): Promise<ReadonlyMap<string, Connection>> {
    const listed = new Map<string, Connection>();
    for await (const connection of this.dependencies.connections.ofTopic(arn)) {
      listed.set(connection.externalId, connection);
    }
    return listed;
  }

  /** @returns the external ID of a statement that has to stay */
  private async judge(
    topic: Topic,
    statement: Statement,
    listed: ReadonlyMap<string, Connection>,
  ): Promise<string | Unwanted> {
    const externalId = externalIdOfLabel(statement.Sid ?? "");
    if (externalId === undefined) {
      return { statement, reason: "its label is not made from an external ID" };
    }
    const asListed = this.verdict(topic, statement, listed.get(externalId));
    if (asListed === undefined) return externalId;
    return this.verdict(topic, statement, await this.dependencies.connections.get(externalId)) ?? externalId;
  }

  /** @returns undefined for a statement that has to stay */
  private verdict(
    topic: Topic,
    statement: Statement,
    connection: Connection | undefined,
  ): Unwanted | undefined {
    if (!connection) return { statement, reason: "its label names no connection" };
    if (connection.topicArn !== topic.arn) return { statement, reason: "its connection is on another topic" };
    if (!allowsToPublish(statement, connection.accountId)) {
      return { statement, reason: "it does not just let its connection's account publish" };
    }
    if (!needsStatement(connection, this.dependencies.now())) {
      return { statement, connection, reason: "the connection ended" };
    }
    return isOfClosedAccount(statement)
      ? { statement, connection, reason: "the account was closed" }
      : undefined;
  }

  private shouldHaveStatement(connection: Connection): boolean {
    const now = this.dependencies.now();
    const age = now.getTime() - new Date(connection.createdAt).getTime();
    return age > MIN_AGE_MILLISECONDS && needsStatement(connection, now);
  }

  /** @returns the topic in which the connection has its statement now; undefined if it has none */
  private async restore(externalId: string): Promise<Topic | undefined> {
    const { connections, telemetry } = this.dependencies;
    const connection = await connections.get(externalId);
    if (!connection || !this.shouldHaveStatement(connection)) return undefined;
    const topic = this.topicOf(connection);
    const result = await topic?.allow(statementLabel(externalId), connection.accountId);
    if (result === "allowed") telemetry.restored(connection);
    // Tried again in each run: an account can be opened again for 90 days after it was closed.
    else if (result === "refused") telemetry.accountRefused(connection);
    else telemetry.notRestored(connection, whyNot(connection, result));
    return result === "allowed" ? topic : undefined;
  }

  /** Does one thing of many: if it fails, the others are done all the same. @returns undefined if it failed */
  private async attempt<Result>(label: string, work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      this.dependencies.telemetry.error(label, error);
      return undefined;
    }
  }

  private topicOf({ topicArn }: Connection): Topic | undefined {
    return this.dependencies.topics.find(({ arn }) => arn === topicArn);
  }
}

function whyNot({ topicArn }: Connection, result: "full" | undefined): string {
  return result === "full" ? "its topic is full" : `its topic ${topicArn} is not one of this region's`;
}
