/**
 * The messages in a region's dead-letter queues. There are three kinds: requests that got their response but could not be
 * recorded (written by the receiver, which vouches for them), events that the receiver failed to handle (written by
 * Lambda), and notifications that never reached it (written by SNS).
 */
import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as v from "valibot";
import { DEAD_LETTER_QUEUES, queueNameOf, RECEIVERS_QUEUE } from "../../functions/domain/names.js";
import { readVerified, type VerifiedRequest } from "../../functions/receiver/dead-letters.js";
import type { Request } from "../../functions/receiver/request.js";
import type { Response } from "../../functions/receiver/response.js";
import type { Target } from "./target.js";

/** What can be read from one message without trusting it. */
export interface DeadLetter {
  readonly queue: string;
  /** Create, Update or Delete. */
  readonly type: string;
  readonly stackId: string;
  readonly externalId: string | undefined;
  /** When the request was published, ISO 8601. */
  readonly publishedAt: string;
  /** Whether the receiver vouches for it: it got its response and could not be recorded. */
  readonly verified: boolean;
}

const Notification = v.object({
  Message: v.string(),
  Timestamp: v.pipe(v.string(), v.isoTimestamp()),
});
export type Notification = v.InferOutput<typeof Notification>;

const text = v.optional(v.string());

/** As the receiver writes it. */
const Verified = v.object({
  verified: v.literal(true),
  request: v.looseObject({
    type: v.picklist(["Create", "Update", "Delete"]),
    stackId: v.string(),
    logicalResourceId: v.string(),
    requestId: v.string(),
    physicalResourceId: text,
    properties: v.optional(v.record(v.string(), v.string())),
    oldExternalId: text,
    publishedAt: v.pipe(v.string(), v.isoTimestamp()),
  }),
  response: v.variant("status", [
    v.looseObject({ status: v.literal("SUCCESS"), physicalResourceId: text }),
    v.looseObject({ status: v.literal("FAILED"), physicalResourceId: text, reason: v.string() }),
  ]),
});

/** The body of a message, by who wrote it. Lambda wraps a notification in its event, SNS does not. */
export type DeadLetterBody =
  | { readonly kind: "verified"; readonly request: Request; readonly response: Response }
  | { readonly kind: "notification"; readonly notification: Notification };

/**
 * @param queue the physical name of the queue that it was in: only what is in the receiver's own can be the receiver's
 * @returns undefined for a message that this program never writes
 */
export function readBody(queue: string, text: string): DeadLetterBody | undefined {
  const body = parse(text) as { readonly Records?: readonly { readonly Sns?: unknown }[] } | null | undefined;
  if (queue.endsWith(`-${RECEIVERS_QUEUE}`) && v.is(Verified, body)) {
    const verified = body as unknown as VerifiedRequest;
    return { kind: "verified", request: readVerified(verified), response: verified.response };
  }
  const notification = v.safeParse(Notification, body?.Records?.[0]?.Sns ?? body);
  return notification.success ? { kind: "notification", notification: notification.output } : undefined;
}

/** The fields of the request in a notification, which may be anything: anyone who can publish to the topic wrote it. */
export function readRequest({ Message }: Notification): {
  readonly type: string | undefined;
  readonly stackId: string | undefined;
  readonly externalId: string | undefined;
} {
  const request = parse(Message) as
    | {
        readonly RequestType?: unknown;
        readonly StackId?: unknown;
        readonly ResourceProperties?: { readonly ExternalID?: unknown };
      }
    | null
    | undefined;
  return {
    type: textOf(request?.RequestType),
    stackId: textOf(request?.StackId),
    externalId: textOf(request?.ResourceProperties?.ExternalID),
  };
}

/** Peeking hides a message from everyone else for this long: enough to see all of them once. */
const VISIBILITY_SECONDS = 3;

/**
 * Without it, SQS asks a part of its servers only and may say that a queue is empty which is not: "Amazon SQS short and long polling"
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html).
 */
export const LONG_POLL_SECONDS = 1;

/** Reads the messages of a region's queues and leaves them there. @returns those that can be read */
export async function peekDeadLetters(
  { prefix, clientOptions }: Target,
  region: string,
): Promise<DeadLetter[]> {
  const sqs = new SQSClient({ ...clientOptions, region });
  const queues = DEAD_LETTER_QUEUES.map((name) => queueNameOf(prefix, name));
  return (await Promise.all(queues.map((queue) => peekQueue(sqs, queue)))).flat();
}

async function peekQueue(sqs: SQSClient, queue: string): Promise<DeadLetter[]> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queue }));
  const bodies = new Map<string, string>();
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: VISIBILITY_SECONDS,
        WaitTimeSeconds: LONG_POLL_SECONDS,
      }),
    );
    const { size } = bodies;
    for (const { MessageId = "", Body = "" } of Messages) bodies.set(MessageId, Body);
    // Nothing new: the queue is empty, or long enough for its first messages to come back.
    if (bodies.size === size) break;
  }
  return [...bodies.values()]
    .map((body) => readDeadLetter(queue, body))
    .filter((letter) => letter !== undefined);
}

/** @returns undefined for a message that names no request or no stack */
export function readDeadLetter(queue: string, text: string): DeadLetter | undefined {
  const body = readBody(queue, text);
  if (!body) return undefined;
  if (body.kind === "verified") {
    const { type, stackId, properties, publishedAt } = body.request;
    return {
      ...{ queue, type, stackId, externalId: properties?.ExternalID, verified: true },
      publishedAt: publishedAt.toISOString(),
    };
  }
  const { type, stackId, externalId } = readRequest(body.notification);
  if (!type || !stackId) return undefined;
  return { queue, type, stackId, externalId, publishedAt: body.notification.Timestamp, verified: false };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
