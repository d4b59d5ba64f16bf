/**
 * The connection: one customer account linked to the vendor, and the only record that this system keeps.
 *
 * Everything about a connection is written in the replica of its own region. Each write is conditional on the revision
 * that was read, so that of two writers at once one has to look again.
 */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";

/**
 * Where a connection stands. A pending one whose link is past `expiresAt` counts as expired, which is never written.
 * `unreachable` and `unsafe` are connected ones with something wrong with their role.
 */
export type Status = "pending" | "connected" | "unreachable" | "unsafe" | "disconnected" | "cancelled";

export interface Connection {
  /** `<region>:<uuid>`: the record's key, and the condition in the trust policy of the customer's role. */
  readonly externalId: string;
  /** The customer's account, 12 digits. */
  readonly accountId: string;
  readonly region: string;
  /** The ServiceToken of the customer's stack. */
  readonly topicArn: string;
  /** The vendor's own number for the customer who asked for the link; "" where callers have none. */
  readonly tenant: string;
  /** Who gets access, as the customer's stack shows it. */
  readonly grantedTo: string;
  readonly status: Status;
  /** When the status was last changed; absent while it is the first one. */
  readonly statusChangedAt?: string | undefined;
  /** Counts the writes; each is conditional on the one before. */
  readonly revision: number;
  /** ISO 8601, like every time here but `deleteAfter`. */
  readonly createdAt: string;
  /** When the link stops. */
  readonly expiresAt: string;
  /** Seconds since 1970, for DynamoDB's TTL; absent while the connection or one of its stacks lives. */
  readonly deleteAfter?: number | undefined;
  readonly roleArn?: string | undefined;
  /** The connected stack, and the name of its custom resource. */
  readonly stackId?: string | undefined;
  readonly logicalResourceId?: string | undefined;
  /** The last request that was applied, and when it was published. */
  readonly requestId?: string | undefined;
  readonly requestedAt?: string | undefined;
  readonly templateVersion?: string | undefined;
  /** Stacks whose Create was answered and whose Delete was not: they still need to publish. */
  readonly openStackIds?: readonly string[] | undefined;
  /** Stacks that are gone without ever having been connected: their late Creates connect nothing. */
  readonly deletedStacks?: readonly string[] | undefined;
  /** How often a role was probed for a Create or another role, since an update last went well. */
  readonly attempts?: number | undefined;
  readonly connectedAt?: string | undefined;
  /** When a probe last found the role in order. */
  readonly verifiedAt?: string | undefined;
  /** When the role is to be probed again; absent where there is nothing to probe. */
  readonly nextProbeAt?: string | undefined;
  readonly disconnectedAt?: string | undefined;
  readonly cancelledAt?: string | undefined;
  /** Why the last attempt failed, as the customer saw it. */
  readonly reason?: string | undefined;
  /** Whether the tenant has to enter the code that the customer's stack shows, or has done so; absent where none is asked for. */
  readonly confirmation?: "required" | "done" | undefined;
  /** That code, made in the write that connected. It is shown in the customer's account and nowhere else. */
  readonly confirmationCode?: string | undefined;
  /** How many codes the tenant has tried. */
  readonly confirmationTries?: number | undefined;
}

/** New values; undefined removes an attribute. */
export type Changes = Partial<Omit<Connection, "externalId" | "revision">>;

/** Somebody else wrote the record since it was read: read it and decide again. */
export class SupersededError extends Error {
  constructor(externalId: string, cause: unknown) {
    super(`The connection ${shortened(externalId)} changed while it was being worked on.`, { cause });
    this.name = "SupersededError";
  }
}

const DAY_SECONDS = 24 * 60 * 60;

/** A record is kept for this long after its connection ended. */
export const KEPT_SECONDS = 30 * DAY_SECONDS;

/** When TTL may remove the record of a connection that ended, or can no longer begin, at a time. */
export function deleteAfter(ended: Date): number {
  return Math.ceil(ended.getTime() / 1000) + KEPT_SECONDS;
}

/** Whether the customer's role is in use, whatever the last probe said. */
export function isConnected({ status }: Pick<Connection, "status">): boolean {
  return status === "connected" || status === "unreachable" || status === "unsafe";
}

/**
 * Whether the vendor may use the customer's role: it is in order, and where a code has to confirm that the tenant and
 * the customer belong together, it was entered.
 */
export function isUsable({ status, confirmation }: Pick<Connection, "status" | "confirmation">): boolean {
  return status === "connected" && confirmation !== "required";
}

/** Whether a text has the form of an external ID: the region, a colon and a random UUID. */
export function isExternalId(text: string): boolean {
  return /^[a-z]{2}(?:-[a-z]+)+-[0-9]:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(
    text,
  );
}

/** The region that an external ID begins with. */
export function regionOfExternalId(externalId: string): string {
  return externalId.slice(0, externalId.indexOf(":"));
}

/** An external ID as logs may show it: enough to find the record, too little to use it. */
export function shortened(externalId: string): string {
  return externalId.length > 20 ? `${externalId.slice(0, externalId.indexOf(":") + 9)}…` : externalId;
}

/** How long a call may take. */
export interface CallOptions {
  readonly abortSignal?: AbortSignal;
}

/** The connections of one region's replica. */
export class Connections {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly tableName: string,
  ) {}

  /** Strongly consistent. @returns undefined where there is none */
  async get(externalId: string, options: CallOptions = {}): Promise<Connection | undefined> {
    const { Item } = await this.client.send(
      new GetItemCommand({ TableName: this.tableName, Key: key(externalId), ConsistentRead: true }),
      options,
    );
    return Item && fromItem(Item);
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
    const begins = changes.status !== undefined && changes.status !== seen.status;
    const written = {
      ...changes,
      ...(begins && { statusChangedAt: new Date().toISOString() }),
      revision: seen.revision + 1,
    };
    const entries = Object.entries(written);
    const isRemoved = (value: unknown) => value === undefined || (Array.isArray(value) && value.length === 0);
    const set = entries.filter(([, value]) => !isRemoved(value));
    const removed = entries.filter(([, value]) => isRemoved(value));
    const removal = removed.length > 0 ? ` REMOVE ${removed.map(([name]) => `#${name}`).join(", ")}` : "";
    const input = {
      TableName: this.tableName,
      Key: key(seen.externalId),
      UpdateExpression: `SET ${set.map(([name]) => `#${name} = :${name}`).join(", ")}${removal}`,
      ConditionExpression: "#revision = :seen",
      ExpressionAttributeNames: Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, toAttribute(value)])),
        ":seen": toAttribute(seen.revision),
      },
    };
    try {
      await this.client.send(new UpdateItemCommand(input), options);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) throw new SupersededError(seen.externalId, error);
      throw error;
    }
    return { ...seen, ...written };
  }

  /**
   * Takes back a connection that nobody has heard of yet.
   * @throws SupersededError if it is no longer as it was made
   */
  async takeBack({ externalId, revision }: Connection, options: CallOptions = {}): Promise<void> {
    try {
      await this.client.send(
        new DeleteItemCommand({
          TableName: this.tableName,
          Key: key(externalId),
          ConditionExpression: "revision = :seen",
          ExpressionAttributeValues: { ":seen": toAttribute(revision) },
        }),
        options,
      );
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) throw new SupersededError(externalId, error);
      throw error;
    }
  }

  /** An account's connections, of all regions, the newest first. Eventually consistent, as every index is. */
  ofAccount(accountId: string, options: CallOptions = {}): AsyncGenerator<Connection> {
    return this.query("byAccount", "accountId", accountId, options);
  }

  /** A region's connections, the newest first. Eventually consistent, as every index is. */
  ofRegion(region: string, options: CallOptions = {}): AsyncGenerator<Connection> {
    return this.query("byRegion", "region", region, options);
  }

  private async *query(
    IndexName: string,
    attribute: string,
    value: string,
    options: CallOptions,
  ): AsyncGenerator<Connection> {
    let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
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
        // A record of a connection's history could get into an index, too.
        if (item.item?.S === "connection") yield fromItem(item);
      }
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
  }

  /**
   * Counts one attempt to connect, before it is made.
   * @returns false, and counts nothing, if there were as many as allowed
   */
  countAttempt(connection: Connection, most: number, options: CallOptions = {}): Promise<boolean> {
    return this.count("attempts", connection, most, options);
  }

  /**
   * Counts one code that the tenant tries, before it is compared.
   * @returns false, and counts nothing, if there were as many as allowed
   */
  countConfirmationTry(connection: Connection, most: number, options: CallOptions = {}): Promise<boolean> {
    return this.count("confirmationTries", connection, most, options);
  }

  private async count(
    counter: "attempts" | "confirmationTries",
    { externalId }: Connection,
    most: number,
    options: CallOptions,
  ): Promise<boolean> {
    try {
      await this.client.send(
        new UpdateItemCommand({
          TableName: this.tableName,
          Key: key(externalId),
          UpdateExpression: "ADD #counter :one",
          ConditionExpression:
            "attribute_exists(externalId) AND (attribute_not_exists(#counter) OR #counter < :most)",
          ExpressionAttributeNames: { "#counter": counter },
          ExpressionAttributeValues: { ":one": toAttribute(1), ":most": toAttribute(most) },
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

function key(externalId: string): Record<string, AttributeValue> {
  return { externalId: { S: externalId }, item: { S: "connection" } };
}

function toItem(connection: Connection): Record<string, AttributeValue> {
  // An empty text cannot be the key of an index, as the tenant is: DynamoDB refuses the whole item.
  const entries = Object.entries(connection).filter(([, value]) => value !== undefined && value !== "");
  return {
    ...Object.fromEntries(entries.map(([name, value]) => [name, toAttribute(value)])),
    ...key(connection.externalId),
  };
}

function toAttribute(value: unknown): AttributeValue {
  if (typeof value === "number") return { N: String(value) };
  if (Array.isArray(value)) return { SS: value };
  return { S: String(value) };
}

/** @returns the record; whoever reads it trusts that only this program's functions write to the table */
export function fromItem(item: Readonly<Record<string, AttributeValue>>): Connection {
  const entries = Object.entries(item).filter(([name]) => name !== "item");
  const values = entries.map(([name, { S, N, SS }]) => [
    name,
    N === undefined ? (SS ? [...SS].sort() : S) : Number(N),
  ]);
  return { tenant: "", ...Object.fromEntries(values) } as Connection;
}
