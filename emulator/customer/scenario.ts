/**
 * What `npm start` shows: in each region a customer who connects an account, updates the stack, moves to a new link
 * and leaves. Every step goes the way that it goes on AWS and is checked where it leaves a trace.
 */
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { EmbeddedCloud } from "../aws/embedded-cloud.js";
import type { Stack, StackOutcome } from "./customer.js";

/** What the scenario needs of a deployment. */
export interface DeployedProgram {
  readonly onboardingUrl: string;
  readonly tableName: string;
  /** By region. */
  readonly topicArns: Readonly<Record<string, readonly string[]>>;
  /** The template of the running deployment, and the one of the next version that the vendor deploys meanwhile. */
  readonly templateUrl: string;
}

export interface Step {
  readonly step: string;
  /** From the step's beginning to its end. */
  readonly seconds: number;
  /** What there is to see of it. */
  readonly detail: string;
}

/** How it went for the customer of one region. */
export interface RegionScenario {
  readonly region: string;
  readonly accountId: string;
  readonly steps: readonly Step[];
  /** Undefined where every step succeeded. */
  readonly error: string | undefined;
}

/** A link as the URL generator answers it. */
export interface CreatedLink {
  readonly externalId: string;
  readonly link: string;
  readonly expiresAt: string;
}

/** Asks the URL generator for a link. @returns its answer, whatever it is */
export async function requestLink(
  onboardingUrl: string,
  body: { readonly accountId: string; readonly region: string },
): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }> {
  const response = await fetch(`${onboardingUrl}/connections`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/**
 * Asks the URL generator for a link.
 * @throws Error with the generator's own sentence where it refuses
 */
export async function createLink(
  onboardingUrl: string,
  body: { readonly accountId: string; readonly region: string; readonly tenant?: string },
): Promise<CreatedLink> {
  const answer = await requestLink(onboardingUrl, body);
  if (answer.status !== 201) {
    throw new Error(
      `The URL generator answered ${answer.status}: ${answer.body.detail ?? JSON.stringify(answer.body)}`,
    );
  }
  return answer.body as unknown as CreatedLink;
}

/** One region's customer, from the first link to the last delete. */
export class CustomerScenario {
  private readonly steps: Step[] = [];
  private error: string | undefined;
  private stack: Stack | undefined;
  private first: CreatedLink | undefined;

  constructor(
    private readonly cloud: EmbeddedCloud,
    private readonly program: DeployedProgram,
    readonly region: string,
    readonly accountId: string,
    /** Told of each step as soon as it is done. */
    private readonly onStep: (scenario: CustomerScenario, step: Step) => void,
  ) {}

  get result(): RegionScenario {
    return { region: this.region, accountId: this.accountId, steps: this.steps, error: this.error };
  }

  /** Link, stack, connected. */
  connect(): Promise<void> {
    return this.attempt(async () => {
      const started = Date.now();
      const first = await createLink(this.program.onboardingUrl, this.customer);
      this.first = first;
      this.done("link", started, first.externalId);

      const creating = Date.now();
      this.stack = await this.cloud.customer(this.accountId).createStack(first.link);
      const outcome = expectStatus(await this.stack.settled(), "CREATE_COMPLETE");
      this.done("role", creating, outcome.outputs.RoleArn ?? "", at(outcome, "Role"));

      const request = this.stack.requests.at(-1);
      this.done("phone home", request?.madeAt ?? creating, "answered SUCCESS", request?.answeredAt);
      await this.expectRecord(first, "connected");
      this.done("connected", started, "in the table");
    });
  }

  /** The vendor has deployed a new template: the customer's stack moves to it. */
  update(templateUrl: string): Promise<void> {
    return this.attempt(async () => {
      const started = Date.now();
      const before = await this.expectRecord(this.opened.first, "connected");
      expectStatus(await this.opened.stack.update({ templateUrl }), "UPDATE_COMPLETE");
      const after = await this.expectRecord(this.opened.first, "connected", before.templateVersion);
      this.done("new template", started, `${before.templateVersion} -> ${after.templateVersion}`);
    });
  }

  /** The customer opens a second link for the same stack: the connection moves, the old one ends. */
  moveToNewLink(): Promise<void> {
    return this.attempt(async () => {
      const started = Date.now();
      const { first, stack } = this.opened;
      const second = await createLink(this.program.onboardingUrl, this.customer);
      const outcome = await stack.update({ parameters: { ExternalId: second.externalId } });
      expectStatus(outcome, "UPDATE_COMPLETE");
      await this.expectRecord(second, "connected");
      await this.expectRecord(first, "disconnected");
      this.first = second;
      this.done("new link", started, second.externalId);
    });
  }

  /** The customer deletes the stack. */
  leave(): Promise<void> {
    return this.attempt(async () => {
      const started = Date.now();
      expectStatus(await this.opened.stack.delete(), "DELETE_COMPLETE");
      await this.expectRecord(this.opened.first, "disconnected");
      this.done("left", started, "disconnected");
    });
  }

  private get customer() {
    return { accountId: this.accountId, region: this.region };
  }

  private get opened(): { readonly first: CreatedLink; readonly stack: Stack } {
    if (!this.first || !this.stack) throw new Error("The customer has no stack yet.");
    return { first: this.first, stack: this.stack };
  }

  /** A customer whom one step failed takes no further one. */
  private async attempt(steps: () => Promise<void>): Promise<void> {
    if (this.error !== undefined) return;
    try {
      await steps();
    } catch (error) {
      this.error = (error as Error).message;
    }
  }

  private done(name: string, started: number, detail: string, ended = Date.now()): void {
    const step = { step: name, seconds: Math.max(0, ended - started) / 1000, detail };
    this.steps.push(step);
    this.onStep(this, step);
  }

  /**
   * Reads the connection, strongly consistent, in the replica of its own region. The receiver writes updates and
   * departures after its answer was taken, so the stack can be done a moment before the record says so.
   *
   * @param formerTemplate the version of the template that the record may no longer show
   */
  private async expectRecord(
    { externalId }: CreatedLink,
    status: string,
    formerTemplate?: string,
  ): Promise<{ readonly templateVersion: string }> {
    const deadline = Date.now() + 5000;
    for (;;) {
      const { Item } = await this.cloud.vendor.dynamoDB(this.region).send(
        new GetItemCommand({
          TableName: this.program.tableName,
          Key: { externalId: { S: externalId }, item: { S: "connection" } },
          ConsistentRead: true,
        }),
      );
      const templateVersion = Item?.templateVersion?.S ?? "";
      if (Item?.status?.S === status && templateVersion !== formerTemplate) return { templateVersion };
      if (Date.now() > deadline) {
        const found = `${Item?.status?.S ?? "unknown"} with template ${templateVersion || "unknown"}`;
        throw new Error(
          `The connection ${externalId} is ${found} 5 s after it should have become ${status}.`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

function expectStatus(outcome: StackOutcome, status: string): StackOutcome {
  if (outcome.status !== status) {
    throw new Error(`The stack is ${outcome.status}, not ${status}: ${outcome.reason ?? "no reason given"}`);
  }
  return outcome;
}

/** When a resource of the stack was done, in milliseconds since 1970. */
function at({ events }: StackOutcome, logicalId: string): number | undefined {
  return events
    .find((event) => event.LogicalResourceId === logicalId && event.ResourceStatus === "CREATE_COMPLETE")
    ?.Timestamp?.getTime();
}
