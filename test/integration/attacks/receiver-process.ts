/**
 * The receiver's real bundle in a process of its own, among stand-ins that see every call: AWS's endpoint (DynamoDB, STS and SQS) and
 * CloudFormation's response bucket, over TLS and under its genuine name.
 */

import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { bundle } from "../../../components/build/bundle-sources.js";
import { Certificate } from "../../../emulator/aws/certificates.js";
import { close, listen, portOf } from "../../../emulator/aws/loopback.js";
import { RECEIVER_ATTRIBUTES } from "../../../functions/domain/written-attributes.js";
import { attributesOf } from "../../stand-ins/expressions.js";
import { ConditionFailed, TableStandIn } from "../../stand-ins/table.js";
import { bucketHost, isSigned } from "./response-signature.js";

/** The only region that this receiver serves. */
export const REGION = "eu-west-1";

/** What an invocation did. */
export interface Invocation {
  /** Every call, in order: `GetItem`, `UpdateItem`, `AssumeRole`, `SendMessage`, or `PUT FAILED 403`. */
  readonly calls: readonly string[];
  /** Every `host:port` that the process connected to and every name that it looked up. */
  readonly opened: readonly string[];
  /** The responses that reached a response bucket. */
  readonly responses: readonly PutResponse[];
  /** What the handler threw. */
  readonly error: string | undefined;
}

export interface PutResponse {
  readonly Status: string;
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly statusCode: number;
}

/** Which external IDs let the vendor into a role; undefined stands for none given. */
export type TrustPolicy = (externalId: string | undefined) => boolean;

type Message = {
  readonly opened?: string;
  readonly crashed?: string;
  readonly ready?: true;
  readonly invocation?: number;
  readonly ended?: true;
  readonly error?: string;
};

export class ReceiverProcess {
  readonly table = new TableStandIn();
  /** The roles there are, by ARN. */
  readonly roles = new Map<string, TrustPolicy>();
  /** Makes the bucket respond with a redirect to this URL. */
  redirect: { readonly status: number; readonly location: string } | undefined;
  /** What happens before the bucket says anything to a response, by whether CloudFormation signed its URL. */
  beforeResponse: ((isSigned: boolean) => Promise<unknown>) | undefined;
  /** Everything that the function wrote to its log. */
  log = "";

  private calls: string[] = [];
  /** Where each call of the SDK's is among them. */
  private places = new Map<string, number>();
  private opened: string[] = [];
  private responses: PutResponse[] = [];
  private invocations = 0;
  private readonly crashes: string[] = [];
  private readonly waiting = new Map<number, (message: Message) => void>();
  private child!: ChildProcess;

  private constructor(
    private readonly aws: Server,
    private readonly bucket: Server,
    private readonly certificate: Certificate,
    private readonly folder: string,
  ) {}

  static async start(): Promise<ReceiverProcess> {
    const folder = mkdtempSync(join(tmpdir(), "onboarding-attacks-"));
    const certificate = await Certificate.create(bucketHost(REGION));
    const { files } = await bundle("receiver");
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const aws = createHttpServer();
    const bucket = createHttpsServer(certificate.serverOptions);
    await Promise.all([listen(aws), listen(bucket)]);
    const started = new ReceiverProcess(aws, bucket, certificate, folder);
    await started.fork();
    return started;
  }

  /** Host and port of the stand-in for AWS's endpoints. */
  get awsHost(): string {
    return `127.0.0.1:${portOf(this.aws)}`;
  }

  /**
   * Invokes the function and waits for its end.
   * @param milliseconds what Lambda says is left; some of it is kept for the response, so that a denied role is not probed for long
   * @throws Error if the function's process crashed
   */
  async invoke(event: unknown, milliseconds = 24_500): Promise<Invocation> {
    this.calls = [];
    this.places = new Map();
    this.opened = [];
    this.responses = [];
    const { error } = await this.send(event, milliseconds);
    if (this.crashes.length > 0) throw new Error(`The function's process crashed: ${this.crashes.join()}`);
    return { calls: this.calls, opened: this.opened, responses: this.responses, error };
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill();
    await ended;
    await Promise.all([close(this.aws), close(this.bucket)]);
    this.certificate.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async fork(): Promise<void> {
    this.aws.on("request", async (incoming, outgoing) => {
      const { status, body, type } = this.callAws(incoming, await text(incoming));
      outgoing.writeHead(status, { "Content-Type": type }).end(body);
    });
    this.bucket.on("request", async (incoming, outgoing) => {
      const body = await text(incoming);
      await this.beforeResponse?.(isSigned(incoming.headers.host ?? "", incoming.url ?? ""));
      const { status, location } = this.takeResponse(incoming, body);
      outgoing.writeHead(status, location === undefined ? {} : { Location: location }).end();
    });
    this.child = fork(join(import.meta.dirname, "invoke.cjs"), [join(this.folder, "index.js")], {
      execArgv: ["--require", join(import.meta.dirname, "watch.cjs")],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      env: {
        PATH: process.env.PATH,
        AWS_REGION: REGION,
        AWS_ACCESS_KEY_ID: "999988887777",
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_ENDPOINT_URL: `http://${this.awsHost}`,
        RESPONSE_BUCKET_PORT: String(portOf(this.bucket)),
        NODE_EXTRA_CA_CERTS: this.certificate.authorityFile,
        METRICS_NAMESPACE: "onboarding-test",
        TABLE_NAME: "onboarding-test",
        CUSTOMER_ROLE_PATH: "/onboarding/",
        DEAD_LETTER_QUEUE_URL: `http://${this.awsHost}/999988887777/onboarding-test-receiver-failed`,
      },
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on("data", (data) => {
        this.log += data;
      });
    }
    await new Promise<void>((resolve, reject) => {
      this.child.once("exit", () => reject(new Error(`The receiver did not start: ${this.log}`)));
      this.child.on("message", (message: Message) => {
        if (message.ready) resolve();
        if (message.opened !== undefined) this.opened.push(message.opened);
        if (message.crashed !== undefined) this.crashes.push(message.crashed);
        if (message.invocation !== undefined) this.waiting.get(message.invocation)?.(message);
      });
    });
  }

  private send(event: unknown, milliseconds: number): Promise<Message> {
    const invocation = this.invocations++;
    return new Promise((resolve) => {
      this.waiting.set(invocation, resolve);
      this.child.send({ invocation, event, milliseconds });
    });
  }

  private callAws(incoming: IncomingMessage, body: string) {
    const target = String(incoming.headers["x-amz-target"] ?? "");
    const [service, operation = ""] = target.split(".");
    if (target === "") return this.assumeRole(new URLSearchParams(body));
    const call = this.called(operation, String(incoming.headers["amz-sdk-invocation-id"]));
    const type = "application/x-amz-json-1.0";
    const input = JSON.parse(body);
    const denied = [...attributesOf(input)].filter(
      (name) => !(RECEIVER_ATTRIBUTES as readonly string[]).includes(name),
    );
    if (operation === "UpdateItem" && denied.length > 0) {
      const text = { __type: "AccessDeniedException", message: `Its role does not allow ${denied.join()}.` };
      return { status: 400, type, body: JSON.stringify(text) };
    }
    if (service === "AmazonSQS") return { status: 200, type, body: JSON.stringify({ MessageId: "1" }) };
    try {
      return { status: 200, type, body: JSON.stringify(this.table.handle(operation, input)) };
    } catch (error) {
      if (error instanceof ConditionFailed) this.calls[call] = `${operation} (condition not met)`;
      const name =
        error instanceof ConditionFailed ? "ConditionalCheckFailedException" : "ValidationException";
      const text = {
        __type: `com.amazonaws.dynamodb.v20120810#${name}`,
        message: (error as Error).message,
        ...(error instanceof ConditionFailed && error.item && { Item: error.item }),
      };
      return { status: 400, type, body: JSON.stringify(text) };
    }
  }

  /** Notes a call once, however often the SDK tries it: on a busy machine, an answer can come too late. @returns its place among all calls */
  private called(operation: string, id: string): number {
    const place = this.places.get(id) ?? this.calls.push(operation) - 1;
    this.places.set(id, place);
    return place;
  }

  private assumeRole(parameters: URLSearchParams) {
    this.calls.push(parameters.get("Action") ?? "unknown");
    const allows = this.roles.get(parameters.get("RoleArn") ?? "");
    const type = "text/xml";
    if (!allows?.(parameters.get("ExternalId") ?? undefined)) {
      const error = "<Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error>";
      return { status: 403, type, body: `<ErrorResponse>${error}</ErrorResponse>` };
    }
    const credentials =
      "<AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>";
    const result = `<AssumeRoleResult><Credentials>${credentials}</Credentials></AssumeRoleResult>`;
    return { status: 200, type, body: `<AssumeRoleResponse>${result}</AssumeRoleResponse>` };
  }

  private takeResponse(incoming: IncomingMessage, body: string): { status: number; location?: string } {
    const { host = "", "content-type": contentType } = incoming.headers;
    const isGenuine = !contentType && body.length <= 4096 && isSigned(host, incoming.url ?? "");
    const { status, location } = this.redirect ?? { status: isGenuine ? 200 : 403 };
    const response = JSON.parse(body) as Omit<PutResponse, "statusCode">;
    this.responses.push({ ...response, statusCode: status });
    this.calls.push(`${incoming.method} ${response.Status} ${status}`);
    return location === undefined ? { status } : { status, location };
  }
}
