/**
 * How a notification gets from SNS to a function. ministack hands each notification over once and forgets a failure. Here every
 * subscription of a function is an HTTP endpoint of this server, which does the rest as on AWS: it checks the function's resource
 * policy, tries a failed invocation a second and a third time, and keeps what failed for good in the function's dead-letter queue,
 * or in the subscription's where SNS could not invoke the function at all.
 */
import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { GetFunctionConfigurationCommand, GetPolicyCommand, InvokeCommand } from "@aws-sdk/client-lambda";
import { ConfirmSubscriptionCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { GetQueueUrlCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import type { AccountClients } from "./accounts.js";
import { close, listen, urlOf } from "./loopback.js";

/** What SNS sends to an HTTP endpoint: a notification, or the confirmation of a subscription. */
type Envelope = Readonly<Record<string, string>>;

interface Subscription {
  readonly topicArn: string;
  readonly functionArn: string;
  readonly region: string;
  /** The queue for notifications that SNS cannot deliver. */
  readonly deadLetterQueueArn?: string;
}

/** One attempt to deliver a notification. */
export interface Delivery {
  /** The message as it was published. */
  readonly message: string;
  /** 1 for the first attempt, at most 3. */
  readonly attempt: number;
  /** When the function had finished, in milliseconds since 1970. */
  readonly at: number;
  readonly error?: string;
}

/**
 * How long Lambda waits before the second attempt at an asynchronous event, and before the third.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export const LAMBDA_BACKOFF_SECONDS = [60, 120];

export class SnsDelivery {
  /** Every attempt, in order. */
  readonly deliveries: Delivery[] = [];
  /**
   * Stands between SNS and Lambda, for tests of late, repeated and reordered deliveries: may wait, call `invoke` more than once, or
   * not at all.
   */
  intercept: ((message: string, invoke: () => Promise<void>) => Promise<void>) | undefined;
  /** How many times faster than Lambda a failed invocation is tried again. */
  speed = 60;

  private readonly subscriptions = new Map<string, Subscription>();
  private readonly confirmations = new Map<string, () => void>();
  private readonly inProgress = new Set<Promise<unknown>>();

  private constructor(
    private readonly server: Server,
    private readonly clients: AccountClients,
  ) {
    server.on("request", async (incoming, outgoing) => {
      const id = (incoming.url ?? "").slice(1);
      const envelope = (await json(incoming)) as Envelope;
      outgoing.writeHead(200).end();
      await this.track(this.receive(id, envelope));
    });
  }

  /** @param clients the vendor's */
  static async start(clients: AccountClients): Promise<SnsDelivery> {
    const server = createServer();
    await listen(server);
    return new SnsDelivery(server, clients);
  }

  /** Subscribes a function to a topic, and resolves with the subscription's ARN once it is confirmed. */
  async subscribe(subscription: Subscription): Promise<string> {
    const id = randomUUID();
    this.subscriptions.set(id, subscription);
    const confirmation = new Promise<void>((resolve) => this.confirmations.set(id, resolve));
    const { SubscriptionArn } = await this.clients.sns(subscription.region).send(
      new SubscribeCommand({
        TopicArn: subscription.topicArn,
        Protocol: "http",
        Endpoint: `${urlOf(this.server)}/${id}`,
        ReturnSubscriptionArn: true,
      }),
    );
    await confirmation;
    return SubscriptionArn ?? "";
  }

  /** Resolves when nothing is being delivered and nothing is waiting to be tried again. */
  async idle(): Promise<void> {
    while (this.inProgress.size > 0) await Promise.allSettled([...this.inProgress]);
  }

  stop(): Promise<void> {
    return close(this.server);
  }

  private async track(work: Promise<void>): Promise<void> {
    const settled = work.catch((error: unknown) => {
      // The embedded cloud is stopping, or it is broken in a way that the waiting test or stack will report.
      if (this.server.listening) process.stderr.write(`SNS delivery: ${String(error)}\n`);
    });
    this.inProgress.add(settled);
    await settled;
    this.inProgress.delete(settled);
  }

  private async receive(id: string, envelope: Envelope): Promise<void> {
    const subscription = this.subscriptions.get(id);
    if (!subscription) return;
    if (envelope.Type === "SubscriptionConfirmation") {
      await this.clients
        .sns(subscription.region)
        .send(new ConfirmSubscriptionCommand({ TopicArn: subscription.topicArn, Token: envelope.Token }));
      this.confirmations.get(id)?.();
      return;
    }
    const deliver = () => this.deliver(subscription, envelope);
    await (this.intercept?.(envelope.Message ?? "", deliver) ?? deliver());
  }

  private async deliver(subscription: Subscription, envelope: Envelope): Promise<void> {
    const { functionArn, region, deadLetterQueueArn } = subscription;
    if (!(await this.mayInvoke(subscription))) {
      await this.keep(deadLetterQueueArn, region, JSON.stringify(envelope));
      return;
    }
    const error = await this.invoke(subscription, envelope);
    if (error === undefined) return;
    const { DeadLetterConfig } = await this.clients
      .lambda(region)
      .send(new GetFunctionConfigurationCommand({ FunctionName: functionArn }));
    await this.keep(DeadLetterConfig?.TargetArn, region, eventOf(envelope), {
      RequestID: envelope.MessageId ?? "",
      ErrorCode: "200",
      ErrorMessage: error.slice(0, 1024),
    });
  }

  /** Whether the function's resource policy lets the topic invoke it, which ministack does not check. */
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
        isLike(topicArn, statement.Condition?.ArnLike?.["AWS:SourceArn"] ?? ""),
    );
  }

  /** Invokes the function, three times at most. @returns the last error, if it failed each time */
  private async invoke(
    { functionArn, region }: Subscription,
    envelope: Envelope,
  ): Promise<string | undefined> {
    let skipped = 0;
    for (let attempt = 1; ; attempt++) {
      const { FunctionError, Payload } = await this.clients.lambda(region).send(
        new InvokeCommand({
          FunctionName: functionArn,
          Payload: Buffer.from(eventOf(aged(envelope, skipped))),
        }),
      );
      const error = FunctionError ? Buffer.from(Payload ?? []).toString() : undefined;
      this.deliveries.push({
        message: envelope.Message ?? "",
        attempt,
        at: Date.now(),
        ...(error !== undefined && { error }),
      });
      const backoff = LAMBDA_BACKOFF_SECONDS[attempt - 1];
      if (error === undefined || backoff === undefined) return error;
      const milliseconds = (backoff * 1000) / this.speed;
      skipped += backoff * 1000 - milliseconds;
      await sleep(milliseconds);
    }
  }

  /** Puts a message in a dead-letter queue, where there is one. */
  private async keep(
    queueArn: string | undefined,
    region: string,
    body: string,
    attributes: Readonly<Record<string, string>> = {},
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

/** The event with which Lambda invokes the function. */
function eventOf(envelope: Envelope): string {
  const record = { EventSource: "aws:sns", EventVersion: "1.0", EventSubscriptionArn: "", Sns: envelope };
  return JSON.stringify({ Records: [record] });
}

/** Moves the time of publication back by the waiting that was skipped, so that the notification is as old as it would be on AWS. */
function aged(envelope: Envelope, skipped: number): Envelope {
  const Timestamp = new Date(new Date(envelope.Timestamp ?? Date.now()).getTime() - skipped).toISOString();
  return { ...envelope, Timestamp };
}

/**
 * IAM's ArnLike: each part between colons is compared by itself, with `*` for any characters and `?` for one.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
function isLike(arn: string, pattern: string): boolean {
  const parts = arn.split(":");
  const patterns = pattern.split(":").map((part) => {
    const escaped = part.replace(/[.+^${}()|[\]\\]/g, "\\$&");
    return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
  });
  return patterns.length === parts.length && patterns.every((part, index) => part.test(parts[index] ?? ""));
}

interface InvokeStatement {
  readonly Effect?: string;
  readonly Action?: string;
  readonly Principal?: { readonly Service?: string };
  readonly Condition?: { readonly ArnLike?: Readonly<Record<string, string>> };
}
