/**
 * What the functions call: DynamoDB, SNS, STS, SQS, EventBridge and CloudFormation's response buckets, all in one server on this machine. ministack
 * serves about a hundred calls a second and would be most of what is measured; this one does only what the functions ask for, and
 * fails when it is told to. It has no TLS, which other tests cover and which would be most of the work.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { close, listen, portOf } from "../../emulator/aws/loopback.js";
import type { Item } from "../../test/stand-ins/expressions.js";
import {
  ConditionFailed,
  type TableInput,
  TableStandIn,
  TransactionCancelled,
} from "../../test/stand-ins/table.js";

/** What goes wrong with a call: an error, or a connection that breaks before or after the work. */
export type Fault = "error" | "throttled" | "requestLost" | "replyLost";

/** One call, for whoever decides whether it fails. */
export interface Call {
  readonly service: string;
  readonly action: string;
  /** An external ID, a role, an account or a key. */
  readonly subject: string;
}

/** An event, as PutEvents takes it. */
export interface Event {
  readonly Source: string;
  readonly DetailType: string;
  /** JSON. */
  readonly Detail: string;
}

export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Principal: { readonly AWS: string };
  readonly Action: string;
  readonly Resource: string;
}

interface Reply {
  readonly status: number;
  readonly body: string;
}

/** A call, how it is carried out, and the format of its reply. */
interface ParsedCall {
  readonly call: Call;
  readonly execute: () => Reply;
  readonly format: "xml" | "json";
}

/** Besides the one that SNS creates every topic with. */
const MAX_STATEMENTS = 99;
const DEFAULT_STATEMENT = { Sid: "__default_statement_ID", Effect: "Allow", Principal: { AWS: "*" } };

export class AwsStandIn {
  /** One for all regions: every connection is written in its own region only, see docs/decisions.md. */
  readonly table = new TableStandIn();
  /** By topic and label. */
  readonly policies = new Map<string, Map<string, Statement>>();
  /** The external IDs of the roles that can be assumed, by ARN. */
  readonly roles = new Map<string, string>();
  /** The bodies of the messages in the dead-letter queues. */
  readonly messages: string[] = [];
  /** The events on the bus. */
  readonly events: Event[] = [];
  /** How many calls were made, by `service action`. */
  readonly calls = new Map<string, number>();
  faults = 0;
  /** Of all replies that were sent, without their headers. */
  bytes = 0;
  /** Takes a response to a custom resource request. @returns whether CloudFormation signed its URL */
  onResponse: (key: string, body: string) => boolean = () => false;
  /** Called with each item that is written. */
  onWrite: (region: string, item: Item) => void = () => {};

  private constructor(
    private readonly server: Server,
    private readonly faultFor: (call: Call) => Fault | undefined,
  ) {
    server.on("request", (incoming, outgoing) => void this.handle(incoming, outgoing));
    server.keepAliveTimeout = 60_000;
  }

  static async start(faultFor: (call: Call) => Fault | undefined): Promise<AwsStandIn> {
    const server = createServer();
    await listen(server);
    return new AwsStandIn(server, faultFor);
  }

  get port(): number {
    return portOf(this.server);
  }

  stop(): Promise<void> {
    return close(this.server);
  }

  policyOf(topicArn: string): Map<string, Statement> {
    const policy = this.policies.get(topicArn) ?? new Map<string, Statement>();
    this.policies.set(topicArn, policy);
    return policy;
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await text(incoming).catch(() => "");
    // The function was killed in the middle of its call: no call is without a body.
    if (body === "") return;
    const { call, execute, format } = this.parse(incoming, body);
    const name = `${call.service} ${call.action}`;
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
    const fault = this.faultFor(call);
    if (fault) this.faults += 1;
    if (fault === "requestLost") return void incoming.socket.destroy();
    const error = format === "xml" ? xmlError : jsonError;
    if (fault === "error") {
      const status = call.service === "bucket" ? 503 : 500;
      return void outgoing.writeHead(status).end(error("InternalFailure"));
    }
    if (fault === "throttled") {
      const status = call.service === "bucket" ? 503 : 400;
      return void outgoing.writeHead(status).end(error("ThrottlingException"));
    }
    const reply = execute();
    if (fault === "replyLost") return void incoming.socket.destroy();
    this.bytes += Buffer.byteLength(reply.body);
    const contentType = format === "xml" ? "text/xml" : "application/x-amz-json-1.0";
    outgoing.writeHead(reply.status, { "Content-Type": contentType }).end(reply.body);
  }

  private parse(incoming: IncomingMessage, body: string): ParsedCall {
    const bucket = String(incoming.headers["x-response-bucket"] ?? "");
    if (bucket) {
      const key = decodeURIComponent((incoming.url ?? "").slice(1).split("?")[0] ?? "");
      const execute = () => ({ status: this.onResponse(key, body) ? 200 : 403, body: "" });
      return { call: { service: "bucket", action: "PUT", subject: key }, execute, format: "xml" };
    }
    const scope = /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(incoming.headers.authorization ?? "");
    const [, region = "", service = ""] = scope ?? [];
    const target = String(incoming.headers["x-amz-target"] ?? "");
    if (target) {
      const action = target.slice(target.indexOf(".") + 1);
      const input = JSON.parse(body);
      const subject = String(
        (input.Key ?? input.Item ?? input.TransactItems?.[0]?.Put?.Item)?.externalId?.S ??
          JSON.stringify(input.ExpressionAttributeValues ?? input.MessageBody),
      );
      const execute = () => {
        if (service === "sqs") return this.sendMessage(input);
        return service === "events" ? this.putEvents(input) : this.useTable(action, input, region);
      };
      return { call: { service, action, subject }, execute, format: "json" };
    }
    const form = new URLSearchParams(body);
    const action = form.get("Action") ?? "";
    const subject = form.get("RoleArn") ?? form.get("Label") ?? form.get("TopicArn") ?? "";
    const execute = () => (service === "sts" ? this.assumeRole(form) : this.useTopic(action, form));
    return { call: { service, action, subject }, execute, format: "xml" };
  }

  private sendMessage({ MessageBody }: { readonly MessageBody: string }): Reply {
    this.messages.push(MessageBody);
    return { status: 200, body: JSON.stringify({ MessageId: "1" }) };
  }

  private putEvents({ Entries }: { readonly Entries: readonly Event[] }): Reply {
    this.events.push(...Entries);
    return { status: 200, body: JSON.stringify({ FailedEntryCount: 0, Entries: Entries.map(() => ({})) }) };
  }

  private useTable(action: string, input: TableInput, region: string): Reply {
    this.table.onWrite = (item) => this.onWrite(region, item);
    try {
      return { status: 200, body: JSON.stringify(this.table.handle(action, input)) };
    } catch (error) {
      if (error instanceof TransactionCancelled) {
        const { message, reasons: CancellationReasons } = error;
        return {
          status: 400,
          body: jsonError("TransactionCanceledException", { message, CancellationReasons }),
        };
      }
      if (!(error instanceof ConditionFailed)) throw error;
      const { item: Item } = error;
      return { status: 400, body: jsonError("ConditionalCheckFailedException", Item && { Item }) };
    }
  }

  private useTopic(action: string, form: URLSearchParams): Reply {
    const topicArn = form.get("TopicArn") ?? "";
    const label = form.get("Label") ?? "";
    const policy = this.policyOf(topicArn);
    switch (action) {
      case "AddPermission":
        if (policy.has(label) || policy.size >= MAX_STATEMENTS) {
          return { status: 400, body: xmlError("InvalidParameter") };
        }
        policy.set(label, statement(form, label));
        return { status: 200, body: "<AddPermissionResponse/>" };
      case "RemovePermission":
        return policy.delete(label)
          ? { status: 200, body: "<RemovePermissionResponse/>" }
          : { status: 404, body: xmlError("NotFound") };
      case "GetTopicAttributes": {
        const value = JSON.stringify({ Statement: [DEFAULT_STATEMENT, ...policy.values()] });
        const entry = `<entry><key>Policy</key><value>${value.replaceAll('"', "&quot;")}</value></entry>`;
        const result = `<GetTopicAttributesResult><Attributes>${entry}</Attributes></GetTopicAttributesResult>`;
        const xmlns = "http://sns.amazonaws.com/doc/2010-03-31/";
        return {
          status: 200,
          body: `<GetTopicAttributesResponse xmlns="${xmlns}">${result}</GetTopicAttributesResponse>`,
        };
      }
      default:
        throw new Error(`The soak's AWS does not know ${action} (bench/soak/aws.ts).`);
    }
  }

  private assumeRole(form: URLSearchParams): Reply {
    const externalId = form.get("ExternalId");
    if (externalId === null || this.roles.get(form.get("RoleArn") ?? "") !== externalId) {
      return { status: 403, body: xmlError("AccessDenied") };
    }
    return {
      status: 200,
      body: `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>A</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2040-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
    };
  }
}

function statement(form: URLSearchParams, Sid: string): Statement {
  const account = form.get("AWSAccountId.member.1") ?? "";
  return {
    Sid,
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: `SNS:${form.get("ActionName.member.1")}`,
    Resource: form.get("TopicArn") ?? "",
  };
}

function jsonError(code: string, details: object = {}): string {
  return JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message: code, ...details });
}

function xmlError(code: string): string {
  const type = code === "InternalFailure" ? "Receiver" : "Sender";
  return `<ErrorResponse><Error><Type>${type}</Type><Code>${code}</Code><Message>${code}</Message></Error></ErrorResponse>`;
}
