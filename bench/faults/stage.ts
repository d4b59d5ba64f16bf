/** Where one fault is played: a region of its own, with a customer, and an endpoint before the region's receiver. */
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { GetFunctionConfigurationCommand, InvokeCommand } from "@aws-sdk/client-lambda";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import type { CustomResourceRequest } from "../../emulator/aws/custom-resources.js";
import type { EmbeddedCloud } from "../../emulator/aws/embedded-cloud.js";
import { LAMBDA_BACKOFF_SECONDS } from "../../emulator/aws/notification-delivery.js";
import type { BucketFault } from "../../emulator/aws/response-bucket.js";
import type { Stack, StackChanges, StackOutcome } from "../../emulator/customer/customer.js";
import { createLink, type DeployedProgram } from "../../emulator/customer/scenario.js";
import { FaultyEndpoint, type FunctionChanges } from "./faulty-endpoint.js";

/** What is deployed. */
export interface Deployed {
  readonly cloud: EmbeddedCloud;
  readonly program: DeployedProgram;
  /** The receiver's, the same in every region. */
  readonly functionName: string;
}

/** One request of the customer's stack, and how it was answered. */
export interface ReceivedRequest {
  readonly type: string;
  readonly status: string | undefined;
  /** From the request to its answer, with Lambda's waits between deliveries at their full length on AWS. */
  readonly seconds: number;
  /** How often the function was given the request, until it was done with it. */
  readonly deliveries: number;
  /** 1 for the first delivery. */
  readonly answeredInDelivery: number;
}

/** Longer than three deliveries take here; after that, something is wrong with the embedded cloud. */
const MAX_MILLISECONDS = 240_000;

export class Stage {
  readonly stacks: Stack[] = [];
  /** What the response bucket does with the answers of this stage's stacks. */
  bucketFault: (() => BucketFault | undefined) | undefined;

  private constructor(
    readonly cloud: EmbeddedCloud,
    private readonly program: DeployedProgram,
    private readonly functionName: string,
    readonly region: string,
    private readonly accountId: string,
    readonly endpoint: FaultyEndpoint,
    private readonly restore: () => Promise<void>,
  ) {}

  /** @param accountId the customer's, used nowhere else */
  static async set(
    { cloud, program, functionName }: Deployed,
    region: string,
    accountId: string,
    changes: FunctionChanges = {},
  ): Promise<Stage> {
    const endpoint = await FaultyEndpoint.start(cloud.endpoint);
    const lambda = cloud.vendor.lambda(region);
    const restore = await endpoint.standBefore(lambda, functionName, changes);
    // Starts the function's process: what is measured later is not how fast this machine starts many at once.
    await lambda.send(
      new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from('{"Records":[]}') }),
    );
    return new Stage(cloud, program, functionName, region, accountId, endpoint, restore);
  }

  /** The customer asks for a link. */
  newLink() {
    return createLink(this.program.onboardingUrl, { accountId: this.accountId, region: this.region });
  }

  get customer() {
    return this.cloud.customer(this.accountId);
  }

  /** The customer opens a link and waits until the stack is there, or is gone. */
  async create(link: string, changes?: StackChanges): Promise<StackOutcome & { readonly stack: Stack }> {
    const stack = await this.customer.createStack(link, changes);
    this.stacks.push(stack);
    return { ...(await stack.settled(300)), stack };
  }

  /** Resolves when the function has called an action for the first time. */
  async called(action: string): Promise<void> {
    while (!this.endpoint.calls.some((call) => call.action === action)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** The connection's record. */
  async record(externalId: string): Promise<{ readonly status: string | undefined }> {
    const { Item } = await this.cloud.vendor.dynamoDB(this.region).send(
      new GetItemCommand({
        TableName: this.program.tableName,
        Key: { externalId: { S: externalId }, item: { S: "connection" } },
        ConsistentRead: true,
      }),
    );
    return { status: Item?.status?.S };
  }

  /** What lies in the receiver's dead-letter queue of the region. */
  async deadLetters(): Promise<string[]> {
    const { Environment } = await this.cloud.vendor
      .lambda(this.region)
      .send(new GetFunctionConfigurationCommand({ FunctionName: this.functionName }));
    const { Messages = [] } = await this.cloud.vendor.sqs(this.region).send(
      new ReceiveMessageCommand({
        QueueUrl: Environment?.Variables?.DEAD_LETTER_QUEUE_URL,
        MaxNumberOfMessages: 10,
      }),
    );
    return Messages.map(({ Body = "" }) => Body);
  }

  private deliveriesOf(requestId: string) {
    return this.cloud.notifications.deliveries.filter(
      ({ message }) => (JSON.parse(message) as { RequestId?: string }).RequestId === requestId,
    );
  }

  /** Every request of the customer's stacks, in order. */
  get answered(): ReceivedRequest[] {
    return this.stacks.flatMap(({ requests }) => requests).map((request) => this.measured(request));
  }

  private measured({ event, answer, madeAt, answeredAt }: CustomResourceRequest): ReceivedRequest {
    const deliveries = this.deliveriesOf(event.RequestId);
    const { speed } = this.cloud.notifications;
    const failedBefore = deliveries.filter(({ error, at }) => error !== undefined && at < (answeredAt ?? 0));
    // The embedded cloud waits a part of what Lambda waits: the rest is added.
    const notWaited = failedBefore.reduce(
      (sum, _, index) => sum + (LAMBDA_BACKOFF_SECONDS[index] ?? 0) * (1 - 1 / speed),
      0,
    );
    const seconds = answeredAt === undefined ? Number.POSITIVE_INFINITY : (answeredAt - madeAt) / 1000;
    return {
      type: event.RequestType,
      status: answer?.Status,
      seconds: seconds + notWaited,
      deliveries: deliveries.length,
      answeredInDelivery: failedBefore.length + 1,
    };
  }

  /** Resolves when the function is done with every request of the customer's stacks. */
  async done(): Promise<void> {
    const isDone = ({ event }: CustomResourceRequest) =>
      this.deliveriesOf(event.RequestId).some(({ error, attempt }) => error === undefined || attempt === 3);
    const deadline = Date.now() + MAX_MILLISECONDS;
    while (!this.stacks.flatMap(({ requests }) => requests).every(isDone)) {
      if (Date.now() > deadline) throw new Error(`In ${this.region}, a request is still being handled.`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Puts the receiver back as it was. */
  async clear(): Promise<void> {
    await this.restore();
    await this.endpoint.stop();
  }
}
