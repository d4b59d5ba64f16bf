/**
 * What the functions call: DynamoDB, SNS, STS, SQS and CloudFormation's response buckets, all behind one server on this machine. The
 * embedded cloud's ministack answers some hundred calls a second and would be most of what is measured; this one only does
 * what the functions ask for, and fails when it is told to. No TLS: that is tested elsewhere, and would be most of the work.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Item, meets, type Names, updated } from "./expressions.js";

/** What goes wrong with a call: an error, or a broken connection before or after the work was done. */
export type Fault = "error" | "throttled" | "unheard" | "answerLost";

/** One call, for whoever decides on its fate. */
export interface Call {
  readonly service: string;
  readonly action: string;
  /** Whom it is about: an external ID, a role, an account, a key. */
  readonly about: string;
}

export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Principal: { readonly AWS: string };
  readonly Action: string;
  readonly Resource: string;
}

interface Response {
  readonly status: number;
  readonly body: string;
}

/** Beside the one that SNS makes every topic with. */
const MAX_STATEMENTS = 99;
const DEFAULT_STATEMENT = { Sid: "__default_statement_ID", Effect: "Allow", Principal: { AWS: "*" } };

export class Aws {
  /** The table, one for all regions: every connection is written in its own region only, see docs/decisions/. */
  readonly items = new Map<string, Item>();
  /** By topic and label. */
  readonly policies = new Map<string, Map<string, Statement>>();
  /** Roles that can be assumed, with their external IDs. */
  readonly roles = new Map<string, string>();
  readonly letters: string[] = [];
  /** How many of each, as `service action`. */
  readonly calls = new Map<string, number>();
  faults = 0;
  /** Takes an answer to a custom resource request. @returns whether CloudFormation signed this URL */
  onAnswer: (key: string, body: string) => boolean = () => false;
  /** Told of each item that was written. */
  onWrite: (region: string, item: Item) => void = () => {};

  /** Index by account, and by region. */
  private readonly indexes = new Map<string, Set<string>>();

  private constructor(
    private readonly server: Server,
    private readonly fate: (call: Call) => Fault | undefined,
  ) {
    server.on("request", (incoming, outgoing) => void this.handle(incoming, outgoing));
    server.keepAliveTimeout = 60_000;
  }

  static async start(fate: (call: Call) => Fault | undefined): Promise<Aws> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new Aws(server, fate);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
    } catch {
      return; // The function was killed in the middle of its call.
    }
    const body = Buffer.concat(chunks).toString();
    const { call, work, xml } = this.understand(incoming, body);
    const name = `${call.service} ${call.action}`;
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
    const fault = this.fate(call);
    if (fault) this.faults += 1;
    if (fault === "unheard") return void incoming.socket.destroy();
    if (fault === "error" || fault === "throttled") {
      const [status, code] = fault === "error" ? [500, "InternalFailure"] : [400, "ThrottlingException"];
      const isBucket = call.service === "bucket";
      return void outgoing.writeHead(isBucket ? 503 : status).end(xml ? xmlError(code) : jsonError(code));
    }
    const { status, body: text } = work();
    if (fault === "answerLost") return void incoming.socket.destroy();
    outgoing.writeHead(status, { "Content-Type": xml ? "text/xml" : "application/x-amz-json-1.0" }).end(text);
  }

  private understand(
    incoming: IncomingMessage,
    body: string,
  ): { call: Call; work: () => Response; xml: boolean } {
    const bucket = String(incoming.headers["x-response-bucket"] ?? "");
    if (bucket) {
      const key = decodeURIComponent((incoming.url ?? "").slice(1).split("?")[0] ?? "");
      const work = () => ({ status: this.onAnswer(key, body) ? 200 : 403, body: "" });
      return { call: { service: "bucket", action: "PUT", about: key }, work, xml: true };
    }
    const scope = /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(incoming.headers.authorization ?? "");
    const [, region = "", service = ""] = scope ?? [];
    const target = String(incoming.headers["x-amz-target"] ?? "");
    if (target) {
      const action = target.slice(target.indexOf(".") + 1);
      const input = JSON.parse(body);
      const about = String(
        (input.Key ?? input.Item)?.externalId?.S ??
          JSON.stringify(input.ExpressionAttributeValues ?? input.MessageBody),
      );
      const work = () => (service === "sqs" ? this.keep(input) : this.table(action, input, region));
      return { call: { service, action, about }, work, xml: false };
    }
    const form = new URLSearchParams(body);
    const action = form.get("Action") ?? "";
    const about = form.get("RoleArn") ?? form.get("Label") ?? form.get("TopicArn") ?? "";
    return { call: { service, action, about }, work: () => this.query(action, form), xml: true };
  }

  private keep({ MessageBody }: { readonly MessageBody: string }): Response {
    this.letters.push(MessageBody);
    return json({ MessageId: "1" });
  }

  private query(action: string, form: URLSearchParams): Response {
    switch (action) {
      case "AssumeRole":
        return this.assumeRole(form.get("RoleArn") ?? "", form.get("ExternalId"));
      case "AddPermission": {
        const policy = this.policyOf(form.get("TopicArn") ?? "");
        const label = form.get("Label") ?? "";
        if (policy.has(label) || policy.size >= MAX_STATEMENTS)
          return { status: 400, body: xmlError("InvalidParameter") };
        policy.set(label, statement(form, label));
        return { status: 200, body: "<AddPermissionResponse/>" };
      }
      case "RemovePermission": {
        const removed = this.policyOf(form.get("TopicArn") ?? "").delete(form.get("Label") ?? "");
        return removed
          ? { status: 200, body: "<RemovePermissionResponse/>" }
          : { status: 404, body: xmlError("NotFound") };
      }
      case "GetTopicAttributes": {
        const text = JSON.stringify({
          Statement: [DEFAULT_STATEMENT, ...this.policyOf(form.get("TopicArn") ?? "").values()],
        });
        const value = text.replaceAll('"', "&quot;");
        return {
          status: 200,
          body: `<GetTopicAttributesResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><GetTopicAttributesResult><Attributes><entry><key>Policy</key><value>${value}</value></entry></Attributes></GetTopicAttributesResult></GetTopicAttributesResponse>`,
        };
      }
      default:
        throw new Error(`The soak's AWS does not know ${action} (bench/soak/aws.ts).`);
    }
  }

  policyOf(topicArn: string): Map<string, Statement> {
    const policy = this.policies.get(topicArn) ?? new Map<string, Statement>();
    this.policies.set(topicArn, policy);
    return policy;
  }

  private assumeRole(roleArn: string, externalId: string | null): Response {
    if (externalId === null || this.roles.get(roleArn) !== externalId) {
      return { status: 403, body: xmlError("AccessDenied") };
    }
    return {
      status: 200,
      body: `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>A</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2040-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
    };
  }

  private table(action: string, input: TableInput, region: string): Response {
    if (action === "Query") return this.queryIndex(input);
    const key = `${input.Key?.externalId?.S ?? input.Item?.externalId?.S} ${input.Key?.item?.S ?? input.Item?.item?.S}`;
    const item = this.items.get(key);
    if (action === "GetItem") return json(item ? { Item: item } : {});
    if (!meets(item, input.ConditionExpression, input)) {
      return { status: 400, body: jsonError("ConditionalCheckFailedException") };
    }
    switch (action) {
      case "PutItem":
        this.write(key, input.Item ?? {}, region);
        return json({});
      case "UpdateItem":
        this.write(key, updated(item ?? input.Key ?? {}, input.UpdateExpression ?? "", input), region);
        return json({});
      case "DeleteItem":
        this.items.delete(key);
        return json({});
      default:
        throw new Error(`The soak's AWS does not know ${action} (bench/soak/aws.ts).`);
    }
  }

  private write(key: string, item: Item, region: string): void {
    this.items.set(key, item);
    for (const attribute of ["accountId", "region", "tenant"]) {
      const name = `${attribute} ${item[attribute]?.S}`;
      const index = this.indexes.get(name) ?? new Set();
      this.indexes.set(name, index.add(key));
    }
    this.onWrite(region, item);
  }

  private queryIndex(input: TableInput): Response {
    const [attribute = "", , value = ""] = (input.KeyConditionExpression ?? "").split(/\s+/);
    const name = `${input.ExpressionAttributeNames?.[attribute] ?? attribute} ${input.ExpressionAttributeValues?.[value]?.S}`;
    const found = [...(this.indexes.get(name) ?? [])]
      .flatMap((key): readonly Item[] => [this.items.get(key) ?? []].flat())
      .filter(
        (item) =>
          meets(item, input.KeyConditionExpression, input) && meets(item, input.FilterExpression, input),
      )
      .toReversed();
    return json({ Count: found.length, ...(input.Select !== "COUNT" && { Items: found }) });
  }
}

interface TableInput extends Names {
  readonly Key?: Item;
  readonly Item?: Item;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly KeyConditionExpression?: string;
  readonly FilterExpression?: string;
  readonly Select?: string;
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

function json(value: unknown): Response {
  return { status: 200, body: JSON.stringify(value) };
}

function jsonError(code: string): string {
  return JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message: code });
}

function xmlError(code: string): string {
  const type = code === "InternalFailure" ? "Receiver" : "Sender";
  return `<ErrorResponse><Error><Type>${type}</Type><Code>${code}</Code><Message>${code}</Message></Error></ErrorResponse>`;
}
