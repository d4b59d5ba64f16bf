/** Which of a region's topics a new connection gets. */
import type { SNSClient } from "@aws-sdk/client-sns";
import { type Allowed, Topic } from "../aws/topic.js";
import type { CapacityHint } from "../domain/capacity-hint.js";
import { type Connection, hasOpenStack, isConnected } from "../domain/connection.js";
import type { ConnectionRepository } from "../domain/connection-repository.js";
import { statementLabel } from "../domain/topic-statement.js";
import { LikelyCapacity } from "./likely-capacity.js";
import type { LimitedConnections, NewConnection } from "./limits.js";
import { RejectedError } from "./problems.js";

/** How long what was read from the policies is good enough to say whether there is capacity. */
const CAPACITY_CACHE_MILLISECONDS = 60_000;

/** How often, and how far apart, a connection is read again while another request is finding a topic for it. */
const MAX_READS = 5;
const BACKOFF_MILLISECONDS = 200;

/** How many policies are read at a time, while capacity is looked for. */
const MAX_CONCURRENT_READS = 20;

/** So many topics have to refuse an account before it is rejected: the policy of one may be broken. */
const MAX_REFUSALS = 2;

/** What is known of a region's topics besides their ARNs. */
export interface TopicChoiceOptions {
  /** Whether accounts have to opt in to the region. */
  readonly isOptIn?: boolean;
  /** Where most likely there is capacity. */
  readonly hint?: Pick<CapacityHint, "read">;
  /** Called with a topic that refused an account which another topic then took: something is wrong with its policy. */
  readonly onRefusingTopic?: (topicArn: string) => void;
}

/** One region's topics, for the lifetime of this function. */
export class TopicChoice {
  private readonly topics: readonly Topic[];
  private readonly likely: LikelyCapacity;
  /** Where the last connection found capacity: as long as nothing else is known, there most likely is more. */
  private last: Topic | undefined;
  private cached: { readonly at: number; readonly hasCapacity: Promise<boolean> } | undefined;

  constructor(
    private readonly region: string,
    topicArns: readonly string[],
    sns: SNSClient,
    private readonly options: TopicChoiceOptions = {},
  ) {
    this.topics = topicArns.map((arn) => new Topic(sns, arn));
    this.likely = new LikelyCapacity(this.topics.length, this.topics.length > 1 ? options.hint : undefined);
  }

  /**
   * Writes a new connection and then lets its account publish, in this order: whoever may publish has a record to be checked
   * against. It gets the topic of the account's open stack if there is one, and otherwise the first topic with capacity.
   *
   * @param limited writes it, if the limits allow
   * @returns the connection as it was written
   * @throws RejectedError if there are too many, SNS refuses the account or no topic has capacity: then nothing stays behind
   * @throws ConditionalCheckFailedException if the external ID is taken
   */
  async place(
    connection: NewConnection,
    connections: Pick<ConnectionRepository, "update" | "delete">,
    limited: Pick<LimitedConnections, "create" | "release">,
  ): Promise<Connection> {
    const ranked = await this.ranked();
    const [likeliest] = ranked;
    if (!likeliest) throw this.noCapacity();
    let placed = await limited.create(connection, (others) => (this.ofOpenStack(others) ?? likeliest).arn);
    const refusing: Topic[] = [];
    try {
      for await (const topic of candidates(ranked, placed.topicArn)) {
        if (topic.arn !== placed.topicArn) {
          placed = await connections.update(placed, { topicArn: topic.arn });
        }
        const result = await allow(topic, placed);
        if (result === "refused" && refusing.push(topic) === MAX_REFUSALS) break;
        if (result === "full") this.likely.full(this.topics.indexOf(topic));
        if (result !== "allowed") continue;
        this.likely.taken(this.topics.indexOf(topic));
        for (const { arn } of refusing) this.options.onRefusingTopic?.(arn);
        this.last = topic;
        return placed;
      }
      throw refusing.length > 0 ? this.refused(connection.accountId) : this.noCapacity();
    } catch (error) {
      // Without its statement the connection does not stay, so that nothing unusable counts against a limit.
      await connections.delete(placed).then(
        () => limited.release(placed),
        () => {},
      );
      throw error;
    }
  }

  /**
   * Makes sure that a pending connection's account may publish: the request that created it may not have got that far.
   *
   * @returns the connection as it is now
   * @throws RejectedError if SNS refuses the account or no topic has capacity
   */
  async ensureStatement(seen: Connection, connections: ConnectionRepository): Promise<Connection> {
    let connection: Connection | undefined = seen;
    let isRefused = false;
    for (let read = 1; connection && read <= MAX_READS; read++) {
      const { topicArn } = connection;
      const topic = this.topics.find(({ arn }) => arn === topicArn);
      const result = topic && (await allow(topic, connection));
      if (result === "allowed") return connection;
      isRefused = result === "refused";
      if (isRefused) break;
      // Its topic is full: the request that created it is trying the others.
      await new Promise((resolve) => setTimeout(resolve, BACKOFF_MILLISECONDS));
      connection = await connections.get(connection.externalId);
    }
    // Nothing is trying any more: the function that created it has ended meanwhile, or it fares no better.
    const moved = await this.move(connection ?? seen, connections);
    if (moved) return moved;
    throw isRefused ? this.refused(seen.accountId) : this.noCapacity();
  }

  /** @returns undefined if no other topic takes the account */
  private async move(
    connection: Connection,
    connections: ConnectionRepository,
  ): Promise<Connection | undefined> {
    let moved = connection;
    const others = this.topics.filter(({ arn }) => arn !== connection.topicArn);
    for await (const topic of withCapacity(others)) {
      moved = await connections.update(moved, { topicArn: topic.arn });
      const result = await allow(topic, moved);
      if (result === "allowed") return moved;
      if (result === "refused") break;
    }
    return undefined;
  }

  /** Whether there is capacity for another connection; may be a minute out of date. */
  async hasCapacity(): Promise<boolean> {
    if (!this.cached || Date.now() - this.cached.at > CAPACITY_CACHE_MILLISECONDS) {
      this.cached = { at: Date.now(), hasCapacity: this.readCapacity() };
    }
    // Failing to read the policies does not close a region: whoever creates a link there will be told more.
    return this.cached.hasCapacity.catch(() => true);
  }

  private async readCapacity(): Promise<boolean> {
    for await (const _ of withCapacity(await this.ranked())) return true;
    return false;
  }

  /** SNS does not say why: every cause there can be, the likeliest first. */
  private refused(accountId: string): RejectedError {
    const optIn = this.options.isOptIn
      ? ` Or it has not enabled ${this.region}, which accounts have to opt in to: enable it in the AWS console under "AWS Regions" of the account's settings, or choose another region.`
      : "";
    return new RejectedError(
      "refusedAccount",
      `AWS does not accept the account ${accountId}. The number may be wrong, or the account closed: compare it with the one that the AWS console shows at the top right.${optIn} If the account is right, the fault is on our side: please tell us.`,
      "accountId",
    );
  }

  private noCapacity(): RejectedError {
    this.cached = { at: Date.now(), hasCapacity: Promise.resolve(false) };
    return new RejectedError(
      "noCapacity",
      `${this.region} has no capacity for another connection at the moment. Choose another region, or try again later.`,
      "region",
    );
  }

  /** All topics, the likeliest to have capacity first. Without a hint it is where the last connection found some. */
  private async ranked(): Promise<readonly Topic[]> {
    const ranked = await this.likely.ranked();
    if (ranked) return ranked.flatMap((number) => this.topics[number] ?? []);
    const first = this.last ?? this.topics[0];
    return first ? [first, ...this.topics.filter((topic) => topic !== first)] : [];
  }

  /**
   * The topic of an open stack, if there is one. Its owner may want to move it to the new link, and a stack can change everything but its
   * ServiceToken.
   */
  private ofOpenStack(connections: readonly Connection[]): Topic | undefined {
    const open = connections.filter((one) => isConnected(one) || hasOpenStack(one));
    return this.topics.find(({ arn }) => open.some(({ topicArn }) => topicArn === arn));
  }
}

/** The topics to try: the first one, and then those of the others that have capacity when they are read, the likeliest first. */
async function* candidates(ranked: readonly Topic[], first: string | undefined): AsyncGenerator<Topic> {
  yield* ranked.filter(({ arn }) => arn === first);
  yield* withCapacity(ranked.filter(({ arn }) => arn !== first));
}

function allow(topic: Topic, { externalId, accountId }: Connection): Promise<Allowed> {
  return topic.allow(statementLabel(externalId), accountId);
}

/** Those that have capacity when they are read: the first one alone, because it most likely has, and then some at a time. */
async function* withCapacity(topics: readonly Topic[]): AsyncGenerator<Topic> {
  for (let next = 0, count = 1; next < topics.length; next += count, count = MAX_CONCURRENT_READS) {
    const read = topics.slice(next, next + count).map(async (topic) => ({
      topic,
      free: (await topic.policy()).freeCapacity,
    }));
    for (const { topic, free } of await Promise.all(read)) if (free > 0) yield topic;
  }
}
