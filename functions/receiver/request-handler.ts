/** Decides on one request, does what has to be done before the response, and says what has to be done after it. */
import type { Changes, Connection } from "../domain/connection.js";
import { SupersededError } from "../domain/connection-repository.js";
import * as sentences from "../domain/sentences.js";
import { connect, leave, type SafeRole, update } from "../domain/transitions.js";
import { hasClaim } from "../domain/unproven.js";
import type { Deadline } from "../runtime/deadline.js";
import { changesOfAccepted, changesOfRefused } from "./accepted.js";
import { newConfirmationCode } from "./confirmation.js";
import { ConnectionWriter, callOptions, FOLLOW_UP_MILLISECONDS, type FollowUp } from "./connection-writer.js";
import { type Decision, decide, mayBeRolledBack, mayBeStackRollback } from "./decision.js";
import type { Dependencies, Details } from "./dependencies.js";
import type { Failure } from "./metrics.js";
import type { Properties, Request } from "./request.js";
import { failure, type Response, type Success, success } from "./response.js";
import { RetryMark } from "./retry-mark.js";
import { RoleCheck, RoleNotReadyError } from "./role-check.js";

/** What to respond, and what to do once it is known whether the response was accepted. */
export interface Outcome {
  readonly response: Response;
  readonly details?: Details;
  /** What the request is about becomes true only with this. */
  readonly onAccepted?: FollowUp;
  readonly onRefused?: FollowUp;
}

/** Kept free before the deadline, for the response and what follows it. */
const RESPONSE_MILLISECONDS = 17_000;

/** How long a role that is in use already is probed: it needs no time to become assumable. */
const UPDATE_PROBE_MILLISECONDS = 15_000;

/** Between two looks at a connection that another request has just made. */
const POLL_MILLISECONDS = 500;

export class RequestHandler {
  private readonly writer: ConnectionWriter;
  private readonly role: RoleCheck;
  private readonly mark: RetryMark;
  /** As it was last read or written. */
  private connection: Connection | undefined;

  constructor(
    private readonly request: Request,
    private readonly dependencies: Dependencies,
    private readonly deadline: Deadline,
  ) {
    this.writer = new ConnectionWriter(request, dependencies);
    this.role = new RoleCheck(request, dependencies, this.writer);
    this.mark = new RetryMark(request, dependencies);
  }

  /** Errors of ours get a response, too. @throws RoleNotReadyError if there is none yet */
  async handle(): Promise<Outcome> {
    const { request, dependencies } = this;
    // A Delete succeeds whatever the table says, so that no customer's stack is ever held up by us.
    if (request.type === "Delete") return this.respond(this.success());
    const deadline = this.deadline.before(RESPONSE_MILLISECONDS);
    try {
      for (;;) {
        const outcome = await this.decideAndAct(deadline).catch(ignoreSuperseded);
        if (outcome) return outcome;
      }
    } catch (error) {
      if (error instanceof RoleNotReadyError) {
        dependencies.telemetry.postponed(request);
        // If that fails, the attempt stays counted.
        await this.role.giveBack(deadline, false).catch(() => {});
        throw error;
      }
      dependencies.telemetry.error("The request could not be decided", request, error);
      return this.handleError();
    }
  }

  /** @returns undefined to read the connection and decide again */
  private async decideAndAct(deadline: Deadline): Promise<Outcome | undefined> {
    const connection = await this.role.findConnection(deadline);
    this.connection = connection;
    if (connection && mayBeRolledBack(this.request, connection, this.dependencies.now())) {
      // Noted before it waits: meanwhile a Delete of what was tried first may be handled.
      await this.markRetry(connection, deadline);
      if (await deadline.sleep(POLL_MILLISECONDS)) return undefined;
      throw new Error("The time is up, and another request that connected may still be rolled back.");
    }
    const decision = this.decide(connection);
    switch (decision.action) {
      case "fail":
        return this.fail(decision.reason);
      case "succeed":
        return this.succeed(await this.markRetry(connection, deadline), decision.role);
      case "connect":
        return this.connect(connection as Connection, deadline);
      case "changeRole":
        return this.changeRole(await this.markRetry(connection, deadline), deadline);
      case "update":
        await this.markRetry(connection, deadline);
        return { response: this.success(), onAccepted: this.applyUpdate(), ...this.undo() };
      case "delete":
        throw new Error("A Delete is not decided on.");
    }
  }

  /** The stack is connected already; most often nothing follows. */
  private succeed(connection: Connection, role: SafeRole | undefined): Outcome {
    const response = { ...this.success(), ...(role && { role }) };
    const changes = changesOfAccepted(this.request, response, connection, this.dependencies.now());
    return { ...(changes ? this.respond(response) : { response }), ...this.undo() };
  }

  /** What is true once the response was accepted follows from the two. */
  private respond(response: Response, seen?: Connection): Outcome {
    const { request, dependencies } = this;
    const onAccepted = this.writer.afterAccepted(
      (latest) => changesOfAccepted(request, response, latest, dependencies.now()),
      seen && { seen },
    );
    return { response, onAccepted };
  }

  /** Written before the response: when CloudFormation shows a finished stack, the record has to say so. */
  private async connect(connection: Connection, deadline: Deadline): Promise<Outcome> {
    const problem = await this.role.problem(connection, deadline);
    if (problem !== undefined) return this.fail(problem, "role");
    const { request, dependencies } = this;
    const now = dependencies.now();
    const role = { roleArn: this.properties.RoleArn, roleId: this.role.roleId };
    const { confirmation, confirmationCode = newConfirmationCode() } = connection;
    const changes = {
      ...connect(connection, request, role, now),
      ...this.role.organization,
      ...(confirmation && { confirmationCode }),
    };
    this.connection = await dependencies.connections.update(connection, changes, callOptions(deadline));
    const connectSeconds = (now.getTime() - new Date(connection.createdAt).getTime()) / 1000;
    return {
      ...this.respond({ ...this.success(), role }, this.connection),
      details: { connectSeconds },
      ...this.undo(),
    };
  }

  /** The stack is to use another role: like a Create, but written only once the response was accepted. */
  private async changeRole(connection: Connection, deadline: Deadline): Promise<Outcome> {
    const problem = await this.role.problem(connection, deadline);
    if (problem !== undefined) return this.fail(problem, "role");
    return { response: this.success(), onAccepted: this.applyUpdate(), ...this.undo() };
  }

  private fail(reason: string, why: Failure = "rules"): Outcome {
    return {
      ...this.respond(failure(this.request, reason)),
      details: { failure: why },
      // After a fault of ours nobody knows what this delivery wrote, or one before it.
      ...this.undo(why === "fault"),
    };
  }

  private async markRetry(connection: Connection | undefined, deadline: Deadline): Promise<Connection> {
    this.connection = await this.mark.set(connection as Connection, deadline);
    return this.connection;
  }

  /** Undoes what was written for a request that turns out to be forged. Nothing, for most requests. */
  private undo(mayHaveWritten = this.hasConnected || this.mark.isSet): Pick<Outcome, "onRefused"> {
    const { request, dependencies, role, mark, writer } = this;
    if (!mayHaveWritten && !role.isCounted) return {};
    const changesOf = (latest: Connection) => ({
      ...mark.undo(latest),
      ...changesOfRefused(request, latest, dependencies.now()),
    });
    const onRefused: FollowUp = async (deadline, response) => {
      if (mayHaveWritten) await writer.afterRefused(changesOf)(deadline, response);
      await role.giveBack(deadline, true);
    };
    return { onRefused };
  }

  /** Whether it is this request that connected, now or in an earlier delivery, and that is not proven. */
  private get hasConnected(): boolean {
    const { connection, request } = this;
    return connection !== undefined && hasClaim(request, connection);
  }

  /** Something of ours failed, or the time is up. */
  private handleError(): Outcome {
    if (!mayBeStackRollback(this.request, this.connection)) return this.fail(sentences.OUR_FAULT, "fault");
    // FAILED would leave the stack in UPDATE_ROLLBACK_FAILED (aws-cdk issue 17040). If it is not a rollback, it is recorded as what
    // it is: the stack's new role, safe or not.
    return { response: this.success(), onAccepted: this.applyUpdate(), ...this.undo(true) };
  }

  /**
   * Writes what an Update that succeeded makes of the connection. Where CloudFormation rolls back a move to another link and never saw
   * our response to it, it does not know that this other connection was made, and sends no Delete for it.
   */
  private applyUpdate(): FollowUp {
    const { request, dependencies, writer } = this;
    const followUps = [writer.afterAccepted((connection) => this.changesOfUpdate(connection))];
    const { oldExternalId } = request;
    const isMove = oldExternalId && oldExternalId !== this.properties.ExternalID;
    if (isMove && mayBeStackRollback(request, this.connection)) {
      followUps.push(
        writer.afterAccepted((other) => leave(other, request, dependencies.now()), {
          externalId: oldExternalId,
        }),
      );
    }
    return async (deadline, response) => {
      for (const followUp of followUps) await followUp(deadline, response);
    };
  }

  /** Whatever the probe says: the stack has this role now. */
  private async changesOfUpdate(connection: Connection): Promise<Changes | undefined> {
    const { request, dependencies, deadline } = this;
    const { action } = this.decide(connection);
    if (action !== "update" && action !== "changeRole") return undefined;
    const probe = await this.role.probe(
      connection,
      deadline.before(FOLLOW_UP_MILLISECONDS).within(UPDATE_PROBE_MILLISECONDS),
    );
    return update(connection, request, { roleArn: this.properties.RoleArn, probe }, dependencies.now());
  }

  private success(): Success {
    return success(this.request, this.connection);
  }

  private decide(connection: Connection | undefined): Decision {
    const { here, now } = this.dependencies;
    return decide(this.request, connection, now(), here);
  }

  /** Those of a request whose connection was found. */
  private get properties(): Properties {
    if (!this.request.properties) throw new Error("The request has no properties.");
    return this.request.properties;
  }
}

function ignoreSuperseded(error: unknown): undefined {
  if (!(error instanceof SupersededError)) throw error;
}
