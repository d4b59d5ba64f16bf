/**
 * Thousands of customers at once, through the functions as they are deployed, while everything that can go wrong does: calls fail,
 * answers are lost, notifications come twice and late, functions are killed, stacks fail for other reasons. At the end the books must agree.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle, type FunctionName, functionNames } from "../../components/build/bundle.js";
import { readQuickCreateLink } from "../../functions/url-generator/link.js";
import { Aws, type Call, type Fault } from "./aws.js";
import { Chance, NoChance } from "./chance.js";
import { CloudFormation, type CustomResourceRequest, notification, Stack } from "./cloudformation.js";
import { differences } from "./differences.js";
import { Sandbox } from "./sandbox.js";

export interface SoakOptions {
  readonly onboardings: number;
  readonly regions: readonly string[];
  readonly seed: number;
  /** How the receiver is broken: `silent`, `forgetful` or `careless`, see worker.cjs. */
  readonly broken?: string | undefined;
  /** Nothing goes wrong and nobody leaves: what is left is the work itself. */
  readonly faultless?: boolean;
  /** Told of each customer who is done. */
  readonly onProgress?: (done: number) => void;
}

/** What happened, and what does not agree. */
export interface SoakResult {
  readonly counts: Readonly<Record<string, number>>;
  readonly differences: readonly string[];
  /** Of AWS, as `service action`, until the last customer was done. */
  readonly calls: ReadonlyMap<string, number>;
}

/** How likely each mishap is. */
const LIKELY = {
  callFails: 0.01,
  /** Of the calls that fail, those that fail again when they are tried again. */
  failsAgain: 0.2,
  repeated: 0.05,
  late: 0.1,
  killed: 0.01,
  stackFails: 0.01,
  leaves: 0.05,
};

/** What Lambda waits before it tries an event again: one and two minutes, a thousand times faster. */
const LAMBDA_WAITS_MILLISECONDS = [60, 120];

const CUSTOMERS_AT_ONCE = 64;

/** So many customers share a process of the one URL generator: a kill ends what one process is doing. */
const CUSTOMERS_PER_URL_GENERATOR = 20;
const MAX_URL_GENERATORS = 8;
const TOPICS = 10;
const VENDOR = "111122223333";
const HOME = "us-east-1";
const PREFIX = "onboarding-dev";

export async function soak(options: SoakOptions): Promise<SoakResult> {
  const world = await World.start(options);
  try {
    return await world.run();
  } finally {
    await world.stop();
  }
}

class World {
  readonly cloudFormation = new CloudFormation();
  readonly stacks: Stack[] = [];
  /** External IDs of links that reached a customer. */
  readonly links = new Set<string>();
  private readonly failing = new Map<string, number>();
  private readonly underWay = new Set<Promise<unknown>>();
  private readonly deadLetters: { readonly region: string; readonly event: unknown }[] = [];
  private readonly counts: Record<string, number> = {};
  private readonly problems: string[] = [];
  private faultsAreOver = false;
  private aws!: Aws;
  private urlGenerators: readonly Sandbox[] = [];
  private readonly receivers = new Map<string, Sandbox>();
  private readonly topicPolicies = new Map<string, Sandbox>();

  private constructor(
    private readonly options: SoakOptions,
    private readonly chance: Chance,
    private readonly folder: string,
  ) {}

  static async start(options: SoakOptions): Promise<World> {
    const folder = mkdtempSync(join(tmpdir(), "onboarding-soak-"));
    const world = new World(options, options.faultless ? new NoChance() : new Chance(options.seed), folder);
    const aws = await Aws.start((call) => world.fate(call));
    world.aws = aws;
    aws.onAnswer = (key, body) => world.cloudFormation.answer(key, body);
    await world.deploy(aws.port);
    aws.onWrite = (region, item) => world.stream(region, item);
    return world;
  }

  async stop(): Promise<void> {
    const sandboxes = [...this.urlGenerators, ...this.receivers.values(), ...this.topicPolicies.values()];
    await Promise.all(sandboxes.map((sandbox) => sandbox.stop()));
    await this.aws.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async run(): Promise<SoakResult> {
    const { onboardings, onProgress } = this.options;
    const numbers = Array.from({ length: onboardings }, (_, index) => index).values();
    let done = 0;
    const lives = Array.from({ length: CUSTOMERS_AT_ONCE }, async () => {
      for (const number of numbers) {
        await this.live(number);
        onProgress?.(++done);
      }
    });
    await Promise.all(lives);
    await this.idle();
    const calls = new Map(this.aws.calls);
    await this.redrive();
    await this.sweep();
    const found = differences({ aws: this.aws, stacks: this.stacks, links: this.links });
    return {
      counts: {
        ...this.counts,
        kills: this.kills,
        calls: [...this.aws.calls.values()].reduce((sum, calls) => sum + calls, 0),
        failedCalls: this.aws.faults,
        ...found.counts,
      },
      differences: [...this.problems, ...found.differences],
      calls,
    };
  }

  /** A customer's life: a link, a stack, another try if it fails, and for some a farewell. */
  private async live(number: number): Promise<void> {
    const accountId = String(300_000_000_000 + number);
    const { regions } = this.options;
    const region = regions[number % regions.length] ?? HOME;
    for (let attempt = 1; attempt <= 8; attempt++) {
      const link = await this.link(accountId, region, attempt);
      const stack = await this.create(link, accountId, attempt);
      if (stack === "unanswered") return;
      if (!stack) continue;
      this.count("onboarded");
      if (this.chance.happens(LIKELY.leaves, "leaves", accountId)) {
        await pause(this.chance.number("stays", accountId) * 200);
        await this.delete(stack, physicalIdOf(stack));
        this.count("left");
      }
      return;
    }
    this.problems.push(`The customer ${accountId} could not be connected in 8 attempts.`);
  }

  /** Asks as the vendor's back end does: with the same key until there is an answer. */
  private async link(accountId: string, region: string, attempt: number): Promise<string> {
    for (let tries = 1; ; tries++) {
      const name = ["link", accountId, attempt, tries] as const;
      const event = askForLink(accountId, region, `${accountId}-${attempt}`);
      const result = (await this.urlGenerators[Number(accountId) % this.urlGenerators.length]
        ?.invoke(event, this.killTime(...name))
        .catch(() => undefined)) as { statusCode: number; body: string } | undefined;
      if (result?.statusCode === 201 || result?.statusCode === 200) {
        const { externalId, link } = JSON.parse(result.body) as { externalId: string; link: string };
        this.links.add(externalId);
        return link;
      }
      this.count("links asked for again");

      if (tries === 20) throw new Error(`No link for ${accountId}: ${result?.body ?? "killed"}`);
      await pause(20 * tries);
    }
  }

  /** @returns the stack, if it is complete; undefined if it is gone again */
  private async create(
    link: string,
    accountId: string,
    attempt: number,
  ): Promise<Stack | undefined | "unanswered"> {
    const { region, parameters, stackName } = readQuickCreateLink(link);
    const stack = new Stack(region, accountId, parameters, `${stackName}-${attempt}`.slice(0, 100));
    this.stacks.push(stack);
    this.aws.roles.set(stack.roleArn, parameters.ExternalId ?? "");
    const create = this.cloudFormation.request(stack, "Create");
    if (this.chance.happens(LIKELY.stackFails, "fails", accountId, attempt)) {
      this.count("stacks that failed for another reason");
      setTimeout(() => create.endWith("cancelled"), this.chance.number("when", accountId, attempt) * 60);
    }
    const end = await this.publish(create);
    if (end === "unanswered") return end;
    if (typeof end === "object" && end.Status === "SUCCESS") return stack;
    // The Delete carries the ID of the answer or, where there was none, one that CloudFormation makes up.
    await this.delete(
      stack,
      typeof end === "object" ? end.PhysicalResourceId : `${stackName}-PhoneHome-MADEUP`,
    );
    this.count("stacks rolled back");
    return undefined;
  }

  /** A Delete that is not answered leaves the stack in DELETE_FAILED, and its owner deletes it again. */
  private async delete(stack: Stack, physicalId: string): Promise<void> {
    for (let tries = 1; tries <= 5; tries++) {
      const end = await this.publish(this.cloudFormation.request(stack, "Delete", physicalId));
      if (end === "unanswered") return;
      if (typeof end === "object" && end.Status === "SUCCESS") {
        stack.isGone = true;
        this.aws.roles.delete(stack.roleArn);
        return;
      }
      this.count("deletes repeated");
    }
    this.problems.push(`The stack ${stack.id} could not be deleted.`);
  }

  /** Publishes a request, as often and as late as chance has it, and resolves with its end. */
  private async publish(request: CustomResourceRequest) {
    const { stack, type } = request;
    const name = [type, stack.accountId, stack.requests.length, this.stacksOf(stack)] as const;
    if (!this.mayPublish(stack)) {
      this.problems.push(`The account ${stack.accountId} may not publish the ${type} of ${stack.id}.`);
      request.endWith("timedOut");
    }
    const event = notification(request);
    const deliveries = [this.deliver(stack.region, event, this.lateness(...name), ...name)];
    if (this.chance.happens(LIKELY.repeated, "repeated", ...name)) {
      this.count("notifications delivered twice");
      const late = this.chance.number("repeated late", ...name) * 1000;
      this.track(this.deliver(stack.region, event, late, ...name, "again"));
    }
    const delivered = Promise.all(deliveries).then(async ([outcome]) => {
      // Nobody will answer any more: CloudFormation waits for the time that the template gives it.
      if (outcome === "dead") request.endWith("timedOut");
      else await pause(50);
      return "unanswered" as const;
    });
    this.track(delivered);
    const end = await Promise.race([request.ended, delivered.then((outcome) => request.end ?? outcome)]);
    if (end === "unanswered") this.problems.push(`No answer to the ${type} of ${stack.id}.`);
    return end;
  }

  /** Lambda tries an event three times, and keeps it then. */
  private async deliver(
    region: string,
    event: unknown,
    lateness: number,
    ...name: readonly (string | number)[]
  ): Promise<"handled" | "dead"> {
    await pause(lateness);
    for (let tries = 1; ; tries++) {
      try {
        await this.in(this.receivers, region).invoke(event, this.killTime(...name, "try", tries));
        return "handled";
      } catch {
        this.count("events tried again");
        const wait = LAMBDA_WAITS_MILLISECONDS[tries - 1];
        if (wait === undefined) break;
        await pause(wait);
      }
    }
    this.deadLetters.push({ region, event });
    return "dead";
  }

  /** A region's stream tells its permissions function of connections that ended, until it has understood. */
  private stream(region: string, item: Readonly<Record<string, { readonly S?: string }>>): void {
    if (item.status?.S !== "disconnected") return;
    const event = { Records: [{ eventSource: "aws:dynamodb", dynamodb: { NewImage: item } }] };
    const tell = async () => {
      for (let tries = 1; tries <= 10; tries++) {
        const killTime = this.killTime("stream", item.accountId?.S ?? "", tries);
        const told = await this.in(this.topicPolicies, region)
          .invoke(event, killTime)
          .then(
            () => true,
            () => false,
          );
        if (told) return;
        await pause(50 * tries);
      }
      this.count("ends that only the sweep saw");
    };
    this.track(tell());
  }

  /** What an operator does with what was kept, when all is well again. */
  private async redrive(): Promise<void> {
    this.faultsAreOver = true;
    this.counts["dead letters"] = this.deadLetters.length;
    this.counts["verified letters"] = this.aws.letters.length;
    for (const { region, event } of this.deadLetters) await this.in(this.receivers, region).invoke(event);
    for (const letter of this.aws.letters) {
      const { request } = JSON.parse(letter) as { request: { stackId: string; requestId: string } };
      const stack = this.stacks.find(({ id }) => id === request.stackId);
      const kept = stack?.requests.find(({ id }) => id === request.requestId);
      if (stack && kept) await this.in(this.receivers, stack.region).invoke(notification(kept));
    }
    await this.idle();
  }

  /** What happens every hour. */
  private async sweep(): Promise<void> {
    const event = { "detail-type": "Scheduled Event", source: "aws.events" };
    for (const region of this.options.regions) await this.in(this.topicPolicies, region).invoke(event);
  }

  private mayPublish({ parameters, accountId }: Stack): boolean {
    const statements = [...this.aws.policyOf(parameters.SnsArn ?? "").values()];
    return statements.some(({ Principal }) => Principal.AWS.includes(accountId));
  }

  /** What becomes of a call. Some that fail, fail again when they are repeated. */
  private fate({ service, action, about }: Call): Fault | undefined {
    if (this.faultsAreOver) return undefined;
    const account = this.accountIn(about);
    const what = `${service} ${action} ${account}`;
    const time = (this.failing.get(what) ?? 0) + 1;
    this.failing.set(what, time);
    const { number } = this.chance;
    const roll = number.call(this.chance, "fails", what, time);
    const again = number.call(this.chance, "fails", what, time - 1) < LIKELY.callFails * LIKELY.failsAgain;
    if (roll >= LIKELY.callFails && !again) return undefined;
    const kinds: readonly Fault[] = ["error", "throttled", "unheard", "answerLost"];
    return kinds[Math.floor(number.call(this.chance, "kind", what, time) * kinds.length)];
  }

  /** External IDs differ from run to run; the accounts that they stand for do not. */
  private accountIn(about: string): string {
    const connection =
      this.aws.items.get(`${about} connection`) ??
      this.aws.items.get(`${about.replace(/-(?=[0-9a-f]{8}-)/, ":")} connection`);
    return connection?.accountId?.S ?? /\d{12}/.exec(about)?.[0] ?? "";
  }

  private lateness(...name: readonly (string | number)[]): number {
    return this.chance.happens(LIKELY.late, "late", ...name)
      ? this.chance.number("how late", ...name) * 300
      : 0;
  }

  private killTime(...name: readonly (string | number)[]): number | undefined {
    return this.chance.happens(LIKELY.killed, "killed", ...name)
      ? this.chance.number("kill time", ...name) * 40
      : undefined;
  }

  private stacksOf({ accountId }: Stack): number {
    return this.stacks.filter((stack) => stack.accountId === accountId).length;
  }

  private in(sandboxes: ReadonlyMap<string, Sandbox>, region: string): Sandbox {
    const sandbox = sandboxes.get(region);
    if (!sandbox) throw new Error(`Nothing is deployed in ${region}.`);
    return sandbox;
  }

  private get kills(): number {
    const sandboxes = [...this.urlGenerators, ...this.receivers.values(), ...this.topicPolicies.values()];
    return sandboxes.reduce((sum, { kills }) => sum + kills, 0);
  }

  private count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  private track(work: Promise<unknown>): void {
    this.underWay.add(work);
    void work.finally(() => this.underWay.delete(work));
  }

  private async idle(): Promise<void> {
    while (this.underWay.size > 0) await Promise.allSettled([...this.underWay]);
  }

  private async deploy(port: number): Promise<void> {
    const files = new Map<FunctionName, string>();
    for (const name of functionNames) {
      const code = (await bundle(name)).files["index.js"] ?? "";
      const file = join(this.folder, `${name}.cjs`);
      writeFileSync(file, code);
      files.set(name, file);
    }
    writeFileSync(join(this.folder, "config.json"), JSON.stringify(config(this.options.regions)));
    writeFileSync(join(this.folder, "openapi.json"), "{}");
    const sandbox = (name: FunctionName, region: string) =>
      new Sandbox({
        file: files.get(name) ?? "",
        environment: environment(name, region, this.options.regions),
        port,
        broken: name === "receiver" ? this.options.broken : undefined,
      });
    const processes = Math.ceil(this.options.onboardings / CUSTOMERS_PER_URL_GENERATOR);
    this.urlGenerators = Array.from({ length: Math.min(MAX_URL_GENERATORS, processes) }, () =>
      sandbox("url-generator", HOME),
    );
    for (const region of this.options.regions) {
      this.receivers.set(region, sandbox("receiver", region));
      this.topicPolicies.set(region, sandbox("topic-policies", region));
    }
  }
}

/** What the receiver's answer gave CloudFormation. */
function physicalIdOf(stack: Stack): string {
  const end = stack.requests[0]?.end;
  return typeof end === "object" ? end.PhysicalResourceId : "";
}

function environment(name: FunctionName, region: string, regions: readonly string[]): Record<string, string> {
  const topics = Object.fromEntries(regions.map((served) => [served, TOPICS]));
  return {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    POWERTOOLS_METRICS_NAMESPACE: PREFIX,
    TABLE_NAME: `${PREFIX}-connections`,
    CUSTOMER_ROLE_PATH: "/onboarding/dev/",
    DEAD_LETTER_QUEUE_URL: `https://sqs.${region}.amazonaws.com/${VENDOR}/${PREFIX}-receiver-failed`,
    TOPICS: name === "url-generator" ? JSON.stringify(topics) : String(TOPICS),
    TOPIC_PREFIX: PREFIX,
    TEMPLATE_URL: `https://${PREFIX}.s3.${HOME}.amazonaws.com/templates/1.json`,
    TRUSTED_ACCOUNT: VENDOR,
  };
}

function config(regions: readonly string[]) {
  return {
    regions,
    auth: "iam",
    tenantClaim: "",
    vendorName: "Example",
    linkLifetimeHours: 24,
    pendingLinksPerAccount: 20,
    pendingLinksPerTenant: 1_000_000,
    confirmation: "none",
  };
}

function askForLink(accountId: string, region: string, key: string) {
  return {
    version: "2.0",
    routeKey: "POST /connections",
    rawPath: "/connections",
    rawQueryString: "",
    headers: { "content-type": "application/json", "idempotency-key": key, host: "api.example.com" },
    requestContext: {
      domainName: "api.example.com",
      http: { method: "POST", path: "/connections", sourceIp: "127.0.0.1" },
      stage: "$default",
    },
    body: JSON.stringify({ accountId, region, tenant: `tenant-${accountId}` }),
    isBase64Encoded: false,
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
