/**
 * Where connections are kept: the DynamoDB table's replica of one region.
 *
 * Everything about a connection is written in the replica of its own region. Each write is conditional on the revision
 * that was read, so that of two concurrent writers one has to read again.
 */
import { randomUUID } from "node:crypto";
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { Changes, Connection } from "./connection.js";
import { readPartition } from "./connection-index.js";
import { fromItem, keyOf, toAttribute, toItem, toUpdate } from "./connection-item.js";
import { type Attempt, countAndReadCommand, countCommand, giveBackCommand } from "./counters.js";
import { shortened } from "./external-id.js";
import { WITHOUT_CODE } from "./readable-attributes.js";

/** Somebody else wrote the record since it was read: read it and decide again. */
export class SupersededError extends Error {
  constructor(externalId: string, cause: unknown) {
    super(`The connection ${shortened(externalId)} was changed by somebody else in the meantime.`, { cause });
    this.name = "SupersededError";
  }
}

/** How long a call may take. */
export interface CallOptions {
  readonly abortSignal?: AbortSignal;
}

/** What a reader may know. */
export interface ReadOptions {
  /** Whether it reads the code that confirms a connection, too. */
  readonly withCode?: boolean;
}

/** The connections of one region's replica. */
export class ConnectionRepository {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly tableName: string,
    private readonly options: ReadOptions = {},
  ) {}

  /** Strongly consistent. @returns undefined where there is none */
  async get(externalId: string, options: CallOptions = {}): Promise<Connection | undefined> {
    const { Item } = await this.client.send(
      new GetItemCommand({
        TableName: this.tableName,
        Key: keyOf(externalId),
        ConsistentRead: true,
        ...(!this.options.withCode && WITHOUT_CODE),
      }),
      options,
    );
    return fromItem(Item);
  }

  /**
   * Writes a new connection.
   * @param alongside what is written with it, or not at all
   * @throws ConditionalCheckFailedException if the external ID is taken
   * @throws TransactionCanceledException if a condition of what is written with it is not met; its first reason is the connection's own
   */
  async create(connection: Connection, alongside: readonly TransactWriteItem[] = []): Promise<void> {
    const Put = {
      TableName: this.tableName,
      Item: toItem(connection),
      ConditionExpression: "attribute_not_exists(externalId)",
    };
    if (alongside.length === 0) {
      await this.client.send(new PutItemCommand(Put));
      return;
    }
    try {
      await this.client.send(
        new TransactWriteItemsCommand({
          TransactItems: [{ Put }, ...alongside],
          // So that a call whose result was lost can be made again: "include a client token … to ensure that the request is idempotent"
          // (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html).
          ClientRequestToken: randomUUID(),
        }),
      );
    } catch (error) {
      const isTaken =
        error instanceof TransactionCanceledException &&
        error.CancellationReasons?.[0]?.Code === "ConditionalCheckFailed";
      if (!isTaken) throw error;
      throw new ConditionalCheckFailedException({ message: error.message, $metadata: error.$metadata });
    }
  }

  /**
   * Writes changes to a connection as it was read.
   * @returns the connection as it is now
   * @throws SupersededError if it is no longer as it was read
   */
  async update(seen: Connection, changes: Changes, options: CallOptions = {}): Promise<Connection> {
    const isNewStatus = changes.status !== undefined && changes.status !== seen.status;
    const written = {
      ...changes,
      ...(isNewStatus && { statusChangedAt: new Date().toISOString() }),
      revision: seen.revision + 1,
    };
    const { values, ...update } = toUpdate(written);
    const command = new UpdateItemCommand({
      TableName: this.tableName,
      Key: keyOf(seen.externalId),
      ...update,
      ConditionExpression: "#revision = :seen",
      ExpressionAttributeValues: { ...values, ":seen": toAttribute(seen.revision) },
    });
    await unlessSuperseded(seen.externalId, this.client.send(command, options));
    return { ...seen, ...written };
  }

  /**
   * Changes a connection, and decides again on the latest record whenever somebody else wrote it in the meantime.
   *
   * @param seen as it was read
   * @param changesOf what the connection is to become; undefined leaves it as it is
   * @returns the connection as it is now
   * @throws SupersededError if the record no longer exists
   */
  async change(
    seen: Connection,
    changesOf: (latest: Connection) => Changes | undefined,
  ): Promise<Connection> {
    for (let latest = seen; ; ) {
      const changes = changesOf(latest);
      if (!changes) return latest;
      try {
        return await this.update(latest, changes);
      } catch (error) {
        if (!(error instanceof SupersededError)) throw error;
        const current = await this.get(seen.externalId);
        if (!current) throw error;
        latest = current;
      }
    }
  }

  /**
   * Deletes a connection that nobody has heard of yet.
   * @throws SupersededError if it is no longer as it was read
   */
  async delete({ externalId, revision }: Connection): Promise<void> {
    const command = new DeleteItemCommand({
      TableName: this.tableName,
      Key: keyOf(externalId),
      ConditionExpression: "revision = :seen",
      ExpressionAttributeValues: { ":seen": toAttribute(revision) },
    });
    await unlessSuperseded(externalId, this.client.send(command));
  }

  /** A region's connections, the newest first. Eventually consistent. */
  ofRegion(region: string): AsyncGenerator<Connection> {
    const partition = { index: "byRegion", attribute: "region", value: region } as const;
    return readPartition(this.client, this.tableName, partition);
  }

  /** The connections of stacks that phone home to a topic, the newest first. Eventually consistent. */
  ofTopic(topicArn: string): AsyncGenerator<Connection> {
    const partition = { index: "byTopic", attribute: "topicArn", value: topicArn } as const;
    return readPartition(this.client, this.tableName, partition);
  }

  /** The members of an organization, by account. Eventually consistent. */
  membersOf(organization: string): AsyncGenerator<Connection> {
    const partition = { index: "byOrganization", attribute: "organization", value: organization } as const;
    return readPartition(this.client, this.tableName, partition);
  }

  /**
   * Reads a connection, and counts an attempt to connect in the same call if it is pending and an account's, and `max` allows it: one call
   * less that a customer waits for. Strongly consistent.
   */
  async findAndCount(
    externalId: string,
    attempt: Attempt,
    options: CallOptions = {},
  ): Promise<{ readonly connection: Connection | undefined; readonly isCounted: boolean }> {
    const command = countAndReadCommand(this.tableName, externalId, attempt);
    try {
      const { Attributes } = await this.client.send(command, options);
      return { connection: fromItem(Attributes), isCounted: true };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { connection: fromItem(error.Item), isCounted: false };
    }
  }

  /**
   * Counts one attempt to use a role, before it is made.
   * @returns false, and counts nothing, if there were as many as allowed
   */
  countAttempt({ externalId }: Connection, max: number, options: CallOptions = {}): Promise<boolean> {
    return this.isMet(countCommand(this.tableName, externalId, "attempts", max), options);
  }

  /** Gives back an attempt that was counted. @param refused whether its response was refused, which is counted */
  async giveBackAttempt(
    { externalId }: Connection,
    refused: boolean,
    options: CallOptions = {},
  ): Promise<void> {
    await this.isMet(giveBackCommand(this.tableName, externalId, refused), options);
  }

  /**
   * Counts one confirmation code that the tenant tries, before it is compared.
   * @returns false, and counts nothing, if there were as many as allowed
   */
  countConfirmationTry({ externalId }: Connection, max: number): Promise<boolean> {
    return this.isMet(countCommand(this.tableName, externalId, "confirmationTries", max));
  }

  /** Whether the condition of a write was met, and it was made. */
  private async isMet(command: UpdateItemCommand, options: CallOptions = {}): Promise<boolean> {
    try {
      await this.client.send(command, options);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}

/** @throws SupersededError where the condition of a write does not hold */
async function unlessSuperseded(externalId: string, write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) throw new SupersededError(externalId, error);
    throw error;
  }
}
