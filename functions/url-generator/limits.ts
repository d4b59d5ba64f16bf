/**
 * How many statements of a region's topics one tenant, and one account of a tenant, may hold: there are few, and a statement stays for a while after its
 * link is cancelled or expires. A connection without a statement counts the same: it lets its tenant have roles of the account probed. Every region counts for itself, because everything about a connection is written in its own region.
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  BatchGetItemCommand,
  type CancellationReason,
  type DynamoDBClient,
  TransactionCanceledException,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { type Connection, isConnected, isExpired } from "../domain/connection.js";
import { fromItem, keyOf, toAttribute } from "../domain/connection-item.js";
import type { ConnectionRepository } from "../domain/connection-repository.js";
import { isHeld } from "../domain/topic-statement.js";
import { accountHolder, addTo, type Holder, type HolderItem, tenantHolder, toHolderItem } from "./holders.js";
import { RejectedError } from "./problems.js";

/** A week, the longest lifetime that can be configured. */
export const MAX_LINK_LIFETIME_HOURS = 168;

/** What may be held in each region. */
export interface Limits {
  readonly pendingLinksPerAccount: number;
  readonly pendingLinksPerTenant: number;
  readonly connectionsPerAccount: number;
}

/** A connection before its topic is chosen. */
export type NewConnection = Omit<Connection, "topicArn">;

/** For so long it is tried again where other requests write the same items, in milliseconds; and how long at most between two tries. */
const MAX_WAIT_MILLISECONDS = 8000;
const MAX_PAUSE_MILLISECONDS = 500;

/** BatchGetItem takes no more keys. */
const MAX_BATCH = 100;

/** A holder with what is known of it. */
interface Watched {
  readonly holder: Holder;
  /** Undefined as long as it seems to hold little. */
  counting?: HolderItem | undefined;
  /** The connections of its item. */
  readonly check: (connections: readonly Connection[]) => readonly Connection[];
}

/** Writes the new connections of one region, each together with what it counts for. */
export class LimitedConnections {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly tableName: string,
    private readonly connections: ConnectionRepository,
    private readonly limits: Limits,
  ) {}

  /**
   * Writes a connection unless there are too many.
   *
   * @param topicArnBeside chooses its topic, from the account's other connections; undefined where no stack is to publish
   * @returns the connection as it was written
   * @throws RejectedError if the account or the tenant has reached a limit: then nothing is written
   * @throws ConditionalCheckFailedException if the external ID is taken
   */
  async create(
    wanted: NewConnection,
    topicArnBeside?: (others: readonly Connection[]) => string,
  ): Promise<Connection> {
    const now = new Date(wanted.createdAt);
    let others: readonly Connection[] = [];
    const account: Watched = {
      holder: accountHolder(wanted),
      check: (connections) => {
        others = connections;
        return this.checkAccount(wanted, connections, now);
      },
    };
    const tenant: Watched = {
      holder: tenantHolder(wanted, this.limits.pendingLinksPerTenant),
      check: (connections) => this.checkTenant(wanted, connections, now),
    };
    const watched = wanted.tenant === "" ? [account] : [account, tenant];
    const started = performance.now();
    for (let pause = 20; ; pause = Math.min(2 * pause, MAX_PAUSE_MILLISECONDS)) {
      const connection = { ...wanted, ...(topicArnBeside && { topicArn: topicArnBeside(others) }) };
      const reasons = await this.write(connection, watched, now);
      if (!reasons) return connection;
      if (performance.now() - started > MAX_WAIT_MILLISECONDS) throw tooBusy();
      // Whoever else writes the same items is done in a moment, and not all who wait should try again at once.
      if (reasons.some(({ Code }) => Code === "TransactionConflict")) await sleep(pause * Math.random());
      for (const [index, one] of watched.entries()) {
        if (reasons[index]?.Code !== "ConditionalCheckFailed") continue;
        const item = toHolderItem(reasons[index]?.Item);
        const counting = item && one.check(await this.read(item.externalIds));
        one.counting = item &&
          counting && { ...item, externalIds: counting.map(({ externalId }) => externalId) };
      }
    }
  }

  /** Takes a connection out of the count that could not be made after all. What cannot be taken out now is found to be gone later. */
  async release(connection: Connection): Promise<void> {
    const holders = [accountHolder(connection), tenantHolder(connection, 1)];
    const removals = holders.slice(0, connection.tenant === "" ? 1 : 2).map(({ key }) =>
      this.client.send(
        new UpdateItemCommand({
          TableName: this.tableName,
          Key: { ...key },
          UpdateExpression: "ADD revision :one DELETE externalIds :removed",
          ConditionExpression: "attribute_exists(externalId)",
          ExpressionAttributeValues: {
            ":one": toAttribute(1),
            ":removed": toAttribute([connection.externalId]),
          },
        }),
      ),
    );
    await Promise.allSettled(removals);
  }

  /** @returns why it was not written, for each holder; undefined if it was */
  private async write(
    connection: Connection,
    watched: readonly Watched[],
    now: Date,
  ): Promise<readonly CancellationReason[] | undefined> {
    const { externalId } = connection;
    try {
      await this.connections.create(
        connection,
        watched.map(({ holder, counting }) => addTo(this.tableName, holder, { externalId, now, counting })),
      );
      return undefined;
    } catch (error) {
      const [own, ...reasons] =
        error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
      const codes = [own, ...reasons].map((reason) => reason?.Code);
      const isExpected = ["ConditionalCheckFailed", "TransactionConflict"].some((code) =>
        codes.includes(code),
      );
      if (!isExpected) throw error;
      return own?.Code === "TransactionConflict" ? [...reasons, own] : reasons;
    }
  }

  /** Strongly consistent: a connection of the item that is not there is gone. */
  private async read(externalIds: readonly string[]): Promise<readonly Connection[]> {
    const found: Connection[] = [];
    let keys = externalIds.map(keyOf);
    while (keys.length > 0) {
      const { Responses, UnprocessedKeys } = await this.client.send(
        new BatchGetItemCommand({
          RequestItems: { [this.tableName]: { Keys: keys.slice(0, MAX_BATCH), ConsistentRead: true } },
        }),
      );
      found.push(...(Responses?.[this.tableName] ?? []).flatMap((item) => fromItem(item) ?? []));
      keys = [...(UnprocessedKeys?.[this.tableName]?.Keys ?? []), ...keys.slice(MAX_BATCH)];
    }
    return found;
  }

  /** @returns those that still count @throws RejectedError if one more would be too many */
  private checkAccount(
    { accountId, region, externalId }: NewConnection,
    connections: readonly Connection[],
    now: Date,
  ): readonly Connection[] {
    const { pendingLinksPerAccount, connectionsPerAccount } = this.limits;
    const others = connections.filter((one) => one.externalId !== externalId && isHeld(one, now));
    const held = others.filter(holdsWithoutConnection).length;
    if (held >= pendingLinksPerAccount) {
      throw new RejectedError(
        "tooMany",
        `The AWS account ${accountId} has ${held} links in ${region} without a connection, which is the limit. Use one of them, or wait: ${WHEN_THEY_STOP_COUNTING}`,
        "accountId",
      );
    }
    const possible = others.filter((one) => isConnected(one) || isUsableLink(one, now)).length;
    if (possible >= connectionsPerAccount) {
      throw new RejectedError(
        "tooMany",
        `The AWS account ${accountId} has ${possible} connections in ${region}, with links that can still become one, and ${connectionsPerAccount} is the limit. Delete a stack that is no longer needed, cancel a link, or ask us for a higher limit.`,
        "accountId",
      );
    }
    return others;
  }

  /** @returns those that still count @throws RejectedError if one more would be too many */
  private checkTenant(
    { region, externalId }: NewConnection,
    connections: readonly Connection[],
    now: Date,
  ): readonly Connection[] {
    // What connected once counts for its account alone: a tenant may have any number of connections.
    const held = connections.filter(
      (one) => one.externalId !== externalId && isHeld(one, now) && one.acceptedAt === undefined,
    );
    if (held.length >= this.limits.pendingLinksPerTenant) {
      throw new RejectedError(
        "tooMany",
        `You have ${held.length} links in ${region} without a connection, which is the limit. Use one of them, ask us for a higher limit, or wait: ${WHEN_THEY_STOP_COUNTING}`,
      );
    }
    return held;
  }
}

const WHEN_THEY_STOP_COUNTING =
  "one that is cancelled or expires counts for one more day, and one whose stack failed until the stack is deleted, for 30 days at most.";

/** A Create that may turn out to be forged has connected nothing yet. */
function holdsWithoutConnection(connection: Connection): boolean {
  return !isConnected(connection) || connection.acceptedAt === undefined;
}

function isUsableLink(connection: Connection, now: Date): boolean {
  return connection.status === "pending" && !isExpired(connection, now);
}

function tooBusy(): RejectedError {
  return new RejectedError(
    "busy",
    "Too many links are being made at this moment. Try again in a few seconds.",
  );
}
