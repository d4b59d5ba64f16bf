/**
 * CloudFormation's response buckets, as far as a receiver can see them.
 *
 * Every answer to a custom resource request is PUT to a pre-signed URL of a bucket that AWS owns, one a region. Here
 * those buckets are real ones in ministack, in an account of "AWS"; this server ends the TLS connections that the
 * receivers make to their genuine host names (preload.cjs leads them here), lets ministack check the signature as S3
 * does, and passes an accepted answer on to whoever asked.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { runPython } from "./ministack.js";

/** The account that owns the response buckets; no customer and no vendor can sign for it. */
const AWS_ACCOUNT = { accessKeyId: "999999999999", secretAccessKey: "test" };
const LIFETIME_SECONDS = 2 * 60 * 60;
const MAXIMUM_BYTES = 4096;

/** The custom resource request that an answer belongs to. */
export interface RequestKey {
  readonly stackId: string;
  readonly logicalResourceId: string;
  readonly requestId: string;
}

/** What a receiver said, as CloudFormation reads it. */
export interface Response {
  readonly Status: "SUCCESS" | "FAILED";
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly RequestId: string;
  readonly Data?: Readonly<Record<string, unknown>>;
}

/** A PUT that reached a bucket: what it said and what it was told. */
export interface ReceivedResponse {
  readonly host: string;
  readonly statusCode: number;
  readonly answer: Response | undefined;
  readonly at: number;
}

/** What a bucket does instead of taking an answer: an HTTP status, a broken connection, or silence. */
export type BucketFault = number | "break" | "hang";

interface Expected {
  readonly region: string;
  readonly accept: (answer: Response) => Promise<void>;
}

const bucketOf = (region: string) => `cloudformation-custom-resource-response-${region.replaceAll("-", "")}`;
const keyOf = ({ stackId, logicalResourceId, requestId }: RequestKey) =>
  `${stackId}|${logicalResourceId}|${requestId}`;

export class ResponseBuckets {
  /** Every answer that arrived, in order, accepted or not. */
  readonly received: ReceivedResponse[] = [];
  /** Set by whoever wants to see what a receiver does when a bucket fails; undefined lets the answer through. */
  fault: ((answer: Response | undefined) => BucketFault | undefined) | undefined;

  private readonly expected = new Map<string, Expected>();
  private readonly madeBuckets = new Map<string, Promise<unknown>>();
  private endpoint = "";

  private constructor(
    private readonly server: Server,
    private readonly folder: string,
  ) {
    server.on("request", (incoming, outgoing) => {
      this.handle(incoming, outgoing).catch((error: unknown) => {
        outgoing.writeHead(500).end(`<Error><Message>${(error as Error).message}</Message></Error>`);
      });
    });
  }

  /** @param regions the regions whose buckets the certificate names */
  static async start(regions: readonly string[]): Promise<ResponseBuckets> {
    const folder = mkdtempSync(join(tmpdir(), "onboarding-response-"));
    const hosts = regions.map((region) => `${bucketOf(region)}.s3.${region}.amazonaws.com`);
    await runPython("certificates.py", folder, ...hosts);
    const server = createServer({
      key: readFileSync(join(folder, "server.key")),
      cert: readFileSync(join(folder, "server.pem")),
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new ResponseBuckets(server, folder);
  }

  /** What a function's process must have in its environment so that its answers arrive here. */
  get environment(): Record<string, string> {
    return {
      RESPONSE_BUCKET_PORT: String((this.server.address() as AddressInfo).port),
      NODE_EXTRA_CA_CERTS: join(this.folder, "ca.pem"),
      NODE_OPTIONS: `--require=${JSON.stringify(join(import.meta.dirname, "preload.cjs"))}`,
    };
  }

  /** Tells where ministack is: it starts after this server, with this server's {@link environment}. */
  connect(endpoint: string): void {
    this.endpoint = endpoint;
  }

  /**
   * Makes the pre-signed URL for the answer to one request.
   * @param accept called with each answer that the bucket takes
   */
  async responseUrl(
    region: string,
    key: RequestKey,
    accept: (answer: Response) => Promise<void>,
  ): Promise<string> {
    await this.bucket(region);
    this.expected.set(keyOf(key), { region, accept });
    return this.sign(region, key);
  }

  /** A URL with a genuine signature for a request that nobody made: what an attacker would like to have. */
  async sign(region: string, key: RequestKey): Promise<string> {
    const signer = new S3Client({
      region,
      credentials: AWS_ACCOUNT,
      requestChecksumCalculation: "WHEN_REQUIRED",
    });
    const command = new PutObjectCommand({ Bucket: bucketOf(region), Key: keyOf(key) });
    return getSignedUrl(signer, command, { expiresIn: LIFETIME_SECONDS });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    rmSync(this.folder, { recursive: true, force: true });
  }

  private bucket(region: string): Promise<unknown> {
    const made = this.madeBuckets.get(region) ?? this.createBucket(region);
    this.madeBuckets.set(region, made);
    return made;
  }

  private async createBucket(region: string): Promise<void> {
    const s3 = new S3Client({
      region,
      endpoint: this.endpoint,
      forcePathStyle: true,
      credentials: AWS_ACCOUNT,
    });
    await s3.send(new CreateBucketCommand({ Bucket: bucketOf(region) }));
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await read(incoming);
    const answer = parseAnswer(body);
    const host = incoming.headers.host ?? "";
    const finish = (statusCode: number, text = ""): void => {
      this.received.push({ host, statusCode, answer, at: Date.now() });
      outgoing.writeHead(statusCode, { "Content-Type": "application/xml" }).end(text);
    };

    const fault = this.fault?.(answer);
    if (fault === "hang") return;
    if (fault === "break") {
      incoming.socket.destroy();
      return;
    }
    if (fault !== undefined) return finish(fault, "<Error><Code>InjectedFault</Code></Error>");

    // CloudFormation signs its URLs for an empty Content-Type; any other makes the signature wrong.
    if (incoming.headers["content-type"])
      return finish(403, "<Error><Code>SignatureDoesNotMatch</Code></Error>");
    const stored = await this.forward(incoming, body, host);
    if (stored.statusCode === 200 && answer) await this.deliver(answer, body);
    finish(stored.statusCode, stored.text);
  }

  /** Lets ministack's S3 decide over the PUT, signature and all. */
  private forward(incoming: IncomingMessage, body: Buffer, host: string) {
    const target = new URL(this.endpoint);
    return new Promise<{ statusCode: number; text: string }>((resolve, reject) => {
      const outgoing = request(
        {
          hostname: target.hostname,
          port: target.port,
          method: incoming.method,
          path: incoming.url,
          headers: { Host: host, "Content-Length": body.length },
        },
        async (response) =>
          resolve({ statusCode: response.statusCode ?? 500, text: String(await read(response)) }),
      );
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  }

  private async deliver(answer: Response, body: Buffer): Promise<void> {
    const key = keyOf({
      stackId: answer.StackId,
      logicalResourceId: answer.LogicalResourceId,
      requestId: answer.RequestId,
    });
    const expected = this.expected.get(key);
    // CloudFormation ignores an answer that it cannot read; its stack then waits for the time-out.
    if (!expected || body.length > MAXIMUM_BYTES) return;
    await expected.accept(answer);
  }
}

async function read(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function parseAnswer(body: Buffer): Response | undefined {
  try {
    return JSON.parse(body.toString()) as Response;
  } catch {
    return undefined;
  }
}
