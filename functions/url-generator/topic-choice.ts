/** Which of a region's topics a new connection gets. */
import type { SNSClient } from "@aws-sdk/client-sns";
import { type Allowed, Topic } from "../aws/topic.js";
import { type Connection, hasOpenStack, isConnected } from "../domain/connection.js";
import type { ConnectionRepository } from "../domain/connection-repository.js";
import { statementLabel } from "../domain/topic-statement.js";
import { RejectedError } from "./problems.js";

/** How long what was read from the policies is good enough to say whether there is capacity. */
const CAPACITY_CACHE_MILLISECONDS = 60_000;

/** How often, and how far apart, a connection is read again while another request is finding a topic for it. */
const MAX_READS = 5;
const BACKOFF_MILLISECONDS = 200;

/** One region's topics, for the lifetime of this function. */
export class TopicChoice {
  private readonly topics: readonly Topic[];
  /** Where the last connection found capacity: most likely there is more. */
  private last: Topic | undefined;
  private cached: { readonly at: number; readonly hasCapacity: Promise<boolean> } | undefined;

  constructor(
    private readonly region: string,
    topicArns: readonly string[],
    sns: SNSClient,
  ) {
    this.topics = topicArns.map((arn) => new Topic(sns, arn));
  }

  /**
   * Writes a new connection and then lets its account publish, in this order: whoever may publish has a record to be checked
   * against. It gets the topic of the account's open stack if there is one, and otherwise the first topic with capacity.
   *
   * @returns the connection as it was written
   * @throws RejectedError if AWS has no such account or no topic has capacity: then nothing stays behind
   * @throws ConditionalCheckFailedException if the external ID is taken
   */
  async place(
    connection: Omit<Connection, "topicArn">,
    connections: ConnectionRepository,
  ): Promise<Connection> {
    let placed: Connection | undefined;
    try {
      for await (const topic of this.candidates(connection.accountId, connections)) {
        if (placed) {
          placed = await connections.update(placed, { topicArn: topic.arn });
        } else {
          const created = { ...connection, topicArn: topic.arn };
          await connections.create(created);
          placed = created;
        }
        if ((await allow(topic, placed)) === "full") continue;
        this.last = topic;
        return placed;
      }
      throw this.noCapacity();
    } catch (error) {
      // Without its statement the connection does not stay, so that nothing unusable counts against a limit.
      if (placed) await Promise.allSettled([connections.delete(placed)]);
      throw error;
    }
  }

  /**
   * Makes sure that a pending connection's account may publish: the request that created it may not have got that far.
   *
   * @returns the connection as it is now
   * @throws RejectedError if AWS has no such account or no topic has capacity
   */
  async ensureStatement(seen: Connection, connections: ConnectionRepository): Promise<Connection> {
    let connection: Connection | undefined = seen;
    for (let read = 1; connection && read <= MAX_READS; read++) {
      const { topicArn } = connection;
      const topic = this.topics.find(({ arn }) => arn === topicArn);
      if (topic && (await allow(topic, connection)) === "allowed") return connection;
      // Its topic is full: the request that created it is trying the others.
      await new Promise((resolve) => setTimeout(resolve, BACKOFF_MILLISECONDS));
      connection = await connections.get(connection.externalId);
    }
    // Nothing is trying any more: the function that created it has ended meanwhile.
    return this.move(connection ?? seen, connections);
  }

  /** @throws RejectedError if no other topic has capacity; the connection stays where it is */
  private async move(connection: Connection, connections: ConnectionRepository): Promise<Connection> {
    let moved = connection;
    const others = this.topics.filter(({ arn }) => arn !== connection.topicArn);
    for (const topic of await withCapacity(others)) {
      moved = await connections.update(moved, { topicArn: topic.arn });
      if ((await allow(topic, moved)) === "allowed") return moved;
    }
    throw this.noCapacity();
  }

  /** Whether there is capacity for another connection; may be a minute out of date. */
  async hasCapacity(): Promise<boolean> {
    if (!this.cached || Date.now() - this.cached.at > CAPACITY_CACHE_MILLISECONDS) {
      this.cached = { at: Date.now(), hasCapacity: this.readCapacity() };
    }
    // Failing to read the policies does not close a region: whoever creates a link there will be told more.
    return this.cached.hasCapacity.catch(() => true);
  }

  /** The newest topic most likely has some. */
  private async readCapacity(): Promise<boolean> {
    for (const topic of this.topics.toReversed()) {
      if ((await topic.policy()).freeCapacity > 0) return true;
    }
    return false;
  }

  private noCapacity(): RejectedError {
    this.cached = { at: Date.now(), hasCapacity: Promise.resolve(false) };
    return new RejectedError(
      "noCapacity",
      `${this.region} has no capacity for another connection at the moment. Choose another region, or try again later.`,
      "region",
    );
  }

  /** The topics to try, the likeliest first, and then those of the others that have capacity when they are read. */
  private async *candidates(accountId: string, connections: ConnectionRepository): AsyncGenerator<Topic> {
    const tried = new Set<Topic>();
    const preferred = (await this.ofOpenStack(accountId, connections)) ?? this.last ?? this.topics[0];
    if (preferred) {
      tried.add(preferred);
      yield preferred;
    }
    yield* await withCapacity(this.topics.filter((topic) => !tried.has(topic)));
  }

  /**
   * The topic of the account's open stack in this region, if there is one. Its owner may want to move it to the new link, and
   * a stack can change everything but its ServiceToken.
   */
  private async ofOpenStack(
    accountId: string,
    connections: ConnectionRepository,
  ): Promise<Topic | undefined> {
    if (this.topics.length === 1) return undefined;
    for await (const other of connections.ofAccount(accountId)) {
      const isOpen = isConnected(other) || hasOpenStack(other);
      const topic =
        other.region === this.region && isOpen && this.topics.find(({ arn }) => arn === other.topicArn);
      if (topic) return topic;
    }
    return undefined;
  }
}

/** @throws RejectedError if AWS has no such account */
async function allow(
  topic: Topic,
  { externalId, accountId }: Connection,
): Promise<Exclude<Allowed, "unknownAccount">> {
  const result = await topic.allow(statementLabel(externalId), accountId);
  if (result !== "unknownAccount") return result;
  throw new RejectedError(
    "unknownAccount",
    `AWS has no account ${accountId}. Check the account ID: the AWS console shows it at the top right.`,
    "accountId",
  );
}

async function withCapacity(topics: readonly Topic[]): Promise<Topic[]> {
  const capacities = await Promise.all(
    topics.map(async (topic) => ({ topic, free: (await topic.policy()).freeCapacity })),
  );
  return capacities.filter(({ free }) => free > 0).map(({ topic }) => topic);
}
