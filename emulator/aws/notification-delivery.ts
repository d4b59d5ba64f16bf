/**
 * How a notification gets from SNS to a function, as on AWS: ministack hands each notification over once and forgets
 * a failure. Here every subscription of a function is an HTTP endpoint of this server, which plays the rest: the
 * function's resource policy, Lambda's second and third try, the function's dead-letter queue, and the
 * subscription's own one for what SNS could not hand over.
 */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { GetFunctionConfigurationCommand, GetPolicyCommand, InvokeCommand } from "@aws-sdk/client-lambda";
import { ConfirmSubscriptionCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { GetQueueUrlCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import type { SNSEventRecord } from "aws-lambda";
import type { AccountClients } from "./clients.js";

export interface Subscription {
  readonly topicArn: string;
  readonly functionArn: string;
  readonly region: string;
  /** Queue for notifications that SNS could not hand over. */
  readonly redriveQueueArn?: string;
}

/** One try of one notification. */
export interface Delivery {
  readonly functionArn: string;
  readonly messageId: string;
  /** The message as it was published. */
  readonly message: string;
  /** 1 for the first try, at most 3. */
  readonly attempt: number;
  /** When the function was done with it, in milliseconds since 1970. */
  readonly at: number;
  readonly error?: string;
}

/** Lambda waits a minute before the second try of an asynchronous event and two before the third. */
export const LAMBDA_BACKOFF_SECONDS = [60, 120];

export class NotificationDelivery {
  /** Every try, in order. */
  readonly deliveries: Delivery[] = [];
  /**
   * Stands between SNS and Lambda: may wait, call `invoke` more than once, or not at all.
   * Set by whoever wants to see late, repeated and reordered deliveries.
   */
  intercept: ((message: string, invoke: () => Promise<void>) => Promise<void>) | undefined;
  /** How many times faster than on AWS a function is tried again. */
  speed = 60;

  private readonly subscriptions = new Map<string, Subscription>();
  private readonly confirmed = new Map<string, () => void>();
  private readonly underWay = new Set<Promise<unknown>>();

  private constructor(
    private readonly server: Server,
    private readonly clients: AccountClients,
  ) {
    server.on("request", async (incoming, outgoing) => {
      const id = (incoming.url ?? "").slice(1);
      const envelope = JSON.parse(await read(incoming)) as Record<string, string>;
      outgoing.writeHead(200).end();
      await this.track(this.arrived(id, envelope));
    });
  }

  static async start(clients: AccountClients): Promise<NotificationDelivery> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new NotificationDelivery(server, clients);
  }

  /** Subscribes a function to a topic, and resolves with the subscription's ARN once it is confirmed. */
  async subscribe(subscription: Subscription): Promise<string> {
    const id = randomUUID();
    const { port } = this.server.address() as AddressInfo;
    this.subscriptions.set(id, subscription);
    const confirmation = new Promise<void>((resolve) => this.confirmed.set(id, resolve));
    const { SubscriptionArn } = await this.clients.sns(subscription.region).send(
      new SubscribeCommand({
        TopicArn: subscription.topicArn,
        Protocol: "http",
        Endpoint: `http://127.0.0.1:${port}/${id}`,
        ReturnSubscriptionArn: true,
      }),
    );
    await confirmation;
    return SubscriptionArn ?? "";
  }

  /** Resolves when nothing is being delivered and nothing waits to be tried again. */
  async idle(): Promise<void> {
    while (this.underWay.size > 0) await Promise.allSettled([...this.underWay]);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private track<T>(work: Promise<T>): Promise<T | undefined> {
    const settled = work.catch((error: unknown) => {
      // The embedded cloud is being stopped, or is broken in a way that the waiting test or stack will report.
      if (this.server.listening) process.stderr.write(`notification delivery: ${String(error)}\n`);
      return undefined;
    });
    this.underWay.add(settled);
    settled.finally(() => this.underWay.delete(settled));
    return settled;
  }

  private async arrived(id: string, envelope: Record<string, string>): Promise<void> {
    const subscription = this.subscriptions.get(id);
    if (!subscription) return;
    if (envelope.Type === "SubscriptionConfirmation") {
      await this.clients
        .sns(subscription.region)
        .send(new ConfirmSubscriptionCommand({ TopicArn: subscription.topicArn, Token: envelope.Token }));
      this.confirmed.get(id)?.();
      return;
    }
    const deliver = () => this.deliver(subscription, envelope);
    await (this.intercept?.(envelope.Message ?? "", deliver) ?? deliver());
  }

  private async deliver(subscription: Subscription, envelope: Record<string, string>): Promise<void> {
    if (!(await this.mayInvoke(subscription))) {
      await this.send(subscription.redriveQueueArn, subscription.region, JSON.stringify(envelope), {});
      return;
    }
    const record = { EventSource: "aws:sns", EventVersion: "1.0", EventSubscriptionArn: "", Sns: envelope };
    await this.invoke(subscription, { Records: [record as unknown as SNSEventRecord] }, envelope);
  }

  /** Whether the function's resource policy lets this topic invoke it, which ministack does not check. */
  private async mayInvoke({ functionArn, region, topicArn }: Subscription): Promise<boolean> {
    const policy = await this.clients
      .lambda(region)
      .send(new GetPolicyCommand({ FunctionName: functionArn }))
      .then(
        ({ Policy }) => JSON.parse(Policy ?? "{}") as { Statement?: readonly InvokeStatement[] },
        () => ({ Statement: [] }),
      );
    return (policy.Statement ?? []).some(
      (statement) =>
        statement.Effect === "Allow" &&
        statement.Action === "lambda:InvokeFunction" &&
        statement.Principal?.Service === "sns.amazonaws.com" &&
        Object.values(statement.Condition?.ArnLike ?? {}).includes(topicArn),
    );
  }

  private async invoke(
    { functionArn, region }: Subscription,
    event: { readonly Records: readonly SNSEventRecord[] },
    envelope: Record<string, string>,
  ): Promise<void> {
    let error: string | undefined;
    let skipped = 0;
    for (let attempt = 1; attempt <= LAMBDA_BACKOFF_SECONDS.length + 1; attempt++) {
      const result = await this.clients
        .lambda(region)
        .send(
          new InvokeCommand({
            FunctionName: functionArn,
            Payload: Buffer.from(JSON.stringify(older(event, skipped))),
          }),
        );
      error = result.FunctionError ? Buffer.from(result.Payload ?? []).toString() : undefined;
      this.deliveries.push({
        functionArn,
        messageId: envelope.MessageId ?? "",
        message: envelope.Message ?? "",
        attempt,
        at: Date.now(),
        ...(error === undefined ? {} : { error }),
      });
      if (error === undefined) return;
      const wait = LAMBDA_BACKOFF_SECONDS[attempt - 1];
      if (wait === undefined) continue;
      const milliseconds = (wait * 1000) / this.speed;
      skipped += wait * 1000 - milliseconds;
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
    }
    const { DeadLetterConfig } = await this.clients
      .lambda(region)
      .send(new GetFunctionConfigurationCommand({ FunctionName: functionArn }));
    await this.send(DeadLetterConfig?.TargetArn, region, JSON.stringify(event), {
      RequestID: envelope.MessageId ?? "",
      ErrorCode: "200",
      ErrorMessage: (error ?? "").slice(0, 1024),
    });
  }

  private async send(
    queueArn: string | undefined,
    region: string,
    body: string,
    attributes: Record<string, string>,
  ): Promise<void> {
    if (!queueArn) return;
    const sqs = this.clients.sqs(region);
    const { QueueUrl } = await sqs.send(
      new GetQueueUrlCommand({ QueueName: queueArn.slice(queueArn.lastIndexOf(":") + 1) }),
    );
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes)
        .filter(([, value]) => value !== "")
        .map(([name, value]) => [name, { DataType: "String", StringValue: value }]),
    );
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body, MessageAttributes }));
  }
}

/** An event that was published earlier by as much time as was skipped: a function that asks how old it is finds what it would on AWS. */
function older(
  { Records }: { readonly Records: readonly SNSEventRecord[] },
  milliseconds: number,
): { readonly Records: readonly SNSEventRecord[] } {
  const shifted = (time: string) => new Date(new Date(time).getTime() - milliseconds).toISOString();
  return {
    Records: Records.map((one) => ({ ...one, Sns: { ...one.Sns, Timestamp: shifted(one.Sns.Timestamp) } })),
  };
}

interface InvokeStatement {
  readonly Effect?: string;
  readonly Action?: string;
  readonly Principal?: { readonly Service?: string };
  readonly Condition?: { readonly ArnLike?: Readonly<Record<string, string>> };
}

async function read(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
