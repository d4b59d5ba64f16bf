/**
 * Probes the role that a request names, as often and for as long as its connection may be probed. With an organization's it looks whether
 * the organization can connect.
 */
import { accountOf } from "../aws/arn.js";
import { type Changes, type Connection, MAX_ATTEMPTS } from "../domain/connection.js";
import { type ProbeResult, probe } from "../domain/probe.js";
import * as sentences from "../domain/sentences.js";
import type { Deadline } from "../runtime/deadline.js";
import { type ConnectionWriter, callOptions, isExternalIdOf, phonesHome } from "./connection-writer.js";
import type { Dependencies } from "./dependencies.js";
import { ask, judge, type Verdict } from "./organization-check.js";
import type { Request } from "./request.js";

/** After so many refused responses in a row, no request for the connection is waited for until a genuine one came. */
const MAX_REFUSALS = 3;

/** How long STS may say nothing that counts. A role that it denies is looked for every second until the time is up. */
const SILENCE_MILLISECONDS = 43_000;

/**
 * IAM can take a minute until a new role can be assumed (terraform-provider-aws issue 6566), and now and then longer. "Lambda
 * retries the function twice … with a one-minute wait before the first retry and two minutes before the second" (Lambda's developer
 * guide, "Error handling for asynchronous invocation"), so that the last delivery is always older than this and gets its response.
 */
const MAX_ROLE_DELAY_MILLISECONDS = 150_000;

/** The role cannot be assumed yet, and may be in a minute: the request gets no response before it is delivered again. */
export class RoleNotReadyError extends Error {
  override readonly name = "RoleNotReadyError";
}

export class RoleCheck {
  private result: ProbeResult | undefined;
  private verdict: Verdict | undefined;
  /** The one of which an attempt was used up. */
  private connection: Connection | undefined;
  /** Whether the request used up one of its connection's attempts. */
  isCounted = false;

  constructor(
    private readonly request: Request,
    private readonly dependencies: Dependencies,
    private readonly writer: ConnectionWriter,
  ) {}

  /** Reads the connection of the request. That of a Create has its attempt counted, if the role may have to be probed for it. */
  async findConnection(deadline: Deadline): Promise<Connection | undefined> {
    const { connections, here } = this.dependencies;
    const { type, stackId, properties } = this.request;
    if (type !== "Create" || this.isCounted) return this.writer.find(deadline);
    if (!isExternalIdOf(here.region, properties?.ExternalID)) return undefined;
    const attempt = { accountId: accountOf(stackId), max: MAX_ATTEMPTS };
    const found = await connections.findAndCount(properties.ExternalID, attempt, callOptions(deadline));
    this.isCounted = found.isCounted;
    this.connection = found.connection;
    if (!found.connection || phonesHome(found.connection)) return found.connection;
    await this.giveBack(deadline, false);
    this.isCounted = false;
    return undefined;
  }

  /**
   * What is wrong with a role that is not in use yet, or with its organization; undefined if it is safe.
   * @throws RoleNotReadyError if it may become assumable
   * @throws Error if STS does not say, or Organizations
   */
  async problem(connection: Connection, deadline: Deadline): Promise<string | undefined> {
    if (!this.isCounted) {
      const { connections } = this.dependencies;
      if (!(await connections.countAttempt(connection, MAX_ATTEMPTS, callOptions(deadline)))) {
        return sentences.triedTooOften(MAX_ATTEMPTS);
      }
      this.isCounted = true;
      this.connection = connection;
    }
    const result = await this.probe(connection, deadline);
    switch (result.outcome) {
      case "safe":
        return connection.kind === "organization"
          ? this.organizationProblem(connection, deadline)
          : undefined;
      case "unknown":
        throw new Error(`The role could not be probed: ${result.reason}`);
      case "denied":
        if (this.age < MAX_ROLE_DELAY_MILLISECONDS && !isSuspect(connection)) {
          throw new RoleNotReadyError("The role cannot be assumed yet.");
        }
        return result.reason;
      case "unsafe":
      case "blocked":
      case "replaced":
        return result.reason;
    }
  }

  /**
   * The attempt is the customer's again: the request will be delivered once more, and counted then, or whoever published it was not
   * CloudFormation.
   */
  async giveBack(deadline: Deadline, refused: boolean): Promise<void> {
    const { connection } = this;
    if (!this.isCounted || !connection) return;
    await this.dependencies.connections.giveBackAttempt(connection, refused, callOptions(deadline));
  }

  /** Probes it once for the request, however often it is decided on. */
  async probe(connection: Connection, deadline: Deadline): Promise<ProbeResult> {
    const { externalId } = connection;
    const roleArn = this.request.properties?.RoleArn ?? "";
    const target = { roleArn, externalId, once: isSuspect(connection) };
    const { assumeRole } = this.dependencies;
    this.result ??= await probe(target, assumeRole, deadline.within(SILENCE_MILLISECONDS), deadline);
    return this.result;
  }

  /** The unique ID of the role that was found safe, if it is known. */
  get roleId(): string | undefined {
    return this.result?.outcome === "safe" ? this.result.roleId : undefined;
  }

  /** What was found of the organization. Nothing for a connection of one account. */
  get organization(): Changes {
    return this.verdict && "changes" in this.verdict ? this.verdict.changes : {};
  }

  private async organizationProblem(connection: Connection, deadline: Deadline): Promise<string | undefined> {
    const roleArn = this.request.properties?.RoleArn ?? "";
    if (!this.verdict) {
      const { externalId } = connection;
      const organization = await this.dependencies.openOrganization(roleArn, externalId, deadline);
      this.verdict = judge(connection, roleArn, await ask(connection, organization, deadline));
    }
    return "problem" in this.verdict ? this.verdict.problem : undefined;
  }

  /** Since the request was published, in milliseconds. */
  private get age(): number {
    return this.dependencies.now().getTime() - this.request.publishedAt.getTime();
  }
}

/** Whether somebody forges requests for the connection, who must not keep this function waiting. */
function isSuspect({ refusals = 0 }: Connection): boolean {
  return refusals >= MAX_REFUSALS;
}
