/**
 * CloudFormation's response buckets, as far as a receiver can see them.
 *
 * A response to a custom resource request is PUT to a pre-signed URL of a bucket that AWS owns, one in each region. Here those buckets
 * are real ones in ministack, in an account of AWS's. This server terminates the TLS connections that the receivers open to the
 * genuine host names (function-preload.cjs redirects them here), lets ministack check the signature as S3 does, and
 * hands an accepted response to whoever made the request.
 */
import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { Accounts } from "./accounts.js";
import { Certificate } from "./certificates.js";
import { close, listen, portOf } from "./loopback.js";

/** The account that owns the response buckets; neither customers nor the vendor can sign for it. */
const AWS_ACCOUNT = "999999999999";
const LIFETIME_SECONDS = 2 * 60 * 60;
const MAX_BYTES = 4096;

/** The custom resource request that a response belongs to. */
export interface RequestKey {
  readonly stackId: string;
  readonly logicalResourceId: string;
  readonly requestId: string;
}

/** A response as CloudFormation reads it. */
export interface CustomResourceResponse {
  readonly Status: "SUCCESS" | "FAILED";
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly RequestId: string;
  readonly Data?: Readonly<Record<string, unknown>>;
}

/** What a bucket does instead of accepting a response: replies with an HTTP status, breaks the connection, or stays silent. */
export type BucketFault = number | "break" | "hang";

type Accept = (response: CustomResourceResponse) => Promise<void>;

const bucketOf = (region: string) => `cloudformation-custom-resource-response-${region.replaceAll("-", "")}`;
const objectKeyOf = ({ stackId, logicalResourceId, requestId }: RequestKey) =>
  `${stackId}|${logicalResourceId}|${requestId}`;

export class ResponseBuckets {
  /** Every response that arrived, in order, accepted or not; undefined for one that was not JSON. */
  readonly received: (CustomResourceResponse | undefined)[] = [];
  /** Injects a fault for each response that it returns one for. */
  fault: ((response: CustomResourceResponse | undefined) => BucketFault | undefined) | undefined;

  /** By the key of the response: what takes it. */
  private readonly expected = new Map<string, Accept>();
  private readonly buckets = new Map<string, Promise<unknown>>();
  private readonly signers = new Map<string, S3Client>();

  private constructor(
    private readonly server: Server,
    private readonly certificate: Certificate,
    private readonly accounts: Accounts,
  ) {
    server.on("request", (incoming, outgoing) => {
      this.handle(incoming, outgoing).catch((error: unknown) => {
        outgoing.writeHead(500).end(`<Error><Message>${(error as Error).message}</Message></Error>`);
      });
    });
  }

  /** @param regions those whose buckets the certificate names */
  static async start(accounts: Accounts, regions: readonly string[]): Promise<ResponseBuckets> {
    const hosts = regions.map((region) => `${bucketOf(region)}.s3.${region}.amazonaws.com`);
    const certificate = await Certificate.create(...hosts);
    const server = createServer(certificate.serverOptions);
    await listen(server);
    return new ResponseBuckets(server, certificate, accounts);
  }

  /** What a function's process needs in its environment for its responses to arrive here. */
  get environment(): Record<string, string> {
    return {
      RESPONSE_BUCKET_PORT: String(portOf(this.server)),
      NODE_EXTRA_CA_CERTS: this.certificate.authorityFile,
      NODE_OPTIONS: `--require=${JSON.stringify(join(import.meta.dirname, "function-preload.cjs"))}`,
    };
  }

  /**
   * Makes the pre-signed URL for the response to a request.
   * @param accept called with each response that the bucket accepts
   */
  async responseUrl(region: string, key: RequestKey, accept: Accept): Promise<string> {
    await this.bucket(region);
    this.expected.set(objectKeyOf(key), accept);
    return this.sign(region, key);
  }

  /** A genuinely signed URL for a request that nobody made: what an attacker would like to have. */
  async sign(region: string, key: RequestKey): Promise<string> {
    const command = new PutObjectCommand({ Bucket: bucketOf(region), Key: objectKeyOf(key) });
    return getSignedUrl(this.signer(region), command, { expiresIn: LIFETIME_SECONDS });
  }

  async stop(): Promise<void> {
    await close(this.server);
    this.certificate.remove();
  }

  /** Without ministack's endpoint, so that the URL has the genuine host name. */
  private signer(region: string): S3Client {
    const signer =
      this.signers.get(region) ??
      new S3Client({
        region,
        credentials: this.accounts.of(AWS_ACCOUNT).options(region).credentials,
        requestChecksumCalculation: "WHEN_REQUIRED",
      });
    this.signers.set(region, signer);
    return signer;
  }

  private bucket(region: string): Promise<unknown> {
    const s3 = this.accounts.of(AWS_ACCOUNT).s3(region);
    const bucket = this.buckets.get(region) ?? s3.send(new CreateBucketCommand({ Bucket: bucketOf(region) }));
    this.buckets.set(region, bucket);
    return bucket;
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const response = parseResponse(body);
    const host = incoming.headers.host ?? "";
    const finish = (statusCode: number, xml = ""): void => {
      this.received.push(response);
      outgoing.writeHead(statusCode, { "Content-Type": "application/xml" }).end(xml);
    };

    const fault = this.fault?.(response);
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
    if (stored.statusCode === 200 && response) await this.accept(response, body);
    finish(stored.statusCode, stored.xml);
  }

  /** Lets ministack's S3 decide on the PUT, signature and all. */
  private forward(incoming: IncomingMessage, body: Buffer, host: string) {
    const { hostname, port } = new URL(this.accounts.endpoint);
    const { method, url: path } = incoming;
    const headers = { Host: host, "Content-Length": body.length };
    return new Promise<{ statusCode: number; xml: string }>((resolve, reject) => {
      request({ hostname, port, method, path, headers }, async (reply) =>
        resolve({ statusCode: reply.statusCode ?? 500, xml: await text(reply) }),
      )
        .on("error", reject)
        .end(body);
    });
  }

  private async accept(response: CustomResourceResponse, body: Buffer): Promise<void> {
    const key = objectKeyOf({
      stackId: response.StackId,
      logicalResourceId: response.LogicalResourceId,
      requestId: response.RequestId,
    });
    const accept = this.expected.get(key);
    // CloudFormation ignores a response that it cannot read; its stack then waits until it times out.
    if (!accept || body.length > MAX_BYTES) return;
    await accept(response);
  }
}

function parseResponse(body: Buffer): CustomResourceResponse | undefined {
  try {
    return JSON.parse(body.toString()) as CustomResourceResponse;
  } catch {
    return undefined;
  }
}
