import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type Connection, isConnected, isEnded } from "../domain/connection.js";
import { cancel, end, NotCancellableError } from "../domain/ending.js";
import { isListable, lookAgain } from "../domain/organization.js";
import { type MemberPage, type MemberQuery, memberPage } from "./member-page.js";
import { RejectedError } from "./problems.js";
import type { RegionalResources } from "./regional-resources.js";

/** What the API does with whole organizations, besides what it does with every connection. */
export class OrganizationService {
  constructor(
    private readonly resources: RegionalResources,
    /** Of the home region. */
    private readonly home: DynamoDBClient,
    private readonly tableName: string,
  ) {}

  /** Eventually consistent. */
  members({ externalId }: Connection, query: MemberQuery): Promise<MemberPage> {
    return memberPage(this.home, this.tableName, externalId, query);
  }

  /**
   * Has the organization's accounts listed again, within a minute.
   *
   * @returns the organization as it is then
   * @throws RejectedError if that was done in the last minute, or they cannot be listed
   */
  lookAgain(organization: Connection): Promise<Connection> {
    const { connections } = this.resources.in(organization.region);
    return connections.change(organization, (latest) => {
      if (!isListable(latest)) {
        throw new RejectedError(
          "conflict",
          latest.confirmation === "required" && isConnected(latest)
            ? "Nothing is listed until the code that the stack shows was entered."
            : "There are no accounts to list: the organization is not connected.",
        );
      }
      const now = new Date();
      const changes = lookAgain(latest, now);
      if (!changes) {
        throw new RejectedError(
          "tooMany",
          "The accounts were listed less than a minute ago. Try again in a minute.",
        );
      }
      const { nextListingAt } = latest;
      return nextListingAt !== undefined && new Date(nextListingAt) <= now ? undefined : changes;
    });
  }

  /**
   * Cancels a link, or ends the connection of the organization and with it of its members, which the next listing does. The stack keeps its
   * right to publish, so that it can be deleted. One that has ended stays as it is.
   *
   * @throws RejectedError if the link has expired
   */
  async end(organization: Connection): Promise<void> {
    const { connections } = this.resources.in(organization.region);
    try {
      await connections.change(organization, (latest) => {
        if (isEnded(latest)) return undefined;
        const now = new Date();
        return isConnected(latest) ? end(latest, { by: "tenant" }, now) : cancel(latest, now);
      });
    } catch (error) {
      if (error instanceof NotCancellableError) throw new RejectedError("conflict", error.message);
      throw error;
    }
  }
}
