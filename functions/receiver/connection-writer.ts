/** Reads the connection of a request, and writes what follows from the response. */
import type { Changes, Connection } from "../domain/connection.js";
import type { CallOptions } from "../domain/connection-repository.js";
import { isExternalId, regionOfExternalId } from "../domain/external-id.js";
import type { Deadline } from "../runtime/deadline.js";
import { mayBeRolledBack } from "./decision.js";
import type { Dependencies } from "./dependencies.js";
import type { Request } from "./request.js";
import type { Response } from "./response.js";

/** Done once it is known what became of the response. */
export type FollowUp = (deadline: Deadline, response: Response) => Promise<void>;

/** What a connection is to become; undefined leaves it as it is. */
type ChangesOf = (connection: Connection) => Promise<Changes | undefined> | Changes | undefined;

/** What is written. */
interface WriteTarget {
  readonly externalId?: string;
  readonly seen?: Connection;
}

/** Kept free before the deadline, for what follows the response. */
export const FOLLOW_UP_MILLISECONDS = 3000;

/** How long one call of the table may take, with all retries of the SDK. */
const CALL_MILLISECONDS = 10_000;

const MIN_BACKOFF_MILLISECONDS = 100;
const MAX_BACKOFF_MILLISECONDS = 5000;

/** The connections of other regions are not ours to read, and anything else is the key of none. */
export function isExternalIdOf(region: string, externalId: string | undefined): externalId is string {
  return externalId !== undefined && isExternalId(externalId) && regionOfExternalId(externalId) === region;
}

/** A role that was named by its ARN, or found in an organization's list, has no stack: what names its connection here was made by hand. */
export function phonesHome({ topicArn }: Connection): boolean {
  return topicArn !== undefined;
}

/** For a call of the table. */
export function callOptions(deadline: Deadline): CallOptions {
  return { abortSignal: deadline.within(CALL_MILLISECONDS).signal };
}

export class ConnectionWriter {
  constructor(
    private readonly request: Request,
    private readonly dependencies: Dependencies,
  ) {}

  /** The connection that the request names, or another one, if it can be one of this region, and a stack can have made it. */
  async find(
    deadline: Deadline,
    externalId = this.request.properties?.ExternalID,
  ): Promise<Connection | undefined> {
    const { connections, here } = this.dependencies;
    if (!isExternalIdOf(here.region, externalId)) return undefined;
    const connection = await connections.get(externalId, callOptions(deadline));
    return connection && phonesHome(connection) ? connection : undefined;
  }

  /**
   * What follows a response that was accepted: written while there is time, otherwise kept in the dead-letter queue. It waits for what
   * becomes of another request that connected just now, and may have been forged.
   *
   * @param target of another connection than the request's its external ID, or a connection as it was read just now
   * @returns a follow-up that throws an Error when not even that works: then the request has to be delivered again
   */
  afterAccepted(changesOf: ChangesOf, target?: WriteTarget): FollowUp {
    const { request, dependencies } = this;
    return async (deadline, response) => {
      const changesOfSettled = (connection: Connection) => {
        if (!mayBeRolledBack(request, connection, dependencies.now())) return changesOf(connection);
        throw new Error("Another request connected just now, and may be rolled back.");
      };
      const error = await this.write(deadline.before(FOLLOW_UP_MILLISECONDS), changesOfSettled, target);
      if (!error) return;
      dependencies.telemetry.error(
        "The response was accepted, but the connection not written",
        request,
        error,
      );
      await dependencies.keepVerified(request, response, error, callOptions(deadline));
    };
  }

  /** What follows a response that was refused. @returns a follow-up that throws an Error when it cannot be written */
  afterRefused(changesOf: ChangesOf): FollowUp {
    return async (deadline) => {
      const error = await this.write(deadline, changesOf);
      if (error) throw error;
    };
  }

  /**
   * Reads, decides and writes until it works.
   *
   * @param target of another connection than the request's its external ID, or a connection as it was read just now
   * @returns the last error when the deadline comes first
   */
  async write(
    deadline: Deadline,
    changesOf: ChangesOf,
    { externalId, seen }: WriteTarget = {},
  ): Promise<Error | undefined> {
    const { connections } = this.dependencies;
    let known = seen;
    let backoff = MIN_BACKOFF_MILLISECONDS;
    for (;;) {
      try {
        const connection = known ?? (await this.find(deadline, externalId));
        known = undefined;
        const changes = connection && (await changesOf(connection));
        if (connection && changes && Object.keys(changes).length > 0) {
          await connections.update(connection, changes, callOptions(deadline));
        }
        return undefined;
      } catch (error) {
        if (!(await deadline.sleep(backoff))) return error as Error;
        backoff = Math.min(2 * backoff, MAX_BACKOFF_MILLISECONDS);
      }
    }
  }
}
