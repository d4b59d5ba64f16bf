/**
 * Where connections are kept: the DynamoDB table's replica of one region.
 *
 * Everything about a connection is written in the replica of its own region. Each write is conditional on the revision
 * that was read, so that of two concurrent writers one has to read again.
 */
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { Changes, Connection } from "./connection.js";
import { fromItem, type Item, keyOf, toAttribute, toItem } from "./connection-item.js";
import { shortened } from "./external-id.js";

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

/** The connections of one region's replica. */
export class ConnectionRepository {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly tableName: string,
  ) {}

  /** Strongly consistent. @returns undefined where there is none */
  async get(externalId: string, options: CallOptions = {}): Promise<Connection | undefined> {
    const { Item } = await this.client.send(
      new GetItemCommand({ TableName: this.tableName, Key: keyOf(externalId), ConsistentRead: true }),
      options,
    );
    return fromItem(Item);
  }

  /** @throws ConditionalCheckFailedException if the external ID is taken */
  async create(connection: Connection, options: CallOptions = {}): Promise<void> {
    await this.client.send(
      new PutItemCommand({
        TableName: this.tableName,
        Item: toItem(connection),
        ConditionExpression: "attribute_not_exists(externalId)",
      }),
      options,
    );
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
    const entries = Object.entries(written);
    const isRemoved = (value: unknown) => value === undefined || (Array.isArray(value) && value.length === 0);
    const set = entries.filter(([, value]) => !isRemoved(value));
    const removed = entries.filter(([, value]) => isRemoved(value));
    const removal = removed.length > 0 ? ` REMOVE ${removed.map(([name]) => `#${name}`).join(", ")}` : "";
    const command = new UpdateItemCommand({
      TableName: this.tableName,
      Key: keyOf(seen.externalId),
      UpdateExpression: `SET ${set.map(([name]) => `#${name} = :${name}`).join(", ")}${removal}`,
      ConditionExpression: "#revision = :seen",
      ExpressionAttributeNames: Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, toAttribute(value)])),
        ":seen": toAttribute(seen.revision),
      },
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
    options: CallOptions = {},
  ): Promise<Connection> {
    for (let latest = seen; ; ) {
      const changes = changesOf(latest);
      if (!changes) return latest;
      try {
        return await this.update(latest, changes, options);
      } catch (error) {
        if (!(error instanceof SupersededError)) throw error;
        const current = await this.get(seen.externalId, options);
        if (!current) throw error;
        latest = current;
      }
    }
  }

  /**
   * Deletes a connection that nobody has heard of yet.
   * @throws SupersededError if it is no longer as it was read
   */
  async delete({ externalId, revision }: Connection, options: CallOptions = {}): Promise<void> {
    const command = new DeleteItemCommand({
      TableName: this.tableName,
      Key: keyOf(externalId),
      ConditionExpression: "revision = :seen",
      ExpressionAttributeValues: { ":seen": toAttribute(revision) },
    });
    await unlessSuperseded(externalId, this.client.send(command, options));
  }

  /** An account's connections in all regions, the newest first. Eventually consistent, as every index is. */
  ofAccount(accountId: string, options: CallOptions = {}): AsyncGenerator<Connection> {
    return this.query("byAccount", "accountId", accountId, options);
  }

  /** A region's connections, the newest first. Eventually consistent, as every index is. */
  ofRegion(region: string, options: CallOptions = {}): AsyncGenerator<Connection> {
    return this.query("byRegion", "region", region, options);
  }

  /**
   * Counts one attempt to connect, before it is made.
   * @returns false, and counts nothing, if there were as many as allowed
   */
  countAttempt(connection: Connection, max: number, options: CallOptions = {}): Promise<boolean> {
    return this.count("attempts", connection, max, options);
  }

  /**
   * Counts one confirmation code that the tenant tries, before it is compared.
   * @returns false, and counts nothing, if there were as many as allowed
   */
  countConfirmationTry(connection: Connection, max: number, options: CallOptions = {}): Promise<boolean> {
    return this.count("confirmationTries", connection, max, options);
  }

  private async *query(
    IndexName: string,
    attribute: string,
    value: string,
    options: CallOptions,
  ): AsyncGenerator<Connection> {
    let ExclusiveStartKey: Item | undefined;
    do {
      const page = await this.client.send(
        new QueryCommand({
          TableName: this.tableName,
          IndexName,
          KeyConditionExpression: "#attribute = :value",
          ExpressionAttributeNames: { "#attribute": attribute },
          ExpressionAttributeValues: { ":value": toAttribute(value) },
          ScanIndexForward: false,
          ExclusiveStartKey,
        }),
        options,
      );
      for (const item of page.Items ?? []) {
        const connection = fromItem(item);
        if (connection) yield connection;
      }
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
  }

  private async count(
    counter: "attempts" | "confirmationTries",
    { externalId }: Connection,
    max: number,
    options: CallOptions,
  ): Promise<boolean> {
    try {
      await this.client.send(
        new UpdateItemCommand({
          TableName: this.tableName,
          Key: keyOf(externalId),
          UpdateExpression: "ADD #counter :one",
          ConditionExpression:
            "attribute_exists(externalId) AND (attribute_not_exists(#counter) OR #counter < :max)",
          ExpressionAttributeNames: { "#counter": counter },
          ExpressionAttributeValues: { ":one": toAttribute(1), ":max": toAttribute(max) },
        }),
        options,
      );
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
