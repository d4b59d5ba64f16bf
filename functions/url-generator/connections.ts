import { timingSafeEqual } from "node:crypto";
import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SNSClient } from "@aws-sdk/client-sns";
import { v4 as uuid } from "uuid";
import { topicArns } from "../aws/topic.js";
import { type Connection, deleteAfter, isConnected } from "../domain/connection.js";
import { ConnectionRepository } from "../domain/connection-repository.js";
import { isExternalId, regionOfExternalId } from "../domain/external-id.js";
import { cancel, NotCancellableError } from "../domain/transitions.js";
import type { UrlGeneratorConfig } from "./config.js";
import type { UrlGeneratorEnvironment } from "./environment.js";
import { IdempotencyKeys, type KeyedRequest } from "./idempotency.js";
import { PendingLinks } from "./limits.js";
import { quickCreateLink } from "./link.js";
import { RefusedError } from "./problems.js";
import { TopicChoice } from "./topic-choice.js";

/** What a customer wants to connect. */
export interface NewConnection {
  readonly accountId: string;
  readonly region: string;
  readonly tenant: string;
  /** The caller's `Idempotency-Key`, if there is one. */
  readonly idempotencyKey?: string | undefined;
}

export interface MadeConnection {
  readonly connection: Connection;
  /** Whether it is new; otherwise it was made for an earlier request with the same key. */
  readonly isNew: boolean;
}

/** How many codes a tenant may try: with 30^8 codes a guess is hopeless. */
const MAX_CONFIRMATION_TRIES = 5;

const MAKE_A_NEW_LINK = "Make a new link for this account.";

/** Makes connections and ends them, each in the replica and on the topic of its own region. */
export class ConnectionMaker {
  private readonly topics: Readonly<Record<string, number>>;
  private readonly keys: IdempotencyKeys;
  private readonly pendingLinks: PendingLinks;
  private readonly regional = new Map<
    string,
    { readonly connections: ConnectionRepository; readonly topicChoice: TopicChoice }
  >();

  constructor(
    private readonly environment: UrlGeneratorEnvironment,
    private readonly config: UrlGeneratorConfig,
    /** Told of each new connection. */
    private readonly onMade: (connection: Connection) => void = () => {},
  ) {
    const home = new DynamoDBClient({});
    this.topics = JSON.parse(environment.TOPICS);
    this.keys = new IdempotencyKeys(home, environment.TABLE_NAME);
    this.pendingLinks = new PendingLinks(home, environment.TABLE_NAME, {
      perAccount: config.pendingLinksPerAccount,
      perTenant: config.pendingLinksPerTenant,
    });
  }

  /** The regions that are offered. */
  get regions(): readonly string[] {
    return this.config.regions;
  }

  /** Whether a region has room for another connection. */
  hasRoom(region: string): Promise<boolean> {
    return this.in(region).topicChoice.hasRoom();
  }

  /** @throws RefusedError if there are too many pending links, or the key was used for something else */
  async create(wanted: NewConnection): Promise<MadeConnection> {
    const keyed = keyedRequest(wanted);
    const now = new Date();
    for (;;) {
      const earlier = keyed && (await this.keys.find(keyed, now));
      if (earlier && !earlier.sameBody) {
        throw new RefusedError(
          "conflict",
          "This Idempotency-Key was used for another account or region. Take a new key for each link.",
          "Idempotency-Key",
        );
      }
      const { connections, topicChoice } = this.in(wanted.region);
      const made = earlier && (await connections.get(earlier.externalId));
      if (made) {
        // Whoever made it may still be about to add the permission.
        const connection = made.status === "pending" ? await topicChoice.permit(made, connections) : made;
        return { connection, isNew: false };
      }
      await this.pendingLinks.check(wanted.accountId, wanted.tenant, now);
      const connection = this.newConnection(wanted, earlier?.externalId ?? `${wanted.region}:${uuid()}`, now);
      const { externalId, expiresAt } = connection;
      const taken =
        !keyed ||
        earlier !== undefined ||
        (await this.keys.take(keyed, externalId, expiresAt, deleteAfter(new Date(expiresAt)), now));
      if (taken) return this.write(connection, keyed);
    }
  }

  /** @returns undefined where there is none, whatever the text is */
  async find(externalId: string): Promise<Connection | undefined> {
    // Connections of a region that was retired are still there.
    if (!isExternalId(externalId) || !(regionOfExternalId(externalId) in this.topics)) return undefined;
    return this.in(regionOfExternalId(externalId)).connections.get(externalId);
  }

  /**
   * Cancels a pending connection. Of a cancellation and a stack's Create at the same moment one is written first, and the
   * other reads again: they never both succeed. Only the record changes; a stack that is open still has to publish.
   *
   * @param connection as it was read
   * @throws RefusedError if it is connected or has ended
   */
  async cancel(connection: Connection): Promise<void> {
    try {
      await this.in(connection.region).connections.change(connection, (latest) => cancel(latest, new Date()));
    } catch (error) {
      if (error instanceof NotCancellableError) throw new RefusedError("conflict", error.message);
      throw error;
    }
  }

  /**
   * Confirms a connection with the code that the customer's stack shows.
   *
   * @returns the connection as it is then
   * @throws RefusedError if the code is wrong, too many were tried, or there is nothing to confirm
   */
  async confirm(connection: Connection, code: string): Promise<Connection> {
    const { connections } = this.in(connection.region);
    if (!isConnected(connection)) {
      throw new RefusedError(
        "conflict",
        "There is nothing to confirm before the customer's stack is connected.",
      );
    }
    if (connection.confirmation !== "required" || !connection.confirmationCode) return connection;
    if (!(await connections.countConfirmationTry(connection, MAX_CONFIRMATION_TRIES))) {
      throw new RefusedError(
        "conflict",
        `${MAX_CONFIRMATION_TRIES} wrong codes were entered, and this connection can no longer be confirmed. ${MAKE_A_NEW_LINK}`,
      );
    }
    if (!isSameCode(code, connection.confirmationCode)) {
      throw new RefusedError(
        "wrongCode",
        `That is not the code. Copy the output ConfirmationCode of the stack in the AWS account ${connection.accountId}; after ${MAX_CONFIRMATION_TRIES} wrong codes a new link is needed.`,
        "code",
      );
    }
    return connections.change(connection, (latest) => {
      if (latest.confirmationCode !== connection.confirmationCode) {
        throw new RefusedError("conflict", "The connection ended while the code was being checked.");
      }
      return { confirmation: "done" };
    });
  }

  /** The connection's link. */
  readonly link = (connection: Connection): string =>
    quickCreateLink({
      ...connection,
      templateUrl: this.environment.TEMPLATE_URL,
      trustedAccount: this.environment.TRUSTED_ACCOUNT,
    });

  private newConnection(
    { accountId, region, tenant }: NewConnection,
    externalId: string,
    now: Date,
  ): Omit<Connection, "topicArn"> {
    const { vendorName, linkLifetimeHours, confirmation } = this.config;
    const expires = new Date(now.getTime() + linkLifetimeHours * 3_600_000);
    return {
      externalId,
      accountId,
      region,
      tenant,
      grantedTo: tenant === "" ? vendorName : `${vendorName} (${tenant})`,
      status: "pending",
      revision: 1,
      createdAt: now.toISOString(),
      expiresAt: expires.toISOString(),
      deleteAfter: deleteAfter(expires),
      ...(confirmation === "code" && { confirmation: "required" }),
    };
  }

  /** Without its permission neither the connection nor its key stays, so that nothing counts that cannot be used. */
  private async write(
    connection: Omit<Connection, "topicArn">,
    keyed: KeyedRequest | undefined,
  ): Promise<MadeConnection> {
    const { connections, topicChoice } = this.in(connection.region);
    try {
      const made = await topicChoice.place(connection, connections);
      this.onMade(made);
      return { connection: made, isNew: true };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) {
        // Another request with the same key was faster, or the SDK has tried again what had been written.
        const existing = await connections.get(connection.externalId);
        if (existing) return { connection: await topicChoice.permit(existing, connections), isNew: false };
      }
      if (keyed) await Promise.allSettled([this.keys.giveBack(keyed)]);
      throw error;
    }
  }

  private in(region: string) {
    const known = this.regional.get(region);
    if (known) return known;
    const { TABLE_NAME, TOPIC_PREFIX, TRUSTED_ACCOUNT } = this.environment;
    const arns = topicArns(region, TRUSTED_ACCOUNT, TOPIC_PREFIX, this.topics[region] ?? 0);
    const made = {
      connections: new ConnectionRepository(new DynamoDBClient({ region }), TABLE_NAME),
      topicChoice: new TopicChoice(region, arns, new SNSClient({ region })),
    };
    this.regional.set(region, made);
    return made;
  }
}

function keyedRequest({
  accountId,
  region,
  tenant,
  idempotencyKey,
}: NewConnection): KeyedRequest | undefined {
  return idempotencyKey === undefined
    ? undefined
    : { tenant, key: idempotencyKey, body: { accountId, region } };
}

/** In constant time, so that an answer's delay tells nothing of a code. People add spaces and dashes, and forget capitals. */
function isSameCode(given: string, code: string): boolean {
  const bytes = Buffer.from(given.replace(/[\s-]/g, "").toUpperCase());
  const expected = Buffer.from(code);
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}
