/**
 * What waits in a region's dead-letter queues, and what becomes of it. There are three kinds of messages:
 * requests that were answered and could not be applied (written by the receiver, which vouches for them), events that
 * the receiver failed to handle (written by Lambda), and notifications that never reached it (written by SNS).
 */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  DeleteMessageCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import * as v from "valibot";
import type { Changes, Connection } from "../functions/domain/connection.js";
import { ConnectionRepository, SupersededError } from "../functions/domain/connection-repository.js";
import { isExternalId, regionOfExternalId } from "../functions/domain/external-id.js";
import {
  customerRolePathOf,
  DEAD_LETTER_QUEUES,
  queueNameOf,
  receiverNameOf,
  tableNameOf,
} from "../functions/domain/names.js";
import { deleteStack, update } from "../functions/domain/transitions.js";
import { readVerified, type VerifiedRequest } from "../functions/receiver/dead-letters.js";
import { decide } from "../functions/receiver/decision.js";
import type { Request } from "../functions/receiver/request.js";
import { probeNow } from "./health.js";
import type { Target } from "./target.js";

/** What became of one message. */
export interface Redriven {
  readonly region: string;
  readonly queue: string;
  /** `applied` and `dropped` messages are gone from the queue, `kept` ones are still in it. */
  readonly result: "applied" | "dropped" | "kept";
  /** What it was, and why that became of it. */
  readonly detail: string;
}

type Outcome = Pick<Redriven, "result" | "detail">;

/** A response URL is good for two hours; five minutes are for the answer to arrive. */
const URL_GOOD_MILLISECONDS = 115 * 60 * 1000;

/** While a message is looked at, nobody else gets it. Longer than the receiver's time-out. */
const VISIBILITY_SECONDS = 120;

const Notification = v.object({
  Message: v.string(),
  Timestamp: v.pipe(v.string(), v.isoTimestamp()),
});

/** Works through both queues of a region. @returns a line for each message, as soon as it is done */
export async function* redrive(target: Target, region: string): AsyncGenerator<Redriven> {
  const deadLetters = new RegionalDeadLetters(target, region);
  for (const queue of DEAD_LETTER_QUEUES.map((name) => queueNameOf(target.prefix, name))) {
    for await (const outcome of deadLetters.redrive(queue)) yield { region, queue, ...outcome };
  }
}

class RegionalDeadLetters {
  private readonly sqs: SQSClient;
  private readonly lambda: LambdaClient;
  private readonly connections: ConnectionRepository;
  private readonly receiver: string;

  constructor(
    private readonly target: Target,
    private readonly region: string,
  ) {
    const { prefix, clientOptions } = target;
    const options = { ...clientOptions, region };
    this.sqs = new SQSClient(options);
    this.lambda = new LambdaClient(options);
    this.connections = new ConnectionRepository(new DynamoDBClient(options), tableNameOf(prefix));
    this.receiver = receiverNameOf(prefix);
  }

  async *redrive(queue: string): AsyncGenerator<Outcome> {
    const { QueueUrl } = await this.sqs.send(new GetQueueUrlCommand({ QueueName: queue }));
    // A message that is kept is not received again while it is invisible: the queue looks empty in the end.
    for (;;) {
      const { Messages = [] } = await this.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: VISIBILITY_SECONDS,
          WaitTimeSeconds: 1,
        }),
      );
      if (Messages.length === 0) return;
      for (const message of Messages) {
        const outcome = await this.handle(message);
        if (outcome.result !== "kept") {
          await this.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
        }
        yield outcome;
      }
    }
  }

  private async handle({ Body = "" }: Message): Promise<Outcome> {
    const body = parse(Body) as Partial<VerifiedRequest> & {
      readonly Records?: readonly { Sns?: unknown }[];
    };
    try {
      if (body?.verified === true && body.request)
        return await this.settle(readVerified(body as VerifiedRequest));
      // Lambda keeps the event, SNS the notification that would have become one.
      const notification = v.safeParse(Notification, body?.Records?.[0]?.Sns ?? body);
      if (notification.success) return await this.deliverAgain(notification.output);
      return kept("It is none of this program's messages. Look at it in the SQS console.");
    } catch (error) {
      return kept(`It failed again: ${(error as Error).message}`);
    }
  }

  /** The receiver has answered it; what is left is the record. */
  private async settle(request: Request): Promise<Outcome> {
    const externalId = request.properties?.ExternalID ?? "";
    const what = `${request.type} of ${request.stackId}`;
    if (!isExternalId(externalId)) return dropped(`${what} names no connection.`);
    for (;;) {
      const connection = await this.connections.get(externalId);
      const changes = connection && changesOf(request, connection, this.target.stack);
      if (!connection || !changes) return dropped(`${what} changes nothing any more.`);
      try {
        const { status } = await this.connections.update(connection, changes);
        return { result: "applied", detail: `${what}: the connection ${externalId} is ${status}.` };
      } catch (error) {
        if (!(error instanceof SupersededError)) throw error;
      }
    }
  }

  /** Nobody knows whether it is genuine. As long as its response URL is good, the receiver can find out. */
  private async deliverAgain(notification: v.InferOutput<typeof Notification>): Promise<Outcome> {
    const request = parse(notification.Message) as
      | { RequestType?: unknown; StackId?: unknown; ResourceProperties?: { ExternalID?: unknown } }
      | undefined;
    const what = `${String(request?.RequestType ?? "Something")} of ${String(request?.StackId ?? "no stack")}`;
    const age = Date.now() - new Date(notification.Timestamp).getTime();
    if (age < URL_GOOD_MILLISECONDS) {
      const { FunctionError, Payload } = await this.lambda.send(
        new InvokeCommand({
          FunctionName: this.receiver,
          Payload: Buffer.from(JSON.stringify({ Records: [{ EventSource: "aws:sns", Sns: notification }] })),
        }),
      );
      if (FunctionError === undefined)
        return { result: "applied", detail: `${what}: the receiver handled it.` };
      return kept(`${what}: the receiver failed again: ${Buffer.from(Payload ?? []).toString()}`);
    }
    if (request?.RequestType === "Delete") {
      return this.settleByProbe(what, String(request.ResourceProperties?.ExternalID ?? ""));
    }
    return dropped(`${what}: its response URL is dead, and CloudFormation has long given it up.`);
  }

  /**
   * A Delete that nothing proves any more says only that somebody wanted it to be believed. What is true of it shows in the role,
   * which goes with the stack: the health check marks the connection by what it finds, and the message has done its work.
   */
  private async settleByProbe(what: string, externalId: string): Promise<Outcome> {
    const dead = `${what}: its response URL is dead, so that nothing proves it`;
    if (!isExternalId(externalId) || regionOfExternalId(externalId) !== this.region) {
      return kept(`${dead}, and it names no connection of this region. Look at it in the SQS console.`);
    }
    const { outcome, status } = await probeNow(this.target, this.region, externalId);
    switch (outcome) {
      case "unknown":
        return kept(`${dead}, and STS does not say whether the role is there. Try again in a minute.`);
      case "unknownConnection":
        return dropped(`${dead}, and the connection it names does not exist.`);
      case "notConnected":
        return dropped(`${dead}. The connection ${externalId} is ${status} already.`);
      case "denied":
        return dropped(`${dead}, but the role is out of reach: the connection ${externalId} is ${status}.`);
      default:
        return dropped(`${dead}, and the role is still there: the connection ${externalId} is ${status}.`);
    }
  }
}

/** @returns undefined for a Create: it failed, or it would have been written before its answer */
function changesOf(request: Request, connection: Connection, stack: string): Changes | undefined {
  const now = new Date();
  if (request.type === "Delete") return deleteStack(connection, request, now);
  const here = { region: connection.region, customerRolePath: customerRolePathOf(stack) };
  const { action } = decide(request, connection, now, here);
  if (request.type !== "Update" || (action !== "update" && action !== "changeRole")) return undefined;
  // Whether the role is in order is for the health check to find out: it has the rights to try.
  const roleArn = request.properties?.RoleArn ?? "";
  return update(request, roleArn, { outcome: "unknown", reason: "not probed" }, now);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const kept = (detail: string): Outcome => ({ result: "kept", detail });
const dropped = (detail: string): Outcome => ({ result: "dropped", detail });
