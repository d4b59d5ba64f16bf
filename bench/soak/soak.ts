/**
 * Thousands of customers at once, through the functions as they are deployed, while everything goes wrong that can: calls fail, replies
 * are lost, notifications come twice and late, functions are killed, stacks fail for other reasons. At the end everything must be
 * consistent.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { mapConcurrently } from "../../emulator/concurrency.js";
import { ConnectionRepository } from "../../functions/domain/connection-repository.js";
import { endByVendor } from "../../functions/domain/ending.js";
import { regionOfExternalId } from "../../functions/domain/external-id.js";
import { changesOfVerified } from "../../functions/receiver/accepted.js";
import { readVerified, type VerifiedRequest } from "../../functions/receiver/dead-letters.js";
import { readQuickCreateLink } from "../../functions/url-generator/link.js";
import type { Item } from "../../test/stand-ins/expressions.js";
import { environment, linkRequest } from "../deployed.js";
import { HOME_REGION } from "../regions.js";
import { AwsStandIn } from "./aws.js";
import {
  CloudFormation,
  type CustomResourceRequest,
  earlier,
  type Notification,
  notification,
  type Outcome,
  Stack,
} from "./cloudformation.js";
import { checkConsistency } from "./consistency.js";
import { Functions } from "./functions.js";
import { Mishaps } from "./mishaps.js";
import { NeverRandom, type Question, SeededRandom } from "./random.js";
import { StackLife, type Surroundings } from "./stack-life.js";

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

/** How old a dead letter is at least: Lambda's waits, and more. */
const DEAD_LETTER_MILLISECONDS = 200_000;

/** After how long the role is probed, after a Delete that may be the end of its stack. */
const DELETE_PROBE_MILLISECONDS = 120_000;

const MAX_LINK_ATTEMPTS = 20;
const MAX_STACKS_PER_CUSTOMER = 8;
/** The receiver keeps 23 s of its time for the response and what follows it: here it can wait for a role for about a second. */
const HASTY_MILLISECONDS = 24_000;
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
  private readonly failedEvents: { readonly region: string; readonly event: Notification }[] = [];
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
    await this.checkHealth();
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

  /** A customer asks for a link and creates a stack, again if that fails; some update it or leave later, and some are sent away. */
  private async onboard(accountId: string, region: string): Promise<void> {
    const { mishaps } = this;
    for (let attempt = 1; attempt <= MAX_STACKS_PER_CUSTOMER; attempt++) {
      const link = await this.requestLink(accountId, region, attempt);
      const { parameters, stackName } = readQuickCreateLink(link);
      const stack = new Stack(region, accountId, parameters, `${stackName}-${attempt}`.slice(0, 100));
      this.stacks.push(stack);
      const life = new StackLife(stack, this.surroundings, [accountId, attempt]);
      const outcome = await life.create();
      if (outcome === "no response") return;
      if (outcome === "rolled back") continue;
      this.count("onboarded");
      const stay = () => sleep(mishaps.milliseconds(200, "stays", accountId));
      if (mishaps.happens("endedByVendor", accountId)) {
        await stay();
        await this.endByVendor(stack);
      }
      if (mishaps.happens("updates", accountId)) {
        await stay();
        await life.update();
      }
      if (mishaps.happens("leaves", accountId) && !stack.isStuck) {
        await stay();
        await life.delete();
        this.count("left");
      }
      return;
    }
    this.problems.push(
      `The customer ${accountId} could not be connected with ${MAX_STACKS_PER_CUSTOMER} stacks.`,
    );
  }

  /** As the operator's command does, again until it works. */
  private async endByVendor(stack: Stack): Promise<void> {
    const connections = this.connectionsOf(stack.region);
    for (let tries = 1; ; tries++) {
      try {
        const connection = await connections.get(stack.externalId);
        if (!connection) throw new Error(`The connection ${stack.externalId} does not exist.`);
        await connections.change(connection, (latest) => endByVendor(latest, "It was time.", new Date()));
        break;
      } catch (error) {
        if (tries === MAX_LINK_ATTEMPTS) {
          this.problems.push(`${stack.externalId} could not be ended: ${(error as Error).message}`);
          return;
        }
        await sleep(20 * tries);
      }
    }
    stack.isEndedByVendor = true;
    this.count("ended by the vendor");
  }

  /** Asks as the vendor's back end does: with the same key until there is a response. */
  private async requestLink(accountId: string, region: string, attempt: number): Promise<string> {
    const { urlGenerators } = this.functions;
    const urlGenerator = urlGenerators[Number(accountId) % urlGenerators.length];
    const tenant = `tenant-${accountId}`;
    const event = linkRequest({ accountId, region, tenant }, `${accountId}-${attempt}`);
    for (let tries = 1; ; tries++) {
      const killTime = this.mishaps.killTime("link", accountId, attempt, tries);
      const response = (await urlGenerator?.invoke(event, { killAfter: killTime }).catch(() => undefined)) as
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

  /** Publishes a request, which is delivered once or twice, sooner or later. */
  private async publish(request: CustomResourceRequest, isHasty = false): Promise<Outcome | "no response"> {
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
      this.track(this.deliver(stack.region, event, late, { question: [...question, "again"], isHasty }));
    }
    const delay = this.mishaps.delay(...question);
    const delivered = this.deliver(stack.region, event, delay, { question, isHasty }).then(
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
    event: Notification,
    delay: number,
    { question, isHasty }: { readonly question: Question; readonly isHasty: boolean },
  ): Promise<"handled" | "failed"> {
    await sleep(delay);
    for (let tries = 1; ; tries++) {
      const killAfter = this.mishaps.killTime(...question, "try", tries);
      // A request whose role is waited for has to be as old as it would be.
      const waited =
        1000 * LAMBDA_BACKOFF_MILLISECONDS.slice(0, tries - 1).reduce((sum, one) => sum + one, 0);
      const [delivered, limits] = isHasty
        ? [earlier(event, waited), { killAfter, milliseconds: HASTY_MILLISECONDS }]
        : [event, { killAfter }];
      try {
        await this.functions.receiver(region).invoke(delivered, limits);
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

  /** A region's stream invokes its changes function until that succeeds: here for connections that ended, whose statements have to go. */
  private stream(region: string, item: Item): void {
    const { externalId, item: kind, status, revision } = item;
    if (kind?.S !== "connection" || status?.S !== "disconnected") return;
    const SequenceNumber = revision?.N;
    const dynamodb = { Keys: { externalId, item: kind }, NewImage: item, SequenceNumber };
    const event = { Records: [{ eventSource: "aws:dynamodb", dynamodb }] };
    const invoke = async () => {
      for (let tries = 1; tries <= MAX_STREAM_ATTEMPTS; tries++) {
        const killTime = this.mishaps.killTime("stream", item.accountId?.S ?? "", tries);
        try {
          await this.functions.changesOf(region).invoke(event, { killAfter: killTime });
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
    for (const { region, event } of this.failedEvents) {
      // By then it is older than anything that a role is waited for.
      await this.functions
        .receiver(region)
        .invoke(earlier(event, DEAD_LETTER_MILLISECONDS))
        .catch((error: Error) => this.problems.push(`A dead letter failed again: ${error.message}`));
    }
    for (const message of this.aws.messages) await this.apply(JSON.parse(message) as VerifiedRequest);
    await this.idle();
  }

  private async apply(message: VerifiedRequest): Promise<void> {
    const request = readVerified(message);
    const externalId = request.properties?.ExternalID ?? "";
    const region = regionOfExternalId(externalId);
    const connections = this.connectionsOf(region);
    const connection = await connections.get(externalId);
    if (!connection) return;
    const here = { region, customerRolePath: environment(region, 1).CUSTOMER_ROLE_PATH };
    const kept = { request, response: message.response };
    await connections.change(connection, (latest) => changesOfVerified(kept, latest, here, new Date()));
  }

  /** What the health checks do within a quarter of an hour: they find out whether a Delete was the end of a stack. */
  private async checkHealth(): Promise<void> {
    const due = this.aws.table.items.filter(({ deleteHeardAt }) => deleteHeardAt !== undefined);
    this.counts["probes after a Delete"] = due.length;
    // As if they were due: before that a probe that is denied proves nothing.
    for (const record of due) {
      const heardAt = new Date(record.deleteHeardAt?.S ?? "").getTime();
      Object.assign(record, {
        deleteHeardAt: { S: new Date(heardAt - DELETE_PROBE_MILLISECONDS).toISOString() },
      });
    }
    await Promise.all(
      due.map(async ({ externalId: { S: externalId = "" } = {} }) => {
        const event = { externalIds: [externalId] };
        await this.functions.healthOf(regionOfExternalId(externalId)).invoke(event);
      }),
    );
  }

  private connectionsOf(region: string): ConnectionRepository {
    const {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      TABLE_NAME,
    } = environment(region, 1);
    const endpoint = `http://127.0.0.1:${this.aws.port}`;
    const client = new DynamoDBClient({ region, endpoint, credentials: { accessKeyId, secretAccessKey } });
    return new ConnectionRepository(client, TABLE_NAME);
  }

  private get surroundings(): Surroundings {
    const { aws, cloudFormation, mishaps } = this;
    return {
      aws,
      cloudFormation,
      mishaps,
      publish: (request, isHasty) => this.publish(request, isHasty),
      count: (what) => this.count(what),
      report: (problem) => this.problems.push(problem),
    };
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
