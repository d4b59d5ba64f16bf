import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { type Connection, currentStatus, isUsable } from "../functions/domain/connection.js";
import { ConnectionRepository } from "../functions/domain/connection-repository.js";
import { isExternalId, regionOfExternalId } from "../functions/domain/external-id.js";
import { type CredentialProvider, type Credentials, SharedCredentials, sessionName } from "./credentials.js";
import {
  NotConfirmedError,
  NotConnectedError,
  RoleGoneError,
  UnknownConnectionError,
  UnsafeConnectionError,
} from "./errors.js";
import { type ConnectionFilter, type ConnectionPage, Listing, type PageOptions } from "./listing.js";
import type { ClientOptions } from "./target.js";

/** How a program reaches a stack's connections. */
export interface ConnectionsClientOptions {
  /** The output `tableName` of the stack. */
  readonly tableName: string;
  /** The stack's `aws:region`. */
  readonly homeRegion: string;
  /** The stack's regions; needed to list all connections, and for nothing else. */
  readonly regions?: readonly string[];
  /**
   * Who uses the credentials: a part of the session's name, which the customer reads in CloudTrail.
   * @default onboarding
   */
  readonly caller?: string;
  /** For the clients of DynamoDB and STS. @default credentials and endpoints as the SDK finds them */
  readonly clientOptions?: ClientOptions;
}

/** One connection: by its key, or the newest usable one of a tenant's account. */
export type ConnectionChoice =
  | { readonly externalId: string }
  | { readonly accountId: string; readonly tenant: string };

export interface CredentialOptions {
  /** An IAM policy, JSON: the session may do what the role may and this allows, at most. @default no further limit */
  readonly sessionPolicy?: string;
  /** How long they are good, in seconds: 900 to 3600. @default 3600 */
  readonly durationSeconds?: number;
  /** Instead of the client's. */
  readonly caller?: string;
}

/** With more than this many, those that nobody uses any more are forgotten. */
const KEPT_CREDENTIALS = 1000;

/** Finds the connections of a stack and gets credentials of their roles. Make one and keep it: it is what callers share. */
export class ConnectionsClient {
  private readonly regional = new Map<string, DynamoDBClient>();
  private readonly shared = new Map<string, SharedCredentials>();
  private readonly listing: Listing;

  constructor(private readonly options: ConnectionsClientOptions) {
    this.listing = new Listing(this.dynamoDB(options.homeRegion), options.tableName, options.regions);
  }

  /**
   * A credential provider for clients of the AWS SDK, of the role that a customer created. It looks the connection up, assumes
   * its role with the external ID of the record, and does so again before the credentials expire. Whoever asks for the
   * same connection with the same options shares them.
   *
   * The provider throws, when a client first uses it:
   * {@link UnknownConnectionError}, {@link NotConnectedError}, {@link NotConfirmedError}, {@link RoleGoneError},
   * {@link UnsafeConnectionError}, or what DynamoDB or STS says.
   *
   * @example new EC2Client({ region: "eu-west-1", credentials: connections.credentialsFor({ externalId }) })
   */
  credentialsFor(choice: ConnectionChoice, options: CredentialOptions = {}): CredentialProvider {
    const chosen = "externalId" in choice ? [choice.externalId] : [choice.accountId, choice.tenant];
    const { sessionPolicy, durationSeconds, caller = this.options.caller } = options;
    const key = JSON.stringify([chosen, sessionPolicy, durationSeconds, caller]);
    const known = this.shared.get(key);
    if (known) return known.get;
    if (this.shared.size >= KEPT_CREDENTIALS) this.forgetStale();
    const made = new SharedCredentials(() => this.assumeRoleOf(choice, options));
    this.shared.set(key, made);
    return made.get;
  }

  /**
   * The connection as it is now, whatever its status: read strongly consistent, in the replica of its own region.
   * @throws UnknownConnectionError
   */
  async find(choice: ConnectionChoice): Promise<Connection> {
    if ("externalId" in choice) return this.get(choice.externalId);
    const { accountId, tenant } = choice;
    let newest: Connection | undefined;
    for await (const connection of this.listConnections({ accountId, tenant })) {
      newest ??= connection;
      // The index may lag behind: only the record itself says what is.
      if (isUsable(connection) || connection.status === "unreachable") {
        const latest = await this.get(connection.externalId);
        if (isUsable(latest)) return latest;
      }
    }
    if (newest) return this.get(newest.externalId);
    throw new UnknownConnectionError(
      `The AWS account ${accountId} has no connection of tenant "${tenant}": make a link for it.`,
    );
  }

  /**
   * The connections that match, the newest first. Eventually consistent: what changed a second ago may be missing.
   *
   * @example for await (const connection of connections.listConnections({ tenant: "4711" })) …
   */
  listConnections(filter: ConnectionFilter = {}): AsyncGenerator<Connection> {
    return this.listing.all(filter);
  }

  /** The same, a page at a time. */
  listPage(filter: ConnectionFilter = {}, options: PageOptions = {}): Promise<ConnectionPage> {
    return this.listing.page(filter, options);
  }

  private async get(externalId: string): Promise<Connection> {
    const unknown = () =>
      new UnknownConnectionError(`There is no connection with the external ID "${externalId}".`, externalId);
    if (!isExternalId(externalId)) throw unknown();
    const client = this.dynamoDB(regionOfExternalId(externalId));
    const connection = await new ConnectionRepository(client, this.options.tableName).get(externalId);
    if (!connection) throw unknown();
    return connection;
  }

  private async assumeRoleOf(choice: ConnectionChoice, options: CredentialOptions): Promise<Credentials> {
    const connection = await this.find(choice);
    const { externalId, roleArn, region, tenant, accountId } = connection;
    refuseUnusable(connection);
    const { clientOptions } = this.options;
    const caller = options.caller ?? this.options.caller ?? "onboarding";
    const provider = fromTemporaryCredentials({
      params: {
        RoleArn: roleArn ?? "",
        ExternalId: externalId,
        RoleSessionName: sessionName(caller, tenant),
        DurationSeconds: options.durationSeconds ?? 3600,
        ...(options.sessionPolicy !== undefined && { Policy: options.sessionPolicy }),
      },
      // STS of the customer's region: it is active there.
      clientConfig: {
        region,
        ...(clientOptions?.endpoint !== undefined && { endpoint: clientOptions.endpoint }),
      },
      ...(clientOptions?.credentials && { masterCredentials: clientOptions.credentials }),
    });
    try {
      return await provider();
    } catch (error) {
      if (!(error instanceof Error) || !/^AccessDenied/.test(error.name)) throw error;
      throw new RoleGoneError(
        `The role of the AWS account ${accountId} cannot be assumed: it is gone, it does not trust this caller any more, or this caller lacks the policy of the output clientPolicyArn. Run npm run connections -- why ${externalId}.`,
        externalId,
        error,
      );
    }
  }

  private dynamoDB(region: string): DynamoDBClient {
    const known = this.regional.get(region);
    if (known) return known;
    const made = new DynamoDBClient({ ...this.options.clientOptions, region });
    this.regional.set(region, made);
    return made;
  }

  private forgetStale(): void {
    for (const [key, credentials] of this.shared) {
      if (credentials.isStale) this.shared.delete(key);
    }
  }
}

/** A role that was unreachable is tried: its customer may have mended it since the last probe. */
function refuseUnusable(connection: Connection): void {
  const { externalId, accountId, status, confirmation, reason } = connection;
  if (status === "unsafe") {
    throw new UnsafeConnectionError(
      `The connection of ${accountId} is unsafe. ${reason ?? ""}`.trim(),
      externalId,
    );
  }
  if (status !== "connected" && status !== "unreachable") {
    const current = currentStatus(connection, new Date());
    throw new NotConnectedError(
      `The AWS account ${accountId} is not connected: this connection is ${current}.`,
      externalId,
    );
  }
  if (confirmation === "required") {
    throw new NotConfirmedError(
      `The connection of ${accountId} is not confirmed: its tenant has to enter the code that the customer's stack shows.`,
      externalId,
    );
  }
}
