/** Looks into a region's dead-letter queues, and leaves everything in them. */
import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DEAD_LETTER_QUEUES, queueNameOf } from "../functions/domain/names.js";
import type { VerifiedRequest } from "../functions/receiver/dead-letters.js";
import type { Target } from "./target.js";

/** One message, as far as it can be read without trusting it. */
export interface DeadLetter {
  readonly queue: string;
  /** Create, Update or Delete. */
  readonly type: string;
  readonly stackId: string;
  readonly externalId: string | undefined;
  /** When the request was published, ISO 8601. */
  readonly publishedAt: string;
  /** Whether the receiver vouches for it: it was answered, and could not be written. */
  readonly verified: boolean;
}

/** For so long nobody else gets a message that was looked at: enough to have seen all of them. */
const VISIBILITY_SECONDS = 3;

/** @returns the messages that can be read, of both queues */
export async function peek({ prefix, clientOptions }: Target, region: string): Promise<DeadLetter[]> {
  const sqs = new SQSClient({ ...clientOptions, region });
  const queues = DEAD_LETTER_QUEUES.map((name) => queueNameOf(prefix, name));
  return (await Promise.all(queues.map((queue) => peekQueue(sqs, queue)))).flat();
}

async function peekQueue(sqs: SQSClient, queue: string): Promise<DeadLetter[]> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queue }));
  const letters: DeadLetter[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: VISIBILITY_SECONDS }),
    );
    if (Messages.length === 0) return letters;
    for (const { Body = "" } of Messages) {
      const letter = readLetter(queue, parse(Body));
      if (letter) letters.push(letter);
    }
  }
}

interface Kept extends Partial<VerifiedRequest> {
  readonly Records?: readonly { readonly Sns?: Notification }[];
}

interface Notification {
  readonly Message?: string;
  readonly Timestamp?: string;
}

function readLetter(queue: string, body: unknown): DeadLetter | undefined {
  const kept = (body ?? {}) as Kept;
  if (kept.verified === true && kept.request) {
    const { type, stackId, properties, publishedAt } = kept.request;
    return { queue, type, stackId, externalId: properties?.ExternalID, publishedAt, verified: true };
  }
  const notification = kept.Records?.[0]?.Sns ?? (body as Notification | undefined);
  const request = parse(notification?.Message ?? "") as
    | {
        readonly RequestType?: string;
        readonly StackId?: string;
        readonly ResourceProperties?: { readonly ExternalID?: string };
      }
    | undefined;
  if (!request?.RequestType || !request.StackId) return undefined;
  return {
    queue,
    type: request.RequestType,
    stackId: request.StackId,
    externalId: request.ResourceProperties?.ExternalID,
    publishedAt: notification?.Timestamp ?? "",
    verified: false,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
