/**
 * Remembers which link was created for which idempotency key, so that a repeated request does not create a second one.
 *
 * A key's record is in the home region, whichever region the link is for: only there can two requests with the same key
 * and different regions be told apart. It holds nothing but hashes, and is in no index.
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
  /** The validated body: a repeated request has the same one. */
  readonly body: unknown;
}

/** What a key was first used for. */
export interface KeyRecord {
  readonly externalId: string;
  readonly hasSameBody: boolean;
}

/** What a key is claimed for: a connection that is about to be created. */
export interface KeyClaim {
  readonly externalId: string;
  /** ISO 8601: when its link expires the key can be used again. */
  readonly expiresAt: string;
  /** For DynamoDB's TTL, seconds since 1970. */
  readonly deleteAfter: number;
}

export class IdempotencyKeys {
  constructor(
    /** Of the home region. */
    private readonly client: DynamoDBClient,
    private readonly tableName: string,
  ) {}

  /** Strongly consistent. @returns undefined for a new key, and for one whose link has expired */
  async find(request: KeyedRequest, now: Date): Promise<KeyRecord | undefined> {
    const { Item } = await this.client.send(
      new GetItemCommand({ TableName: this.tableName, Key: itemKey(request), ConsistentRead: true }),
    );
    const { connection, body, expiresAt } = Item ?? {};
    if (!connection?.S || !body?.S || (expiresAt?.S ?? "") <= now.toISOString()) return undefined;
    return { externalId: connection.S, hasSameBody: body.S === hash(request.body) };
  }

  /**
   * @param ended the external ID of the connection that the key was claimed for, if that has ended
   * @returns false if another request was faster
   */
  async claim(request: KeyedRequest, claim: KeyClaim, now: Date, ended = ""): Promise<boolean> {
    try {
      await this.client.send(
        new PutItemCommand({
          TableName: this.tableName,
          Item: {
            ...itemKey(request),
            connection: { S: claim.externalId },
            body: { S: hash(request.body) },
            expiresAt: { S: claim.expiresAt },
            deleteAfter: { N: String(claim.deleteAfter) },
          },
          ConditionExpression:
            "attribute_not_exists(externalId) OR expiresAt <= :now OR #connection = :ended",
          ExpressionAttributeNames: { "#connection": "connection" },
          ExpressionAttributeValues: { ":now": { S: now.toISOString() }, ":ended": { S: ended } },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  /** Releases a key whose connection could not be created. */
  async release(request: KeyedRequest): Promise<void> {
    await this.client.send(new DeleteItemCommand({ TableName: this.tableName, Key: itemKey(request) }));
  }
}

function itemKey({ tenant, key }: KeyedRequest) {
  return { externalId: { S: `idempotency-key:${hash([tenant, key])}` }, item: { S: "idempotency-key" } };
}

function hash(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
