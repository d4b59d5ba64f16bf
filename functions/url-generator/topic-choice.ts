/** Which of a region's topics a new connection gets. */
import type { SNSClient } from "@aws-sdk/client-sns";
import { type Connection, type Connections, isConnected } from "../shared/connection.js";
import { Topic } from "../shared/topic.js";

/** AWS has no account of this number. */
export class UnknownAccountError extends Error {
  readonly status = 422;
  readonly title = "Unknown account";

  constructor(accountId: string) {
    super(`AWS knows no account ${accountId}. Check the number: it is at the top right of the AWS console.`);
    this.name = "UnknownAccountError";
  }
}

/** Every topic of the region has as many permissions as AWS lets it have. */
export class NoRoomError extends Error {
  readonly status = 503;
  readonly title = "No room";

  constructor(region: string) {
    super(
      `${region} has no room for another connection at the moment. Try another region, or ask again later.`,
    );
    this.name = "NoRoomError";
  }
}

/** One region's topics, for as long as this function lives. */
export class TopicChoice {
  private readonly topics: readonly Topic[];
  /** Where the last connection found room: most likely there is more of it. */
  private last: Topic | undefined;

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
   * @throws UnknownAccountError, NoRoomError: then nothing is left behind
   */
  async place(connection: Omit<Connection, "topicArn">, connections: Connections): Promise<Connection> {
    let placed: Connection | undefined;
    for await (const topic of this.candidates(connection.accountId, connections)) {
      if (placed) {
        placed = await connections.update(placed, { topicArn: topic.arn });
      } else {
        placed = { ...connection, topicArn: topic.arn };
        await connections.create(placed);
      }
      // When it is not known whether this worked, the record stays: the sweep puts the two together.
      const result = await topic.allow(placed);
      if (result === "allowed") {
        this.last = topic;
        return placed;
      }
      if (result === "unknownAccount") {
        await connections.forget(placed);
        throw new UnknownAccountError(connection.accountId);
      }
    }
    if (placed) await connections.forget(placed);
    throw new NoRoomError(this.region);
  }

  /** The topics to try, the likeliest first; of the others, those that had room when they were looked at. */
  private async *candidates(accountId: string, connections: Connections): AsyncGenerator<Topic> {
    const tried = new Set<Topic>();
    const preferred = (await this.ofOpenStack(accountId, connections)) ?? this.last ?? this.topics[0];
    if (preferred) {
      tried.add(preferred);
      yield preferred;
    }
    const others = this.topics.filter((topic) => !tried.has(topic));
    const rooms = await Promise.all(
      others.map(async (topic) => ({ topic, room: (await topic.policy()).room })),
    );
    yield* rooms.filter(({ room }) => room > 0).map(({ topic }) => topic);
  }

  /**
   * The topic of the account's stack in this region, if it has an open one. Its owner may want to move it to the new link;
   * a stack can change everything but its ServiceToken.
   */
  private async ofOpenStack(accountId: string, connections: Connections): Promise<Topic | undefined> {
    for await (const other of connections.ofAccount(accountId)) {
      const isOpen = isConnected(other) || (other.stacks?.length ?? 0) > 0;
      const topic =
        other.region === this.region && isOpen && this.topics.find(({ arn }) => arn === other.topicArn);
      if (topic) return topic;
    }
    return undefined;
  }
}
