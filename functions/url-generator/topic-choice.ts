/** Which of a region's topics a new connection gets. */
import type { SNSClient } from "@aws-sdk/client-sns";
import { Topic } from "../aws/topic.js";
import { type Connection, isConnected } from "../domain/connection.js";
import type { ConnectionRepository } from "../domain/connection-repository.js";
import { statementLabel } from "../domain/topic-statement.js";
import { RefusedError } from "./problems.js";

/** How long a look at the policies is good enough to say whether there is room. */
const LOOK_MILLISECONDS = 60_000;

/** How often, and after what time, a connection is read again that another request is finding room for. */
const MAX_LOOKS = 5;
const WAIT_MILLISECONDS = 200;

/** One region's topics, for as long as this function lives. */
export class TopicChoice {
  private readonly topics: readonly Topic[];
  /** Where the last connection found room: most likely there is more of it. */
  private last: Topic | undefined;
  private looked: { readonly at: number; readonly hasRoom: Promise<boolean> } | undefined;

  constructor(
    private readonly region: string,
    topicArns: readonly string[],
    sns: SNSClient,
  ) {
    this.topics = topicArns.map((arn) => new Topic(sns, arn));
  }

  /**
   * Writes a new connection and lets its account publish, in this order: whoever may publish has a record to be checked
   * against. The connection is on the first topic that has room, and of an account with an open stack on that stack's.
   *
   * @returns the connection as it was written
   * @throws RefusedError if AWS knows no such account or no topic has room: then nothing is left behind
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
          const made = { ...connection, topicArn: topic.arn };
          await connections.create(made);
          placed = made;
        }
        const result = await topic.allow(statementLabel(placed.externalId), placed.accountId);
        if (result === "unknownAccount") throw unknownAccount(connection);
        if (result === "full") continue;
        this.last = topic;
        return placed;
      }
      throw this.noRoom();
    } catch (error) {
      // Without the permission the connection does not stay, so that nothing counts that cannot be used.
      if (placed) await Promise.allSettled([connections.delete(placed)]);
      throw error;
    }
  }

  /**
   * Makes sure that a pending connection's account may publish: the request that made it may not have got that far.
   *
   * @returns the connection as it is now
   * @throws RefusedError if AWS knows no such account or no topic has room
   */
  async permit(seen: Connection, connections: ConnectionRepository): Promise<Connection> {
    let connection: Connection | undefined = seen;
    for (let look = 1; connection && look <= MAX_LOOKS; look++) {
      const { externalId, accountId, topicArn } = connection;
      const topic = this.topics.find(({ arn }) => arn === topicArn);
      const result = await topic?.allow(statementLabel(externalId), accountId);
      if (result === "allowed") return connection;
      if (result === "unknownAccount") throw unknownAccount(connection);
      // Its topic has no room: the request that made it is trying the others.
      await new Promise((resolve) => setTimeout(resolve, WAIT_MILLISECONDS));
      connection = await connections.get(connection.externalId);
    }
    // Nobody tries any more: the function that made it has ended in between.
    return this.moveToRoom(connection ?? seen, connections);
  }

  /** @throws RefusedError if no topic has room; the connection stays where it is */
  private async moveToRoom(connection: Connection, connections: ConnectionRepository): Promise<Connection> {
    let moved = connection;
    for (const topic of await this.withRoom(this.topics.filter(({ arn }) => arn !== connection.topicArn))) {
      moved = await connections.update(moved, { topicArn: topic.arn });
      if ((await topic.allow(statementLabel(moved.externalId), moved.accountId)) === "allowed") return moved;
    }
    throw this.noRoom();
  }

  /** Whether there is room for another connection, as far as is known: as good as a minute old. */
  async hasRoom(): Promise<boolean> {
    if (!this.looked || Date.now() - this.looked.at > LOOK_MILLISECONDS) {
      this.looked = { at: Date.now(), hasRoom: this.lookForRoom() };
    }
    // A region that cannot be asked is not closed by that; whoever makes a link there is told more.
    return this.looked.hasRoom.catch(() => true);
  }

  /** The newest topic is the likeliest one. */
  private async lookForRoom(): Promise<boolean> {
    for (const topic of this.topics.toReversed()) {
      if ((await topic.policy()).freeCapacity > 0) return true;
    }
    return false;
  }

  private noRoom(): RefusedError {
    this.looked = { at: Date.now(), hasRoom: Promise.resolve(false) };
    return new RefusedError(
      "noRoom",
      `${this.region} has no room for another connection at the moment. Choose another region, or ask again later.`,
      "region",
    );
  }

  /** The topics to try, the likeliest first; of the others, those that had room when they were looked at. */
  private async *candidates(accountId: string, connections: ConnectionRepository): AsyncGenerator<Topic> {
    const tried = new Set<Topic>();
    const preferred = (await this.ofOpenStack(accountId, connections)) ?? this.last ?? this.topics[0];
    if (preferred) {
      tried.add(preferred);
      yield preferred;
    }
    yield* await this.withRoom(this.topics.filter((topic) => !tried.has(topic)));
  }

  private async withRoom(topics: readonly Topic[]): Promise<Topic[]> {
    const rooms = await Promise.all(
      topics.map(async (topic) => ({ topic, room: (await topic.policy()).freeCapacity })),
    );
    return rooms.filter(({ room }) => room > 0).map(({ topic }) => topic);
  }

  /**
   * The topic of the account's stack in this region, if it has an open one. Its owner may want to move it to the new link;
   * a stack can change everything but its ServiceToken.
   */
  private async ofOpenStack(
    accountId: string,
    connections: ConnectionRepository,
  ): Promise<Topic | undefined> {
    if (this.topics.length === 1) return undefined;
    for await (const other of connections.ofAccount(accountId)) {
      const isOpen = isConnected(other) || (other.openStackIds?.length ?? 0) > 0;
      const topic =
        other.region === this.region && isOpen && this.topics.find(({ arn }) => arn === other.topicArn);
      if (topic) return topic;
    }
    return undefined;
  }
}

function unknownAccount({ accountId }: Pick<Connection, "accountId">): RefusedError {
  return new RefusedError(
    "unknownAccount",
    `AWS knows no account ${accountId}. Check the number: the console shows it at the top right.`,
    "accountId",
  );
}
