/**
 * Thousands of customers at once, through the functions as they are deployed, while everything goes wrong that can: calls fail, replies
 * are lost, notifications come twice and late, functions are killed, stacks fail for other reasons. At the end everything must be
 * consistent.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { mapConcurrently } from "../../emulator/concurrency.js";
import { readQuickCreateLink } from "../../functions/url-generator/link.js";
import type { Item } from "../../test/stand-ins/expressions.js";
import { linkRequest } from "../deployed.js";
import { HOME_REGION } from "../regions.js";
import { AwsStandIn } from "./aws.js";
import {
  CloudFormation,
  type CustomResourceRequest,
  notification,
  type Outcome,
  Stack,
} from "./cloudformation.js";
import { checkConsistency } from "./consistency.js";
import { Functions } from "./functions.js";
import { Mishaps } from "./mishaps.js";
import { NeverRandom, type Question, SeededRandom } from "./random.js";

export interface SoakOptions {
  readonly onboardings: number;
  readonly regions: readonly string[];
  readonly seed: number;
  /** How the receiver is broken: `silent`, `forgetful` or `careless`, see worker.cjs. */
  readonly broken?: string | undefined;
  /** Nothing goes wrong and nobody leaves: what is left is the work itself. */
  readonly faultless?: boolean;
  /** Called when a customer is done, with how many are. */
  readonly onProgress?: (done: number) => void;
}

export interface SoakResult {
  readonly counts: Readonly<Record<string, number>>;
  /** One sentence for everything that is not as it must be. */
  readonly inconsistencies: readonly string[];
  /** How often AWS was called until the last customer was done, by `service action`. */
  readonly calls: ReadonlyMap<string, number>;
}

const CUSTOMERS_AT_ONCE = 64;

/** How many customers share a process of the URL generator: killing one interrupts everything that it is doing. */
const CUSTOMERS_PER_URL_GENERATOR = 20;
const MAX_URL_GENERATORS = 8;

/** What Lambda waits before it tries an event again: one and two minutes, a thousand times faster. */
const LAMBDA_BACKOFF_MILLISECONDS = [60, 120];

const MAX_LINK_ATTEMPTS = 20;
const MAX_STACKS_PER_CUSTOMER = 8;
const MAX_DELETES = 5;
const MAX_STREAM_ATTEMPTS = 10;

export async function soak(options: SoakOptions): Promise<SoakResult> {
  const simulation = await Simulation.start(options);
  try {
    return await simulation.run();
  } finally {
    await simulation.stop();
  }
}

class Simulation {
  private readonly cloudFormation = new CloudFormation();
  private readonly stacks: Stack[] = [];
  /** External IDs of the links that reached a customer. */
  private readonly links = new Set<string>();
  private readonly inProgress = new Set<Promise<unknown>>();
  private readonly failedEvents: { readonly region: string; readonly event: unknown }[] = [];
  private readonly counts: Record<string, number> = {};
  private readonly problems: string[] = [];

  private constructor(
    private readonly options: SoakOptions,
    private readonly mishaps: Mishaps,
    private readonly aws: AwsStandIn,
    private readonly functions: Functions,
  ) {
    aws.onResponse = (key, body) => this.cloudFormation.respond(key, body);
    aws.onWrite = (region, item) => this.stream(region, item);
  }

  static async start(options: SoakOptions): Promise<Simulation> {
    const { onboardings, regions, seed, faultless, broken } = options;
    const mishaps = new Mishaps(faultless ? new NeverRandom() : new SeededRandom(seed));
    const aws: AwsStandIn = await AwsStandIn.start((call) => mishaps.faultFor(call, aws));
    const urlGenerators = Math.ceil(onboardings / CUSTOMERS_PER_URL_GENERATOR);
    const functions = await Functions.deploy({
      regions,
      port: aws.port,
      urlGenerators: Math.min(MAX_URL_GENERATORS, urlGenerators),
      broken,
    });
    return new Simulation(options, mishaps, aws, functions);
  }

  async stop(): Promise<void> {
    await this.functions.stop();
    await this.aws.stop();
  }

  async run(): Promise<SoakResult> {
    const { onboardings, regions, onProgress } = this.options;
    let done = 0;
    await mapConcurrently(Array.from({ length: onboardings }), CUSTOMERS_AT_ONCE, async (_, number) => {
      const region = regions[number % regions.length] ?? HOME_REGION;
      await this.onboard(String(300_000_000_000 + number), region);
      onProgress?.(++done);
    });
    await this.idle();
    const calls = new Map(this.aws.calls);
    await this.redrive();
    await this.reconcile();
    const { counts, inconsistencies } = checkConsistency({
      aws: this.aws,
      stacks: this.stacks,
      links: this.links,
    });
    return {
      counts: {
        ...this.counts,
        kills: this.functions.kills,
        calls: [...this.aws.calls.values()].reduce((sum, calls) => sum + calls, 0),
        "failed calls": this.aws.faults,
        ...counts,
      },
      inconsistencies: [...this.problems, ...inconsistencies],
      calls,
    };
  }

  /** A customer asks for a link and creates a stack, again if that fails, and some leave later. */
  private async onboard(accountId: string, region: string): Promise<void> {
    for (let attempt = 1; attempt <= MAX_STACKS_PER_CUSTOMER; attempt++) {
      const link = await this.requestLink(accountId, region, attempt);
      const stack = await this.createStack(link, accountId, attempt);
      if (stack === "no response") return;
      if (stack === "rolled back") continue;
      this.count("onboarded");
      if (this.mishaps.happens("leaves", accountId)) {
        await sleep(this.mishaps.milliseconds(200, "stays", accountId));
        await this.deleteStack(stack, stack.physicalId);
        this.count("left");
      }
      return;
    }
    this.problems.push(
      `The customer ${accountId} could not be connected with ${MAX_STACKS_PER_CUSTOMER} stacks.`,
    );
  }

  /** Asks as the vendor's back end does: with the same key until there is a response. */
  private async requestLink(accountId: string, region: string, attempt: number): Promise<string> {
    const { urlGenerators } = this.functions;
    const urlGenerator = urlGenerators[Number(accountId) % urlGenerators.length];
    const tenant = `tenant-${accountId}`;
    const event = linkRequest({ accountId, region, tenant }, `${accountId}-${attempt}`);
    for (let tries = 1; ; tries++) {
      const killTime = this.mishaps.killTime("link", accountId, attempt, tries);
      const response = (await urlGenerator?.invoke(event, killTime).catch(() => undefined)) as
        | { statusCode: number; body: string }
        | undefined;
      if (response?.statusCode === 201 || response?.statusCode === 200) {
        const { externalId, link } = JSON.parse(response.body) as { externalId: string; link: string };
        this.links.add(externalId);
        return link;
      }
      this.count("links requested again");
      if (tries === MAX_LINK_ATTEMPTS)
        throw new Error(`No link for ${accountId}: ${response?.body ?? "killed"}`);
      await sleep(20 * tries);
    }
  }

  /** @returns the stack, if it is complete */
  private async createStack(
    link: string,
    accountId: string,
    attempt: number,
  ): Promise<Stack | "rolled back" | "no response"> {
    const { region, parameters, stackName } = readQuickCreateLink(link);
    const stack = new Stack(region, accountId, parameters, `${stackName}-${attempt}`.slice(0, 100));
    this.stacks.push(stack);
    this.aws.roles.set(stack.roleArn, stack.externalId);
    const create = this.cloudFormation.request(stack, "Create");
    if (this.mishaps.happens("stackFails", accountId, attempt)) {
      this.count("stacks that failed for another reason");
      const when = this.mishaps.milliseconds(60, "stack fails", accountId, attempt);
      setTimeout(() => create.end("cancelled"), when);
    }
    const outcome = await this.publish(create);
    if (outcome === "no response") return outcome;
    if (typeof outcome === "object" && outcome.Status === "SUCCESS") return stack;
    // The Delete carries the ID of the response or, where there was none, one that CloudFormation makes up.
    const physicalId =
      typeof outcome === "object" ? outcome.PhysicalResourceId : `${stackName}-PhoneHome-MADEUP`;
    await this.deleteStack(stack, physicalId);
    this.count("stacks rolled back");
    return "rolled back";
  }

  /** A Delete without a response leaves the stack in DELETE_FAILED, and its owner deletes it again. */
  private async deleteStack(stack: Stack, physicalId: string): Promise<void> {
    for (let tries = 1; tries <= MAX_DELETES; tries++) {
      const outcome = await this.publish(this.cloudFormation.request(stack, "Delete", physicalId));
      if (outcome === "no response") return;
      if (typeof outcome === "object" && outcome.Status === "SUCCESS") {
        stack.isDeleted = true;
        this.aws.roles.delete(stack.roleArn);
        return;
      }
      this.count("deletes repeated");
    }
    this.problems.push(`The stack ${stack.id} could not be deleted.`);
  }

  /** Publishes a request, which is delivered once or twice, sooner or later. */
  private async publish(request: CustomResourceRequest): Promise<Outcome | "no response"> {
    const { stack, type } = request;
    const ofAccount = this.stacks.filter(({ accountId }) => accountId === stack.accountId).length;
    const question = [type, stack.accountId, stack.requests.length, ofAccount] as const;
    if (!this.mayPublish(stack)) {
      this.problems.push(`The account ${stack.accountId} may not publish the ${type} of ${stack.id}.`);
      request.end("timedOut");
    }
    const event = notification(request);
    if (this.mishaps.happens("deliveredTwice", ...question)) {
      this.count("notifications delivered twice");
      const late = this.mishaps.milliseconds(1000, "delivered twice", ...question);
      this.track(this.deliver(stack.region, event, late, [...question, "again"]));
    }
    const delivered = this.deliver(stack.region, event, this.mishaps.delay(...question), question).then(
      async (delivery) => {
        // Nobody will respond any more: CloudFormation waits as long as the template allows.
        if (delivery === "failed") request.end("timedOut");
        else await sleep(50);
        return request.outcome ?? "no response";
      },
    );
    this.track(delivered);
    const outcome = await Promise.race([request.ended, delivered]);
    if (outcome === "no response") this.problems.push(`No response to the ${type} of ${stack.id}.`);
    return outcome;
  }

  /** Lambda tries an event three times, and then keeps it. */
  private async deliver(
    region: string,
    event: unknown,
    delay: number,
    question: Question,
  ): Promise<"handled" | "failed"> {
    await sleep(delay);
    for (let tries = 1; ; tries++) {
      try {
        await this.functions.receiver(region).invoke(event, this.mishaps.killTime(...question, "try", tries));
        return "handled";
      } catch {
        this.count("events tried again");
        const backoff = LAMBDA_BACKOFF_MILLISECONDS[tries - 1];
        if (backoff === undefined) break;
        await sleep(backoff);
      }
    }
    this.failedEvents.push({ region, event });
    return "failed";
  }

  /** A region's stream invokes its topic-policies function for connections that ended, until that succeeds. */
  private stream(region: string, item: Item): void {
    if (item.status?.S !== "disconnected") return;
    const event = { Records: [{ eventSource: "aws:dynamodb", dynamodb: { NewImage: item } }] };
    const invoke = async () => {
      for (let tries = 1; tries <= MAX_STREAM_ATTEMPTS; tries++) {
        const killTime = this.mishaps.killTime("stream", item.accountId?.S ?? "", tries);
        try {
          await this.functions.topicPoliciesOf(region).invoke(event, killTime);
          return;
        } catch {
          await sleep(50 * tries);
        }
      }
      this.count("ends that only the reconciliation saw");
    };
    this.track(invoke());
  }

  /** What an operator does with the dead-letter queues, when all is well again. */
  private async redrive(): Promise<void> {
    this.mishaps.callsSucceed = true;
    this.counts["events in the dead-letter queues"] = this.failedEvents.length;
    this.counts["verified messages in the dead-letter queues"] = this.aws.messages.length;
    for (const { region, event } of this.failedEvents) await this.functions.receiver(region).invoke(event);
    for (const message of this.aws.messages) {
      const { request } = JSON.parse(message) as { request: { stackId: string; requestId: string } };
      const stack = this.stacks.find(({ id }) => id === request.stackId);
      const kept = stack?.requests.find(({ id }) => id === request.requestId);
      if (stack && kept) await this.functions.receiver(stack.region).invoke(notification(kept));
    }
    await this.idle();
  }

  /** What the topic-policies functions do every hour. */
  private async reconcile(): Promise<void> {
    const event = { "detail-type": "Scheduled Event", source: "aws.events" };
    for (const region of this.options.regions) {
      await this.functions.topicPoliciesOf(region).invoke(event);
    }
  }

  private mayPublish({ topicArn, accountId }: Stack): boolean {
    const statements = [...this.aws.policyOf(topicArn).values()];
    return statements.some(({ Principal }) => Principal.AWS.includes(accountId));
  }

  private count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  private track(work: Promise<unknown>): void {
    this.inProgress.add(work);
    void work.finally(() => this.inProgress.delete(work));
  }

  private async idle(): Promise<void> {
    while (this.inProgress.size > 0) await Promise.allSettled([...this.inProgress]);
  }
}
