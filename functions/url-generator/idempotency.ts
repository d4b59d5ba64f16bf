/**
 * Remembers under which key which link was asked for, so that a request that is sent again makes no second one.
 *
 * A key's record lies in the home region whatever region the link is for: only so are two requests with the same key and
 * different regions seen to differ. It holds hashes alone, and is in no index.
 */
import { createHash } from "node:crypto";
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";

/** A key as one tenant uses it for one body. */
export interface KeyedRequest {
  readonly tenant: string;
  /** The caller's `Idempotency-Key`. */
  readonly key: string;
  /** The checked body, or whatever else has to be the same. */
  readonly body: unknown;
}

/** What a key was used for first. */
export interface KeyRecord {
  readonly externalId: string;
  readonly sameBody: boolean;
}

export class IdempotencyKeys {
  constructor(
    /** Of the home region. */
    private readonly client: DynamoDBClient,
    private readonly tableName: string,
  ) {}

  /** Strongly consistent. @returns undefined for a key that is new, or whose link has expired since */
  async find(request: KeyedRequest, now: Date): Promise<KeyRecord | undefined> {
    const { Item } = await this.client.send(
      new GetItemCommand({ TableName: this.tableName, Key: itemKey(request), ConsistentRead: true }),
    );
    const { connection, body, expiresAt } = Item ?? {};
    if (!connection?.S || !body?.S || (expiresAt?.S ?? "") <= now.toISOString()) return undefined;
    return { externalId: connection.S, sameBody: body.S === hash(request.body) };
  }

  /**
   * Takes a key for a connection that is about to be made.
   *
   * @param expiresAt ISO 8601: the key is free again when its link is
   * @returns false if somebody else was faster
   */
  async take(
    request: KeyedRequest,
    externalId: string,
    expiresAt: string,
    deleteAfter: number,
    now: Date,
  ): Promise<boolean> {
    try {
      await this.client.send(
        new PutItemCommand({
          TableName: this.tableName,
          Item: {
            ...itemKey(request),
            connection: { S: externalId },
            body: { S: hash(request.body) },
            expiresAt: { S: expiresAt },
            deleteAfter: { N: String(deleteAfter) },
          },
          ConditionExpression: "attribute_not_exists(externalId) OR expiresAt <= :now",
          ExpressionAttributeValues: { ":now": { S: now.toISOString() } },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  /** Gives a key back whose connection could not be made. */
  async giveBack(request: KeyedRequest): Promise<void> {
    await this.client.send(new DeleteItemCommand({ TableName: this.tableName, Key: itemKey(request) }));
  }
}

function itemKey({ tenant, key }: KeyedRequest) {
  return { externalId: { S: `idempotency-key:${hash([tenant, key])}` }, item: { S: "idempotency-key" } };
}

function hash(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
