/**
 * Notes that CloudFormation tries the connected stack's resource again. Before the response: the Delete of what was tried before may be
 * handled at any moment, and must not be taken for the end of the stack.
 */
import type { Changes, Connection } from "../domain/connection.js";
import { retry } from "../domain/transitions.js";
import type { Deadline } from "../runtime/deadline.js";
import { callOptions } from "./connection-writer.js";
import type { Dependencies } from "./dependencies.js";
import type { Request } from "./request.js";

export class RetryMark {
  private retriedAt: string | undefined;

  constructor(
    private readonly request: Request,
    private readonly dependencies: Dependencies,
  ) {}

  /** Whether this request set it. */
  get isSet(): boolean {
    return this.retriedAt !== undefined;
  }

  /** Sets it, if the request is another try. @returns the connection as it is then */
  async set(connection: Connection, deadline: Deadline): Promise<Connection> {
    const changes = retry(connection, this.request);
    if (!changes) return connection;
    const marked = await this.dependencies.connections.update(connection, changes, callOptions(deadline));
    this.retriedAt = changes.retriedAt;
    return marked;
  }

  /** The request turned out to be forged. */
  readonly undo = ({ retriedAt }: Connection): Changes | undefined =>
    this.isSet && retriedAt === this.retriedAt ? { retriedAt: undefined } : undefined;
}
