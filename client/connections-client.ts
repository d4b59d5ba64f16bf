import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { type Connection, currentStatus, hasOwnRole, isUsable } from "../functions/domain/connection.js";
import { ConnectionRepository } from "../functions/domain/connection-repository.js";
import { dueIn } from "../functions/domain/due.js";
import { isExternalId, regionOfExternalId } from "../functions/domain/external-id.js";
import {
  type ConnectionFilter,
  type ConnectionPage,
  Listing,
  type PageOptions,
} from "../functions/domain/listing.js";
import { timeLimits } from "../functions/runtime/time-limits.js";
import { type CredentialProvider, type Credentials, SharedCredentials, sessionName } from "./credentials.js";
import {
  NotConfirmedError,
  NotConnectedError,
  RoleGoneError,
  UnknownConnectionError,
  UnsafeConnectionError,
} from "./errors.js";
import { type ConnectionsClientOptions, requireOptions } from "./options.js";

/** One connection: by its external ID, or the newest usable one of a tenant's account. */
export type ConnectionSelector =
  | { readonly externalId: string }
  | { readonly accountId: string; readonly tenant: string };

export interface CredentialOptions {
  /** An IAM policy (JSON) that further limits what the session may do with the role. @default no further limit */
  readonly sessionPolicy?: string;
  /** How long the credentials are valid, in seconds: 900 to 3600. @default 3600 */
  readonly durationSeconds?: number;
  /** Overrides the client's `caller`. */
  readonly caller?: string;
}

/** All that are listed at some time are due by then. */
const FAR_FUTURE = new Date("9999-12-31");

/** Once this many are cached, expired ones are dropped. */
const MAX_CACHED_CREDENTIALS = 1000;

/** Finds a stack's connections and gets credentials for their roles. Create one and keep it: it caches the credentials. */
export class ConnectionsClient {
  private readonly regional = new Map<string, DynamoDBClient>();
  private readonly shared = new Map<string, SharedCredentials>();
  private readonly listing: Listing;

  /** @throws TypeError if an option is missing */
  constructor(private readonly options: ConnectionsClientOptions) {
    requireOptions(options);
    this.listing = new Listing(this.dynamoDB(options.homeRegion), options.tableName, options.regions);
  }

  /**
   * A credential provider, for the AWS SDK's clients, for the role that a customer created. It looks up the connection, assumes
   * its role with the recorded external ID, and does so again before the credentials expire. Calls for the same connection
   * with the same options share one set of credentials.
   *
   * When a client first uses it, the provider may throw
   * {@link UnknownConnectionError}, {@link NotConnectedError}, {@link NotConfirmedError}, {@link RoleGoneError},
   * {@link UnsafeConnectionError}, or an error from DynamoDB or STS.
   *
   * @example new EC2Client({ region: "eu-west-1", credentials: connections.credentialsFor({ externalId }) })
   */
  credentialsFor(selector: ConnectionSelector, options: CredentialOptions = {}): CredentialProvider {
    const selected = "externalId" in selector ? [selector.externalId] : [selector.accountId, selector.tenant];
    const { sessionPolicy, durationSeconds, caller = this.options.caller } = options;
    const key = JSON.stringify([selected, sessionPolicy, durationSeconds, caller]);
    const known = this.shared.get(key);
    if (known) return known.get;
    if (this.shared.size >= MAX_CACHED_CREDENTIALS) this.dropStale();
    const created = new SharedCredentials(() => this.assumeRoleOf(selector, options));
    this.shared.set(key, created);
    return created.get;
  }

  /**
   * The connection as it is now, whatever its status: a strongly consistent read from the replica in its own region.
   * @throws UnknownConnectionError
   */
  async find(selector: ConnectionSelector): Promise<Connection> {
    if ("externalId" in selector) return this.get(selector.externalId);
    const { accountId, tenant } = selector;
    let newest: Connection | undefined;
    for await (const connection of this.listConnections({ accountId, tenant })) {
      newest ??= connection;
      // The index may lag behind: only the record itself is current.
      if (isUsable(connection) || connection.status === "unreachable") {
        const latest = await this.get(connection.externalId);
        if (isUsable(latest)) return latest;
      }
    }
    if (newest) return this.get(newest.externalId);
    throw new UnknownConnectionError(
      `The AWS account ${accountId} has no connection for tenant "${tenant}": create a link for it.`,
    );
  }

  /**
   * The connections that match, newest first. Eventually consistent: changes of the last second may be missing.
   *
   * @example for await (const connection of connections.listConnections({ tenant: "4711" })) …
   */
  listConnections(filter: ConnectionFilter = {}): AsyncGenerator<Connection> {
    return this.listing.all(filter);
  }

  /** The same, one page at a time. */
  listPage(filter: ConnectionFilter = {}, options: PageOptions = {}): Promise<ConnectionPage> {
    return this.listing.page(filter, options);
  }

  /** The organizations whose accounts are listed, or were until a moment ago. @throws Error without the option `regions` */
  async *listOrganizations(): AsyncGenerator<Connection> {
    const { regions, tableName } = this.options;
    if (regions === undefined) throw new Error("Listing organizations needs the client's option regions.");
    for (const region of regions) {
      const due = dueIn({ client: this.dynamoDB(region), tableName, region }, "nextListingAt");
      for await (const { externalId } of due(FAR_FUTURE)) yield await this.get(externalId);
    }
  }

  /**
   * The accounts of an organization, whatever their status, by account number. Eventually consistent.
   * @param organization the external ID of the organization's connection
   */
  listMembers(organization: string): AsyncGenerator<Connection> {
    const client = this.dynamoDB(regionOfExternalId(organization));
    return new ConnectionRepository(client, this.options.tableName).membersOf(organization);
  }

  private async get(externalId: string): Promise<Connection> {
    const unknown = () =>
      new UnknownConnectionError(
        `There is no connection with the external ID "${externalId}". Run onboarding list to see which there are.`,
        externalId,
      );
    if (!isExternalId(externalId)) throw unknown();
    const client = this.dynamoDB(regionOfExternalId(externalId));
    const connection = await new ConnectionRepository(client, this.options.tableName).get(externalId);
    if (!connection) throw unknown();
    return connection;
  }

  private async assumeRoleOf(selector: ConnectionSelector, options: CredentialOptions): Promise<Credentials> {
    const connection = await this.find(selector);
    const { externalId, roleArn, region, tenant, accountId } = connection;
    assertUsable(connection);
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
      // STS in the connection's own region, which the customer's account has certainly enabled.
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
        `The role in the AWS account ${accountId} cannot be assumed: it was deleted, it no longer trusts this caller, or this caller lacks the policy in the stack's output clientPolicyArn. Run onboarding why ${externalId} to find out.`,
        externalId,
        error,
      );
    }
  }

  private dynamoDB(region: string): DynamoDBClient {
    const known = this.regional.get(region);
    if (known) return known;
    const created = new DynamoDBClient({
      requestHandler: timeLimits(),
      ...this.options.clientOptions,
      region,
    });
    this.regional.set(region, created);
    return created;
  }

  private dropStale(): void {
    for (const [key, credentials] of this.shared) {
      if (credentials.isStale) this.shared.delete(key);
    }
  }
}

/**
 * A role last found unreachable is tried all the same: the customer may have repaired it since the last probe. Not one that the customer made: it may
 * be another one by now, and only a probe tells.
 */
function assertUsable(connection: Connection): void {
  const { externalId, accountId, status, confirmation, reason } = connection;
  if (status === "unsafe") {
    throw new UnsafeConnectionError(
      `The connection to the AWS account ${accountId} is unsafe. ${reason ?? ""}`.trim(),
      externalId,
    );
  }
  if (status === "unreachable" && hasOwnRole(connection)) {
    throw new RoleGoneError(
      `The role in the AWS account ${accountId} is out of reach. ${reason ?? ""}`.trim(),
      externalId,
    );
  }
  if (status !== "connected" && status !== "unreachable") {
    const current = currentStatus(connection, new Date());
    throw new NotConnectedError(
      `The AWS account ${accountId} is not connected: this connection is ${current}. Run onboarding why ${externalId} to find out what to do.`,
      externalId,
    );
  }
  if (confirmation === "required") {
    throw new NotConfirmedError(
      `The connection to the AWS account ${accountId} is not confirmed: its tenant has to enter the code shown in the customer's stack outputs.`,
      externalId,
    );
  }
}
