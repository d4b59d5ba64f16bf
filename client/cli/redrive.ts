/** Works through a region's dead-letter queues: applies what is still true, and discards what no longer matters. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { ConnectionRepository, SupersededError } from "../../functions/domain/connection-repository.js";
import { isExternalId, regionOfExternalId } from "../../functions/domain/external-id.js";
import {
  customerRolePathOf,
  DEAD_LETTER_QUEUES,
  queueNameOf,
  receiverNameOf,
  tableNameOf,
} from "../../functions/domain/names.js";
import { externalIdOf } from "../../functions/domain/physical-id.js";
import { leave } from "../../functions/domain/transitions.js";
import { changesOfVerified } from "../../functions/receiver/accepted.js";
import type { Request } from "../../functions/receiver/request.js";
import type { Response } from "../../functions/receiver/response.js";
import { LONG_POLL_SECONDS, type Notification, readBody, readRequest } from "./dead-letters.js";
import { probeNow } from "./probe-connection.js";
import type { Target } from "./target.js";

/** What became of one message. */
export interface RedriveResult {
  readonly region: string;
  readonly queue: string;
  /** `applied` and `discarded` messages are gone from the queue, `kept` ones are still in it. */
  readonly result: "applied" | "discarded" | "kept";
  /** What the message was, and why that became of it. */
  readonly detail: string;
}

type Outcome = Pick<RedriveResult, "result" | "detail">;

/** A response URL is valid for two hours; the receiver gets five minutes of them to respond. */
const URL_VALID_MILLISECONDS = 115 * 60 * 1000;

/** Of a message that nobody can read, in characters. */
const MAX_SHOWN = 200;

/** Hides a message from everyone else while it is handled. Longer than the receiver's timeout. */
const VISIBILITY_SECONDS = 120;

/** Works through both queues of a region. @returns a result for each message, as soon as there is one */
export async function* redrive(target: Target, region: string): AsyncGenerator<RedriveResult> {
  const redriver = new RegionRedriver(target, region);
  for (const queue of DEAD_LETTER_QUEUES.map((name) => queueNameOf(target.prefix, name))) {
    for await (const outcome of redriver.redrive(queue)) yield { region, queue, ...outcome };
  }
}

class RegionRedriver {
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
    // A message that is kept stays invisible for a while, so that the queue looks empty in the end.
    for (;;) {
      const { Messages = [] } = await this.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: VISIBILITY_SECONDS,
          WaitTimeSeconds: LONG_POLL_SECONDS,
        }),
      );
      if (Messages.length === 0) return;
      for (const { Body = "", ReceiptHandle } of Messages) {
        const outcome = await this.handle(queue, Body);
        if (outcome.result !== "kept") {
          await this.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        }
        yield outcome;
      }
    }
  }

  private async handle(queue: string, text: string): Promise<Outcome> {
    try {
      const body = readBody(queue, text);
      switch (body?.kind) {
        case "verified":
          return await this.apply(body.request, body.response);
        case "notification":
          return await this.deliverAgain(body.notification);
        default:
          return discarded(`This is not one of this program's messages: ${text.slice(0, MAX_SHOWN)}`);
      }
    } catch (error) {
      const { name, message } = error as Error;
      // The table refuses its values, and will do so again.
      if (name === "ValidationException") return discarded(`It can never be recorded: ${message}`);
      return kept(`It failed again: ${message}`);
    }
  }

  /** The receiver has sent the response; only the record is left to write. */
  private async apply(request: Request, response: Response): Promise<Outcome> {
    const externalId = request.properties?.ExternalID ?? "";
    const subject = `${request.type} from ${request.stackId}`;
    if (!isExternalId(externalId)) return discarded(`${subject} names no connection.`);
    if (response.status === "SUCCESS") await this.leaveOther(request);
    for (;;) {
      const connection = await this.connections.get(externalId);
      const here = { region: this.region, customerRolePath: customerRolePathOf(this.target.stack) };
      const changes = connection && changesOfVerified({ request, response }, connection, here, new Date());
      if (!connection || !changes || Object.keys(changes).length === 0)
        return discarded(`${subject} no longer changes anything.`);
      try {
        const { status } = await this.connections.update(connection, changes);
        return { result: "applied", detail: `${subject}: the connection ${externalId} is ${status}.` };
      } catch (error) {
        if (!(error instanceof SupersededError)) throw error;
      }
    }
  }

  /** A stack that went back to the connection that it had is no longer on the one that it was to move to. */
  private async leaveOther(request: Request): Promise<void> {
    const { type, physicalResourceId = "", properties, oldExternalId = "" } = request;
    const isWayBack = type === "Update" && externalIdOf(physicalResourceId) === properties?.ExternalID;
    if (!isWayBack || !isExternalId(oldExternalId) || oldExternalId === properties?.ExternalID) return;
    const other = await this.connections.get(oldExternalId);
    if (other) await this.connections.change(other, (latest) => leave(latest, request, new Date()));
  }

  /** Nothing here shows whether the request is genuine. While its response URL is valid, the receiver can find out. */
  private async deliverAgain(notification: Notification): Promise<Outcome> {
    const { type, stackId, externalId } = readRequest(notification);
    const subject = `${type ?? "Something"} from ${stackId ?? "no stack"}`;
    const age = Date.now() - new Date(notification.Timestamp).getTime();
    if (age < URL_VALID_MILLISECONDS) {
      const { FunctionError, Payload } = await this.lambda.send(
        new InvokeCommand({
          FunctionName: this.receiver,
          Payload: Buffer.from(JSON.stringify({ Records: [{ EventSource: "aws:sns", Sns: notification }] })),
        }),
      );
      if (FunctionError === undefined)
        return { result: "applied", detail: `${subject}: the receiver handled it.` };
      return kept(`${subject}: the receiver failed again: ${Buffer.from(Payload ?? []).toString()}`);
    }
    if (type === "Delete") return this.resolveByProbe(subject, externalId ?? "");
    return discarded(`${subject}: its response URL has expired, and CloudFormation has given up on it.`);
  }

  /**
   * A Delete that can no longer be verified proves nothing, because anyone who may publish could have sent it. But a role goes
   * with its stack, so the health check marks the connection by what it finds, and the message has served its purpose.
   */
  private async resolveByProbe(subject: string, externalId: string): Promise<Outcome> {
    const unverified = `${subject}: its response URL has expired, so that it cannot be verified`;
    if (!isExternalId(externalId) || regionOfExternalId(externalId) !== this.region) {
      return discarded(`${unverified}, and it names no connection of this region.`);
    }
    const { outcome, status } = await probeNow(this.target, this.region, externalId);
    switch (outcome) {
      case "unknown":
      case "blocked":
        return kept(`${unverified}, and STS gave no clear result for the role. Try again in a minute.`);
      case "unknownConnection":
        return discarded(`${unverified}, and the connection that it names does not exist.`);
      case "notConnected":
        return discarded(`${unverified}. The connection ${externalId} is already ${status}.`);
      case "denied":
        return discarded(
          `${unverified}, but the role cannot be assumed: the connection ${externalId} is ${status}.`,
        );
      default:
        return discarded(
          `${unverified}, and the role still exists: the connection ${externalId} is ${status}.`,
        );
    }
  }
}

const kept = (detail: string): Outcome => ({ result: "kept", detail });
const discarded = (detail: string): Outcome => ({ result: "discarded", detail });
