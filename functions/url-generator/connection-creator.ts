import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { v4 as uuid } from "uuid";
import { type Connection, hasOwnRole, isEnded } from "../domain/connection.js";
import { grantedToOf } from "../domain/granted-to.js";
import { ONLY_TIER, tierNames } from "../domain/grants.js";
import { deleteAfter } from "../domain/topic-statement.js";
import { timeLimits } from "../runtime/time-limits.js";
import type { UrlGeneratorConfig } from "./config.js";
import { IdempotencyKeys, type KeyedRequest } from "./idempotency.js";
import type { NewConnection } from "./limits.js";
import { checkPermissionsBoundary } from "./permissions-boundary.js";
import { RejectedError } from "./problems.js";
import type { RegionalResources } from "./regional-resources.js";

/** What a caller asks for. */
export interface WantedConnection {
  /** Whether a whole organization is to connect. */
  readonly kind?: "organization" | undefined;
  readonly accountId: string;
  readonly region: string;
  readonly tenant: string;
  /** The managed policy that is to limit the customer's role, by name or ARN. */
  readonly permissionsBoundary?: string | undefined;
  /** One of the tiers of grants; the first one where none is named. */
  readonly tier?: string | undefined;
  /** Absent where a stack is to make the role. */
  readonly method?: "role" | undefined;
  /** The caller's `Idempotency-Key`, if there is one. */
  readonly idempotencyKey?: string | undefined;
}

export interface Created {
  readonly connection: Connection;
  /** Whether it is new; otherwise an earlier request with the same key created it. */
  readonly isNew: boolean;
}

/**
 * Creates connections: within the limits, once for each idempotency key, and for a stack never without a statement in a topic policy.
 */
export class ConnectionCreator {
  private readonly keys: IdempotencyKeys;

  constructor(
    private readonly resources: RegionalResources,
    tableName: string,
    private readonly config: UrlGeneratorConfig,
    private readonly onCreated: (connection: Connection) => void,
  ) {
    const home = new DynamoDBClient({ requestHandler: timeLimits(1000, 5000) });
    this.keys = new IdempotencyKeys(home, tableName);
  }

  /** @throws RejectedError if there are too many links or connections, or the key was used for something else */
  async create(wanted: WantedConnection): Promise<Created> {
    checkPermissionsBoundary(wanted);
    const keyed = keyedRequest(wanted);
    const now = new Date();
    for (;;) {
      const earlier = keyed && (await this.keys.find(keyed, now));
      if (earlier && !earlier.hasSameBody) {
        throw new RejectedError(
          "conflict",
          "This Idempotency-Key was used for another account, organization, region, tier, method or permissions boundary. Use a new key for each link.",
          "Idempotency-Key",
        );
      }
      const { connections, topicChoice } = this.resources.in(wanted.region);
      const existing = earlier && (await connections.get(earlier.externalId));
      const hasEnded = existing !== undefined && isEnded(existing);
      if (existing && !hasEnded) {
        // The request that created it may not have added the statement yet.
        const isPublishing = existing.status === "pending" && !hasOwnRole(existing);
        const connection = isPublishing ? await topicChoice.ensureStatement(existing, connections) : existing;
        return { connection, isNew: false };
      }
      // The request that claimed the key may have ended before it wrote the connection.
      const unused = hasEnded ? undefined : earlier?.externalId;
      const connection = this.newConnection(wanted, unused ?? `${wanted.region}:${uuid()}`, now);
      const { externalId, expiresAt } = connection;
      const claim = { externalId, expiresAt, deleteAfter: deleteAfter({ status: "pending", expiresAt }) };
      const isClaimed =
        !keyed || unused !== undefined || (await this.keys.claim(keyed, claim, now, existing?.externalId));
      if (isClaimed) return this.write(connection, keyed);
    }
  }

  private newConnection(
    {
      kind,
      accountId,
      region,
      tenant,
      permissionsBoundary,
      method,
      tier = tierNames(this.config.grants)[0],
    }: WantedConnection,
    externalId: string,
    now: Date,
  ): NewConnection {
    const { vendorName, linkLifetimeHours, confirmation } = this.config;
    const expires = new Date(now.getTime() + linkLifetimeHours * 3_600_000);
    const link = { status: "pending", expiresAt: expires.toISOString() } as const;
    return {
      ...link,
      externalId,
      ...(kind && { kind }),
      accountId,
      region,
      tenant,
      grantedTo: grantedToOf(vendorName, tenant),
      permissionsBoundary,
      method,
      ...(tier !== ONLY_TIER && { tier }),
      revision: 1,
      createdAt: now.toISOString(),
      deleteAfter: deleteAfter(link),
      ...(confirmation === "code" && { confirmation: "required" }),
    };
  }

  /** If there can be no statement, neither the connection nor its key stays, so that nothing unusable counts against a limit. */
  private async write(connection: NewConnection, keyed: KeyedRequest | undefined): Promise<Created> {
    const { connections, limited, topicChoice } = this.resources.in(connection.region);
    try {
      const created = await (hasOwnRole(connection)
        ? limited.create(connection)
        : topicChoice.place(connection, connections, limited));
      this.onCreated(created);
      return { connection: created, isNew: true };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) {
        // Another request with the same key was faster, or the SDK repeated a call that had succeeded.
        const existing = await connections.get(connection.externalId);
        if (existing && hasOwnRole(existing)) return { connection: existing, isNew: false };
        if (existing) {
          return { connection: await topicChoice.ensureStatement(existing, connections), isNew: false };
        }
      }
      if (keyed) await Promise.allSettled([this.keys.release(keyed)]);
      throw error;
    }
  }
}

function keyedRequest({ tenant, idempotencyKey, ...body }: WantedConnection): KeyedRequest | undefined {
  return idempotencyKey === undefined ? undefined : { tenant, key: idempotencyKey, body };
}
