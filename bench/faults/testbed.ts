/** Where faults are injected: a region with a customer, and a proxy behind the region's receiver. */
import { setTimeout as sleep } from "node:timers/promises";
import { GetFunctionConfigurationCommand, InvokeCommand } from "@aws-sdk/client-lambda";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import type { CustomResourceRequest } from "../../emulator/aws/custom-resources.js";
import type { BucketFault } from "../../emulator/aws/response-buckets.js";
import { LAMBDA_BACKOFF_SECONDS } from "../../emulator/aws/sns-delivery.js";
import type { Customer, StackChanges } from "../../emulator/customer/customer.js";
import { createLink } from "../../emulator/customer/onboarding-api.js";
import type { Stack, StackOutcome } from "../../emulator/customer/stack.js";
import { readConnection } from "../../emulator/deploy/connection-record.js";
import type { StackOutputs } from "../../emulator/deploy/deployment.js";
import type { EmbeddedCloud } from "../../emulator/embedded-cloud.js";
import { poll } from "../../emulator/poll.js";
import { FaultProxy, type FunctionChanges } from "./fault-proxy.js";

export interface DeployedProgram {
  readonly cloud: EmbeddedCloud;
  readonly program: StackOutputs;
  /** The receiver's name, the same in every region. */
  readonly receiver: string;
}

/** Who connects, and where. */
export interface CustomerAccount {
  readonly region: string;
  /** Used nowhere else. */
  readonly accountId: string;
}

/** A request of the customer's stack, and how the receiver handled it. */
export interface MeasuredRequest {
  /** From the request to its response, with Lambda's waits between deliveries as long as they are on AWS. */
  readonly seconds: number;
  /** How many deliveries it took until the function had finished. */
  readonly deliveries: number;
  /** The delivery in which the response was sent, 1 for the first. */
  readonly respondedInDelivery: number;
}

/** More than three deliveries take here: if that is not enough, something is wrong with the embedded cloud. */
const TIMEOUT_SECONDS = 240;

/** Ends when every link that was asked for is made. */
let links: Promise<unknown> = Promise.resolve();

export class Testbed {
  /** What the response bucket does with the responses for this customer's stacks. */
  bucketFault: (() => BucketFault | undefined) | undefined;
  private readonly stacks: Stack[] = [];

  private constructor(
    private readonly deployed: DeployedProgram,
    private readonly account: CustomerAccount,
    readonly proxy: FaultProxy,
    private readonly restore: () => Promise<void>,
  ) {}

  static async create(
    deployed: DeployedProgram,
    account: CustomerAccount,
    changes: FunctionChanges = {},
  ): Promise<Testbed> {
    const proxy = await FaultProxy.start(deployed.cloud.endpoint);
    const lambda = deployed.cloud.vendor.lambda(account.region);
    const restore = await proxy.intercept(lambda, deployed.receiver, changes);
    // Starts the function's process, so that no measurement contains how fast this machine starts many of them at once.
    await lambda.send(
      new InvokeCommand({ FunctionName: deployed.receiver, Payload: Buffer.from('{"Records":[]}') }),
    );
    return new Testbed(deployed, account, proxy, restore);
  }

  get region(): string {
    return this.account.region;
  }

  get customer(): Customer {
    return this.deployed.cloud.customer(this.account.accountId);
  }

  /** One at a time: how fast this machine makes many links at once is not what is measured. */
  newLink() {
    const link = links.then(() => createLink(this.deployed.program.onboardingUrl, this.account));
    links = link.catch(() => undefined);
    return link;
  }

  /** The customer opens a link and waits until the stack is complete, or rolled back. */
  async create(link: string, changes?: StackChanges): Promise<StackOutcome & { readonly stack: Stack }> {
    const stack = await this.customer.createStack(link, changes);
    this.stacks.push(stack);
    return { ...(await stack.settled(300)), stack };
  }

  /** Resolves when the function has called an action for the first time. */
  async called(action: string): Promise<void> {
    while (!this.proxy.calls.some((call) => call.action === action)) await sleep(20);
  }

  async statusOf(externalId: string): Promise<string | undefined> {
    const { cloud, program } = this.deployed;
    return (await readConnection(cloud.vendor, program.tableName, externalId))?.status?.S;
  }

  /** The bodies of the messages in the region's dead-letter queue of the receiver. */
  async deadLetters(): Promise<string[]> {
    const { cloud, receiver } = this.deployed;
    const { Environment } = await cloud.vendor
      .lambda(this.region)
      .send(new GetFunctionConfigurationCommand({ FunctionName: receiver }));
    const { Messages = [] } = await cloud.vendor.sqs(this.region).send(
      new ReceiveMessageCommand({
        QueueUrl: Environment?.Variables?.DEAD_LETTER_QUEUE_URL,
        MaxNumberOfMessages: 10,
      }),
    );
    return Messages.map(({ Body = "" }) => Body);
  }

  /** Every request of the customer's stacks, in order. */
  get requests(): MeasuredRequest[] {
    return this.stacks.flatMap(({ requests }) => requests).map((request) => this.measure(request));
  }

  /** Resolves when the function has finished with every request of the customer's stacks. */
  async idle(): Promise<void> {
    const isDone = ({ event }: CustomResourceRequest) =>
      this.deliveriesOf(event.RequestId).some(({ error, attempt }) => error === undefined || attempt === 3);
    await poll(() => this.stacks.flatMap(({ requests }) => requests).every(isDone) || undefined, {
      timeoutSeconds: TIMEOUT_SECONDS,
      failure: () =>
        `The receiver in ${this.region} is still busy with a request after ${TIMEOUT_SECONDS} s.`,
    });
  }

  /** Restores the receiver. */
  async remove(): Promise<void> {
    await this.restore();
    await this.proxy.stop();
  }

  private deliveriesOf(requestId: string) {
    return this.deployed.cloud.notifications.deliveries.filter(
      ({ message }) => (JSON.parse(message) as { RequestId?: string }).RequestId === requestId,
    );
  }

  private measure({ event, madeAt, respondedAt = Number.POSITIVE_INFINITY }: CustomResourceRequest) {
    const deliveries = this.deliveriesOf(event.RequestId);
    const { speed } = this.deployed.cloud.notifications;
    const failed = deliveries.filter(({ error, at }) => error !== undefined && at < respondedAt);
    // The embedded cloud waits only a fraction of what Lambda waits: the rest is added.
    const missing = failed.map((_, index) => (LAMBDA_BACKOFF_SECONDS[index] ?? 0) * (1 - 1 / speed));
    return {
      seconds: (respondedAt - madeAt) / 1000 + missing.reduce((sum, seconds) => sum + seconds, 0),
      deliveries: deliveries.length,
      respondedInDelivery: failed.length + 1,
    };
  }
}
