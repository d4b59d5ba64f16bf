/**
 * What `npm start` shows of customers: they connect an account and leave, and those who use the console update the stack and move it to a new
 * link in between. Every step goes the way that it goes on AWS and is checked where it leaves a trace.
 */
import { readConnection } from "../deploy/connection-record.js";
import type { StackOutputs } from "../deploy/deployment.js";
import type { EmbeddedCloud } from "../embedded-cloud.js";
import { poll } from "../poll.js";
import { type Caller, type CreatedLink, createLink } from "./onboarding-api.js";
import type { Stack, StackOutcome } from "./stack.js";

export interface Step {
  readonly step: string;
  /** From the step's beginning to its end. */
  readonly seconds: number;
  /** What there is to see of it. */
  readonly detail: string;
}

/** How it went for a customer. */
export interface ScenarioResult {
  /** The region, or the way that the customer connects where that is not the console. */
  readonly customer: string;
  readonly region: string;
  readonly accountId: string;
  readonly steps: readonly Step[];
  /** Undefined where every step succeeded. */
  readonly error: string | undefined;
}

/** The receiver writes updates and departures after its response was accepted, so a stack can finish before its record changes. */
const RECORD_TIMEOUT_SECONDS = 5;

/** The account of a customer. */
export interface ScenarioAccount {
  readonly accountId: string;
  readonly region: string;
  /** Asks for the account's links. @default nobody in particular */
  readonly caller?: Caller;
}

export abstract class Scenario {
  private readonly steps: Step[] = [];
  private error: string | undefined;

  constructor(
    protected readonly cloud: EmbeddedCloud,
    protected readonly program: StackOutputs,
    protected readonly account: ScenarioAccount,
    /** Called with each step as soon as it is done. */
    private readonly onStep: (customer: string, step: Step) => void = () => {},
  ) {}

  /** What the customer is called in what is printed. */
  get customer(): string {
    return this.account.region;
  }

  get result(): ScenarioResult {
    const { accountId, region } = this.account;
    return { customer: this.customer, accountId, region, steps: this.steps, error: this.error };
  }

  abstract connect(): Promise<void>;

  abstract leave(): Promise<void>;

  protected newLink(): Promise<CreatedLink> {
    const { accountId, region, caller } = this.account;
    return createLink(this.program.onboardingUrl, { accountId, region }, caller);
  }

  /** A customer for whom one step failed takes no other. */
  protected async attempt(steps: () => Promise<void>): Promise<void> {
    if (this.error !== undefined) return;
    try {
      await steps();
    } catch (error) {
      this.error = (error as Error).message;
    }
  }

  protected done(name: string, started: number, detail: string, ended = Date.now()): void {
    const step = { step: name, seconds: Math.max(0, ended - started) / 1000, detail };
    this.steps.push(step);
    this.onStep(this.customer, step);
  }

  /**
   * Waits until the connection's record, in the replica of its own region, has a status.
   * @param formerTemplate the version of the template that the record must no longer show
   * @returns the version of the template that it shows
   */
  protected expectRecord(externalId: string, status: string, formerTemplate?: string): Promise<string> {
    let found = "missing";
    const look = async () => {
      const record = await readConnection(this.cloud.vendor, this.program.tableName, externalId);
      const template = record?.templateVersion?.S ?? "unknown";
      found = `${record?.status?.S ?? "missing"} with template ${template}`;
      return record?.status?.S === status && template !== formerTemplate ? template : undefined;
    };
    return poll(look, {
      timeoutSeconds: RECORD_TIMEOUT_SECONDS,
      failure: () =>
        `The connection ${externalId} is ${found}, ${RECORD_TIMEOUT_SECONDS} s after it should have become ${status}.`,
    });
  }
}

/** A customer who opens the link in the AWS console. */
export class ConsoleScenario extends Scenario {
  private connection: { readonly externalId: string; readonly stack: Stack } | undefined;

  /** Asks for a link and creates the stack. */
  connect(): Promise<void> {
    return this.attempt(async () => {
      const started = Date.now();
      const { externalId, link } = await this.newLink();
      this.done("link", started, externalId);

      const creating = Date.now();
      const stack = await this.cloud.customer(this.account.accountId).createStack(link);
      this.connection = { externalId, stack };
      const outcome = expectStatus(await stack.settled(), "CREATE_COMPLETE");
      this.done(
        "role",
        creating,
        outcome.outputs.RoleArn?.split("/").at(-1) ?? "",
        completionTime(outcome, "Role"),
      );

      const request = stack.requests.at(-1);
      this.done("phone home", request?.madeAt ?? creating, "the response is SUCCESS", request?.respondedAt);
      await this.expectRecord(externalId, "connected");
      this.done("connected", started, "the table says so");
    });
  }

  /** Updates the stack to a new template of the vendor's. */
  update(templateUrl: string): Promise<void> {
    return this.attempt(async () => {
      const started = Date.now();
      const { externalId, stack } = this.connected;
      const before = await this.expectRecord(externalId, "connected");
      expectStatus(await stack.update({ templateUrl }), "UPDATE_COMPLETE");
      const after = await this.expectRecord(externalId, "connected", before);
      this.done("updated", started, `${before} -> ${after}`);
    });
  }

  /** Asks for a second link and updates the stack with it: the new connection replaces the old one. */
  moveToNewLink(): Promise<void> {
    return this.attempt(async () => {
      const started = Date.now();
      const { externalId: former, stack } = this.connected;
      const { externalId } = await this.newLink();
      expectStatus(await stack.update({ parameters: { ExternalId: externalId } }), "UPDATE_COMPLETE");
      await this.expectRecord(externalId, "connected");
      await this.expectRecord(former, "disconnected");
      this.connection = { externalId, stack };
      this.done("moved", started, externalId);
    });
  }

  /** Deletes the stack. */
  leave(): Promise<void> {
    return this.attempt(async () => {
      const started = Date.now();
      const { externalId, stack } = this.connected;
      expectStatus(await stack.delete(), "DELETE_COMPLETE");
      await this.expectRecord(externalId, "disconnected");
      this.done("left", started, "disconnected");
    });
  }

  private get connected() {
    if (!this.connection) throw new Error("The customer has no stack yet.");
    return this.connection;
  }
}

export function expectStatus(outcome: StackOutcome, status: string): StackOutcome {
  if (outcome.status !== status) {
    throw new Error(`The stack is ${outcome.status}, not ${status}: ${outcome.reason ?? "no reason given"}`);
  }
  return outcome;
}

/** When a resource of the stack was done, in milliseconds since 1970. */
function completionTime({ events }: StackOutcome, logicalId: string): number | undefined {
  return events
    .find((event) => event.LogicalResourceId === logicalId && event.ResourceStatus === "CREATE_COMPLETE")
    ?.Timestamp?.getTime();
}
