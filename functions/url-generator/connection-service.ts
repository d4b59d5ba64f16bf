import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type Connection, hasOwnRole, isConnected, isEnded } from "../domain/connection.js";
import { cancel, endByVendor, NotCancellableError, NotEndableError } from "../domain/ending.js";
import { isExternalId, regionOfExternalId } from "../domain/external-id.js";
import {
  type ConnectionFilter,
  type ConnectionPage,
  Listing,
  type PageOptions,
  PageTokenError,
} from "../domain/listing.js";
import type { NamedRole } from "../domain/own-role.js";
import { templateOf } from "../domain/templates.js";
import { timeLimits } from "../runtime/time-limits.js";
import type { UrlGeneratorConfig } from "./config.js";
import { confirm } from "./confirmation.js";
import { ConnectionCreator, type Created, type WantedConnection } from "./connection-creator.js";
import { checkCustomerAccount } from "./customer-account.js";
import type { UrlGeneratorEnvironment } from "./environment.js";
import type { QuickCreateLinkArgs } from "./link.js";
import { OrganizationService } from "./organization-service.js";
import { connectRole, type Verify, verifyWith } from "./own-role.js";
import type { GrantWords } from "./page/grants.js";
import { RejectedError } from "./problems.js";
import { RegionalResources } from "./regional-resources.js";
import { describeRole, type RoleDescription } from "./role-description.js";
import { type StackUpdate, type Templates, updateOf } from "./stack-update.js";
import { TemplateHistory } from "./template-history.js";

/** Told of what happens, for log and metrics. */
export interface Telemetry {
  created(connection: Connection): void;
  /** A topic refused an account that another topic then took. */
  refusingTopic(topicArn: string): void;
}

/** One region after the other, most of them nearly empty; and no request takes longer than its caller waits. */
const MAX_READS_PER_PAGE = 40;

/** What the API does with connections, each in the replica and on the topics of its own region. */
export class ConnectionService {
  private readonly resources: RegionalResources;
  private readonly creator: ConnectionCreator;
  private readonly templates: Templates;
  private readonly listing: Listing;
  readonly organizations: OrganizationService;
  private readonly verify: Verify;

  constructor(
    private readonly environment: UrlGeneratorEnvironment,
    private readonly config: UrlGeneratorConfig,
    telemetry: Telemetry,
  ) {
    this.resources = new RegionalResources(environment, config, (region) => ({
      isOptIn: config.optInRegions.includes(region),
      onRefusingTopic: telemetry.refusingTopic,
    }));
    const home = new DynamoDBClient({ requestHandler: timeLimits(1000, 5000) });
    this.creator = new ConnectionCreator(this.resources, environment.TABLE_NAME, config, telemetry.created);
    this.templates = {
      current: JSON.parse(environment.TEMPLATES),
      grants: config.grants,
      history: new TemplateHistory(home, environment.TABLE_NAME),
    };
    this.organizations = new OrganizationService(this.resources, home, environment.TABLE_NAME);
    this.verify = verifyWith(environment.TOPIC_PREFIX);
    this.listing = new Listing(home, environment.TABLE_NAME, this.resources.regions);
  }

  /** Whether a region has capacity for another connection. */
  hasCapacity(region: string): Promise<boolean> {
    return this.resources.in(region).topicChoice.hasCapacity();
  }

  /**
   * @throws RejectedError if the account cannot be a customer's, there are too many links or connections, or the idempotency key was used
   * for something else
   */
  async create(wanted: WantedConnection): Promise<Created> {
    checkCustomerAccount(wanted.accountId, {
      accountId: this.environment.TRUSTED_ACCOUNT,
      name: this.config.vendorName,
    });
    return this.creator.create(wanted);
  }

  /** @returns undefined if there is no such connection, whatever the text is */
  async find(externalId: string): Promise<Connection | undefined> {
    if (!isExternalId(externalId)) return undefined;
    const region = regionOfExternalId(externalId);
    // A retired region is still served, and its connections can still be found.
    return this.resources.serves(region) ? this.resources.in(region).connections.get(externalId) : undefined;
  }

  /**
   * The connections that match, a page at a time. Eventually consistent.
   *
   * @throws RejectedError if the region is not served, or the page token is not one of this filter's
   */
  async list(
    filter: ConnectionFilter,
    options: Pick<PageOptions, "pageToken" | "withinTenant">,
  ): Promise<ConnectionPage> {
    const { region } = filter;
    if (region !== undefined && !this.resources.serves(region)) {
      const served = this.resources.regions.join(", ");
      throw new RejectedError("invalid", `region "${region}" is not served: use one of ${served}.`, "region");
    }
    try {
      return await this.listing.page(filter, {
        ...options,
        maxReads: MAX_READS_PER_PAGE,
        // An organization may have thousands.
        withoutMembers: true,
      });
    } catch (error) {
      if (error instanceof PageTokenError) throw new RejectedError("invalid", error.message, "pageToken");
      throw error;
    }
  }

  /**
   * Cancels a pending connection, or ends one with a role of the customer's own. If a stack's Create arrives at the same moment, one of the two is written first and the other
   * decides again: they never both succeed. Only the record changes, because an open stack still has to publish.
   *
   * @param connection as it was read
   * @throws RejectedError if a stack is connected, or it has ended
   */
  async cancel(connection: Connection): Promise<void> {
    const { connections } = this.resources.in(connection.region);
    try {
      await connections.change(connection, (latest) => cancel(latest, new Date()));
    } catch (error) {
      if (error instanceof NotCancellableError) throw new RejectedError("conflict", error.message);
      throw error;
    }
  }

  /**
   * Ends a connection from the vendor's side. The stack keeps its right to publish for 180 days, because a stack that may not publish cannot
   * be deleted.
   *
   * @returns the connection as it is then; one that has ended already stays as it is
   * @throws RejectedError if it never was connected
   */
  async end(connection: Connection, reason: string): Promise<Connection> {
    const { connections } = this.resources.in(connection.region);
    try {
      return await connections.change(connection, (latest) => endByVendor(latest, reason, new Date()));
    } catch (error) {
      if (error instanceof NotEndableError) throw new RejectedError("conflict", error.message);
      throw error;
    }
  }

  /**
   * Confirms a connection with the code that the customer's stack shows.
   *
   * @returns the connection as it is then
   * @throws RejectedError if the code is wrong, too many were tried, or there is nothing to confirm
   */
  confirm(connection: Connection, code: string): Promise<Connection> {
    return confirm(this.resources.in(connection.region).connections, connection, code);
  }

  /**
   * Connects a role that the customer made. One that is connected already stays so until the other one is verified.
   *
   * @returns the connection as it is then; undefined where the caller is to ask again in a moment
   * @throws RejectedError if the role cannot be connected
   */
  connectRole(connection: Connection, role: NamedRole): Promise<Connection | undefined> {
    const { connections } = this.resources.in(connection.region);
    const { customerRolePath } = this.config;
    return connectRole(connection, role, {
      connections,
      verify: this.verify,
      customerRolePath,
      now: () => new Date(),
    });
  }

  /** What the customer's own role has to look like. @returns undefined where a stack makes it, and where the connection is over */
  roleOf(connection: Connection): RoleDescription | undefined {
    if (!hasOwnRole(connection) || isEnded(connection)) return undefined;
    return describeRole(connection, { ...this.config, trustedAccount: this.environment.TRUSTED_ACCOUNT });
  }

  /**
   * Asks for another tier: the stack is then to be updated with the link of its update.
   *
   * @param tier one of those that are offered
   * @returns the connection as it is then
   * @throws RejectedError if no stack is connected
   */
  async requestTier(connection: Connection, tier: string): Promise<Connection> {
    const { connections } = this.resources.in(connection.region);
    return connections.change(connection, (latest) => {
      if (!isConnected(latest) || latest.stackId === undefined) {
        throw new RejectedError(
          "conflict",
          "No stack is connected that could move to another tier. Ask for a link with that tier.",
        );
      }
      const requestedTier = tier === latest.tier ? undefined : tier;
      return requestedTier === latest.requestedTier ? undefined : { requestedTier };
    });
  }

  /** The update that the connection's stack still lacks, if any. @param words see {@link updateOf} */
  updateOf(connection: Connection, words: () => GrantWords | undefined): Promise<StackUpdate | undefined> {
    return updateOf(connection, this.templates, words);
  }

  /**
   * What a link is made of, for the console and for other tools.
   * @returns undefined where no stack phones home, and for an organization where none can connect any more
   */
  readonly stackArgsOf = ({ topicArn, ...connection }: Connection): QuickCreateLinkArgs | undefined => {
    const template = templateOf(this.templates.current, connection);
    return topicArn === undefined || !template
      ? undefined
      : {
          ...connection,
          topicArn,
          templateUrl: template.url,
          trustedAccount: this.environment.TRUSTED_ACCOUNT,
        };
  };
}
