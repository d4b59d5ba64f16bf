/**
 * One request, from the notification to its end: parse, decide, act, answer. Every path sends exactly one answer, and in time;
 * what is written only once the answer was taken is written after it.
 */
import {
  type Changes,
  type Connection,
  type Connections,
  isConnected,
  isExternalId,
  regionOfExternalId,
  SupersededError,
} from "../domain/connection.js";
import { type AssumeRole, type ProbeResult, probe } from "../domain/probe.js";
import { connected, deleted, refused, rolledBack, takenBack, updated } from "../domain/transitions.js";
import type { Deadline } from "../runtime/deadline.js";
import { confirmationData, newConfirmationCode } from "./confirmation.js";
import type { KeepVerified } from "./dead-letters.js";
import { type Decision, decide, mayBeTakenBack, type Place } from "./decision.js";
import type { Failure } from "./metrics.js";
import { externalIdOf, FAILED_PHYSICAL_ID, physicalIdOf } from "./physical-id.js";
import { type Properties, type Refusal, type Request, readRequest } from "./request.js";
import { type Delivery, type Response, serialize } from "./response.js";
import type { ResponseTarget } from "./response-url.js";

/** Everything that the receiver reaches outside itself. */
export interface Dependencies {
  readonly here: Place;
  readonly connections: Connections;
  readonly assumeRole: AssumeRole;
  readonly deliver: (target: ResponseTarget, body: string, deadline: Deadline) => Promise<Delivery>;
  readonly keepVerified: KeepVerified;
  readonly telemetry: Telemetry;
  readonly now: () => Date;
}

/** Told of what happens, for log and metrics. Nothing that it is told holds a response URL. */
export interface Telemetry {
  refused(refusal: Refusal): void;
  answered(request: Request, answer: Response, delivery: Delivery, details?: Details): void;
  trouble(what: string, request: Request, error: unknown): void;
}

/** What is counted of an answer beside the answer. */
export interface Details {
  /** Why it is FAILED, if it is. */
  readonly failure?: Failure;
  /** From the link to the connection, if it was made. */
  readonly connectSeconds?: number;
}

/** Times, in milliseconds before the deadline, at which something has to be over so that the next thing fits in. */
const ANSWER_MILLISECONDS = 17_000;
const WRITE_MILLISECONDS = 3000;

/** How long a role is probed that is in use already: it needs no time to become assumable. */
const REVIEW_MILLISECONDS = 15_000;

/** How long one look at the table may take, all tries of the SDK together. */
const TABLE_MILLISECONDS = 10_000;

/** Between two looks at a connection that another request has just made. */
const WAIT_MILLISECONDS = 500;

/** How often a link can be tried. Each time costs its customer a stack, and us up to a minute. */
const MAX_ATTEMPTS = 20;

const OUR_FAULT =
  "This failed because of a fault on our side, and not because of anything in your account. Please delete this stack and open the link again in a few minutes.";

/** What to answer, and what to do once it is known whether the answer was taken. */
interface Outcome {
  readonly answer: Response;
  readonly details?: Details;
  /** Done when the answer was taken: what it was about becomes true only then. */
  readonly accepted?: (deadline: Deadline) => Promise<void>;
  /** Done when it was refused for good. */
  readonly refused?: (deadline: Deadline) => Promise<void>;
}

/**
 * Handles one record of an event.
 *
 * @param deadline when everything has to be over
 * @throws Error if the record has to be delivered once more
 */
export async function receive(
  record: unknown,
  dependencies: Dependencies,
  deadline: Deadline,
): Promise<void> {
  const { here, telemetry, now } = dependencies;
  const request = readRequest(record, here.region, now());
  if ("refused" in request) {
    telemetry.refused(request);
    return;
  }
  const outcome = await new Handling(request, dependencies, deadline).outcome();
  const delivery = await dependencies
    .deliver(request.target, serialize(request, outcome.answer), deadline.before(WRITE_MILLISECONDS))
    .catch((error: unknown) => {
      telemetry.trouble("The answer could not be delivered", request, error);
      throw error;
    });
  telemetry.answered(request, outcome.answer, delivery, outcome.details);
  await (delivery === "accepted" ? outcome.accepted : outcome.refused)?.(deadline);
}

/** The work on one request. */
class Handling {
  private probed: ProbeResult | undefined;
  /** As it was last read or written. */
  private connection: Connection | undefined;

  constructor(
    private readonly request: Request,
    private readonly dependencies: Dependencies,
    private readonly deadline: Deadline,
  ) {}

  /** What to answer. Never throws: trouble of ours has an answer, too. */
  async outcome(): Promise<Outcome> {
    const { request } = this;
    // A Delete is answered whatever the table says, so that no customer's stack ever waits for us.
    if (request.type === "Delete") {
      const { now } = this.dependencies;
      return {
        answer: this.success(),
        accepted: this.apply(async (connection) => deleted(connection, request, now())),
      };
    }
    const deadline = this.deadline.before(ANSWER_MILLISECONDS);
    try {
      for (;;) {
        const outcome = await this.decided(deadline).catch(ignoreSuperseded);
        if (outcome) return outcome;
      }
    } catch (error) {
      this.dependencies.telemetry.trouble("The request could not be decided", request, error);
      return this.inTrouble();
    }
  }

  /** @returns undefined to look again */
  private async decided(deadline: Deadline): Promise<Outcome | undefined> {
    const connection = await this.find(deadline);
    this.connection = connection;
    if (connection && mayBeTakenBack(this.request, connection, this.dependencies.now())) {
      if (await deadline.sleep(WAIT_MILLISECONDS)) return undefined;
      throw new Error("Another request connected, and there is no time to see what becomes of it.");
    }
    const decision = this.decide(connection);
    switch (decision.action) {
      case "refuse":
        return this.refusal(decision.reason);
      case "confirm":
        return { answer: this.success() };
      case "connect":
        return this.connect(connection as Connection, deadline);
      case "changeRole":
        return this.changeRole(connection as Connection, deadline);
      case "review":
        return { answer: this.success(), accepted: this.settleUpdate() };
      default:
        throw new Error(`${decision.action} is no decision on a ${this.request.type}`);
    }
  }

  /** Written before it is answered: when CloudFormation shows a finished stack, the record has to be there. */
  private async connect(connection: Connection, deadline: Deadline): Promise<Outcome> {
    const reason = await this.tryRole(connection, deadline);
    if (reason !== undefined) return this.refusal(reason, "role");
    const { request, dependencies } = this;
    const now = dependencies.now();
    const changes = {
      ...connected(connection, request, this.properties.RoleArn, now),
      ...(connection.confirmation && { confirmationCode: newConfirmationCode() }),
    };
    this.connection = await dependencies.connections.update(connection, changes, within(deadline));
    const connectSeconds = (now.getTime() - new Date(connection.createdAt).getTime()) / 1000;
    return { answer: this.success(), details: { connectSeconds }, refused: this.undo() };
  }

  /** The stack is to use another role: like a Create, but written only when the answer was taken. */
  private async changeRole(connection: Connection, deadline: Deadline): Promise<Outcome> {
    const reason = await this.tryRole(connection, deadline);
    if (reason !== undefined) return this.refusal(reason, "role");
    return { answer: this.success(), accepted: this.settleUpdate() };
  }

  /**
   * Probes a role that is not in use yet, as often as a connection may try.
   * @returns why the role does not do; undefined if it does
   * @throws Error if nobody knows
   */
  private async tryRole(connection: Connection, deadline: Deadline): Promise<string | undefined> {
    if (!this.probed) {
      const { connections } = this.dependencies;
      if (!(await connections.countAttempt(connection, MAX_ATTEMPTS, within(deadline)))) {
        return `This connection was tried ${MAX_ATTEMPTS} times without success. Ask for a new link, and create the stack with that.`;
      }
      this.probed = await this.probeRole(connection, deadline);
    }
    if (this.probed.outcome === "unknown") {
      throw new Error(`The role could not be probed: ${this.probed.reason}`);
    }
    return this.probed.outcome === "safe" ? undefined : this.probed.reason;
  }

  private refusal(reason: string, failure: Failure = "rules"): Outcome {
    const { request } = this;
    return {
      answer: this.failure(reason),
      details: { failure },
      accepted: this.apply(async (connection) => connection && refused(connection, request, reason)),
    };
  }

  /** Something of ours failed, or the time is up. */
  private inTrouble(): Outcome {
    if (!this.mayBeRollback) return { answer: this.failure(OUR_FAULT), details: { failure: "fault" } };
    // FAILED would leave the stack in UPDATE_ROLLBACK_FAILED (aws-cdk issue 17040). If it is no roll-back, it is written
    // as what it is: the stack's new role, in order or not.
    return { answer: this.success(), accepted: this.settleUpdate() };
  }

  /** Whether CloudFormation may be taking an update back; such a request cannot be told from an update itself. */
  private get mayBeRollback(): boolean {
    const { type, physicalResourceId, properties } = this.request;
    return (
      type === "Update" &&
      properties !== undefined &&
      externalIdOf(physicalResourceId ?? "") === properties.ExternalID
    );
  }

  /**
   * Writes what an update that was answered with SUCCESS makes of the connection. Where CloudFormation takes back a move to another
   * link and never saw our answer to it, it does not know that this other connection was made, and sends no Delete for it.
   */
  private settleUpdate(): (deadline: Deadline) => Promise<void> {
    const { request, dependencies, mayBeRollback } = this;
    const update = this.apply((connection) => this.afterUpdate(connection));
    const { oldExternalId } = request;
    if (!mayBeRollback || !oldExternalId || oldExternalId === this.properties.ExternalID) return update;
    const takeBack = this.apply(
      async (connection) => connection && takenBack(connection, request, dependencies.now()),
      oldExternalId,
    );
    return async (deadline) => {
      await update(deadline);
      await takeBack(deadline);
    };
  }

  /** What an update that was answered with SUCCESS makes of the connection, whatever the probe says. */
  private async afterUpdate(connection: Connection | undefined): Promise<Changes | undefined> {
    const { request, dependencies, deadline } = this;
    const { action } = this.decide(connection);
    if (connection && mayBeTakenBack(request, connection, dependencies.now())) {
      throw new Error("Another request connected just now.");
    }
    if (!connection || (action !== "review" && action !== "changeRole")) return undefined;
    this.probed ??= await this.probeRole(
      connection,
      deadline.before(WRITE_MILLISECONDS).within(REVIEW_MILLISECONDS),
    );
    return updated(request, this.properties.RoleArn, this.probed, dependencies.now());
  }

  /**
   * Takes back a connection that this very delivery made, and whose answer the bucket refused: CloudFormation did not ask for
   * it. Any other delivery of the same request concludes nothing from a refusal: it meets one whenever its URL is too old.
   */
  private undo(): (deadline: Deadline) => Promise<void> {
    const { request } = this;
    return async (deadline) => {
      const failure = await this.write(deadline, async (connection) => {
        const isOurs = connection && isConnected(connection) && connection.requestId === request.requestId;
        return isOurs ? rolledBack(connection, request) : undefined;
      });
      if (failure) throw failure;
    };
  }

  /**
   * What follows an answer that was taken: written as long as there is time, then left in the dead-letter queue.
   * @throws Error when not even that works: the request has to be delivered again
   */
  private apply(
    changesOf: (connection: Connection | undefined) => Promise<Changes | undefined>,
    externalId?: string,
  ): (deadline: Deadline) => Promise<void> {
    const { request, dependencies } = this;
    return async (deadline) => {
      const failure = await this.write(deadline.before(WRITE_MILLISECONDS), changesOf, externalId);
      if (!failure) return;
      dependencies.telemetry.trouble("The request was answered and could not be applied", request, failure);
      await dependencies.keepVerified(request, failure, within(deadline));
    };
  }

  /** Reads, decides on the changes and writes them, until it works. @returns what is wrong when the deadline comes first */
  private async write(
    deadline: Deadline,
    changesOf: (connection: Connection | undefined) => Promise<Changes | undefined>,
    externalId?: string,
  ): Promise<Error | undefined> {
    for (let wait = 100; ; wait = Math.min(2 * wait, 5000)) {
      try {
        const connection = await this.find(deadline, externalId);
        const changes = await changesOf(connection);
        if (connection && changes && Object.keys(changes).length > 0)
          await this.dependencies.connections.update(connection, changes, within(deadline));
        return undefined;
      } catch (error) {
        if (!(await deadline.sleep(wait))) return error as Error;
      }
    }
  }

  /** The connection that the request names, or another one, if it can be one of this region. */
  private async find(
    deadline: Deadline,
    externalId = this.request.properties?.ExternalID,
  ): Promise<Connection | undefined> {
    const { connections, here } = this.dependencies;
    // The connections of other regions are not ours to read, and anything else is the key of none.
    if (!externalId || !isExternalId(externalId) || regionOfExternalId(externalId) !== here.region)
      return undefined;
    return connections.get(externalId, within(deadline));
  }

  private decide(connection: Connection | undefined): Decision {
    const { here, now } = this.dependencies;
    return decide(this.request, connection, now(), here);
  }

  private probeRole(
    { externalId }: Pick<Connection, "externalId">,
    deadline: Deadline,
  ): Promise<ProbeResult> {
    return probe({ roleArn: this.properties.RoleArn, externalId }, this.dependencies.assumeRole, deadline);
  }

  /** Those of a request on which a connection was found. */
  private get properties(): Properties {
    if (!this.request.properties) throw new Error("The request has no properties.");
    return this.request.properties;
  }

  private success(): Response {
    const { type, properties, physicalResourceId } = this.request;
    // The ID of what is deleted may not change, and a stack that is not ours keeps whatever it has.
    const kept = type === "Delete" || !properties ? physicalResourceId : undefined;
    return {
      status: "SUCCESS",
      physicalResourceId: kept ?? physicalIdOf(properties?.ExternalID ?? ""),
      ...(type !== "Delete" && { data: confirmationData(this.connection) }),
    };
  }

  private failure(reason: string): Response {
    return {
      status: "FAILED",
      reason,
      physicalResourceId: this.request.physicalResourceId ?? FAILED_PHYSICAL_ID,
    };
  }
}

function ignoreSuperseded(error: unknown): undefined {
  if (!(error instanceof SupersededError)) throw error;
}

function within(deadline: Deadline) {
  return { abortSignal: deadline.within(TABLE_MILLISECONDS).signal };
}
