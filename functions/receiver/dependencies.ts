/** Everything that the receiver reaches outside itself. */
import type { OpenOrganization } from "../aws/organizations.js";
import type { AssumeRole } from "../aws/sts.js";
import type { ConnectionRepository } from "../domain/connection-repository.js";
import type { Deadline } from "../runtime/deadline.js";
import type { KeepVerified } from "./dead-letters.js";
import type { Here } from "./decision.js";
import type { Delivery } from "./delivery.js";
import type { Failure } from "./metrics.js";
import type { DroppedMessage, Request } from "./request.js";
import type { Response } from "./response.js";
import type { ResponseTarget } from "./response-url.js";

export interface Dependencies {
  readonly here: Here;
  readonly connections: ConnectionRepository;
  readonly assumeRole: AssumeRole;
  readonly openOrganization: OpenOrganization;
  readonly deliver: (target: ResponseTarget, body: string, deadline: Deadline) => Promise<Delivery>;
  readonly keepVerified: KeepVerified;
  readonly telemetry: Telemetry;
  readonly now: () => Date;
}

/** Told of what happens, for log and metrics. Nothing that it is told holds a response URL. */
export interface Telemetry {
  dropped(message: DroppedMessage): void;
  /** It gets no response before it is delivered again. */
  postponed(request: Request): void;
  responded(request: Request, response: Response, delivery: Delivery, details?: Details): void;
  error(what: string, request: Request, error: unknown): void;
}

/** What is counted of a response beside the response. */
export interface Details {
  /** Why it is FAILED, if it is. */
  readonly failure?: Failure;
  /** From the link to the connection, if it was made. */
  readonly connectSeconds?: number;
}
