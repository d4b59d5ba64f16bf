/**
 * What every service's client is in a bundle, instead of the SDK's own. It sends and tries again with the SDK's own parts, but has no
 * middleware and no schemas of inputs: they are two thirds of the SDK's code and most of its work.
 */
import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import { HttpRequest } from "@smithy/core/protocols";
import { isThrottlingError, isTransientError, StandardRetryStrategy } from "@smithy/core/retry";
import { NodeHttpHandler, type NodeHttpHandlerOptions } from "@smithy/node-http-handler";
import {
  type Answer,
  type Failure,
  type Message,
  type Operation,
  type Protocol,
  refuse,
} from "./protocol.js";
import { type Credentials, Signer } from "./signature.js";

/** What differs from service to service. */
export interface Service {
  /** Of the SDK's package, for the user agent. */
  readonly version: string;
  /** The end of the variable AWS_ENDPOINT_URL_… */
  readonly variable: string;
  readonly signingName: string;
  readonly protocol: Protocol;
  readonly maxAttempts: number;
  /** Before the second attempt, in milliseconds. */
  readonly baseDelay: number;
  readonly endpointOf: (region: string) => string;
  /** The SDK's classes of errors, by name, and the one of all others. */
  readonly errors: Readonly<Record<string, ErrorClass>>;
  readonly otherError: ErrorClass;
}

type ErrorClass = new (options: {
  readonly name: string;
  readonly message: string;
  readonly $fault: "client" | "server";
  readonly $metadata: Metadata;
}) => Error;

interface Metadata {
  readonly httpStatusCode: number;
  readonly requestId: string | undefined;
}

/** Those of the SDK's settings that the functions have. */
interface Settings {
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: Credentials;
  readonly maxAttempts?: number;
  readonly requestHandler?: NodeHttpHandlerOptions;
}

interface Command {
  readonly input: object;
  readonly operation: Operation;
}

interface SendOptions {
  readonly abortSignal?: AbortSignal;
}

type SdkError = Parameters<typeof isTransientError>[0];

type Retries = Awaited<ReturnType<StandardRetryStrategy["refreshRetryTokenForRetry"]>>;

/** What the clients of all services have in common. */
export class ServiceClient {
  private readonly endpoint: URL;
  /** Before the path of each operation; empty at AWS's own endpoints. */
  private readonly basePath: string;
  private readonly credentials: () => Credentials;
  private readonly maxAttempts: number;
  private readonly strategy: StandardRetryStrategy;
  private readonly handler: NodeHttpHandler;
  private readonly signer: Signer;

  /** @throws Error without a region, and for a setting that only the SDK's own clients have */
  constructor(
    private readonly service: Service,
    settings: Settings = {},
  ) {
    const { env } = process;
    const { region = env.AWS_REGION, endpoint, credentials, requestHandler, ...rest } = settings;
    const { maxAttempts = service.maxAttempts, ...others } = rest;
    refuse(others, "a client's settings");
    if (!region) throw new Error("AWS_REGION is missing in the environment.");
    const elsewhere = env[`AWS_ENDPOINT_URL_${service.variable}`] || env.AWS_ENDPOINT_URL;
    this.endpoint = new URL(endpoint ?? (elsewhere || service.endpointOf(region)));
    this.basePath = this.endpoint.pathname.replace(/\/$/, "");
    this.credentials = credentials ? () => credentials : credentialsOfFunction;
    this.maxAttempts = maxAttempts;
    this.strategy = new StandardRetryStrategy({ maxAttempts, baseDelay: service.baseDelay });
    this.handler = new NodeHttpHandler(requestHandler);
    this.signer = new Signer(service.signingName, region);
  }

  /** @throws the service's error, or the connection's, after the last attempt; once it is aborted, AbortError or what the connection says of it */
  async send({ input, operation }: Command, { abortSignal }: SendOptions = {}): Promise<object> {
    const message = this.service.protocol.request(operation, input);
    const invocation = { "amz-sdk-invocation-id": randomUUID() };
    let retries: Retries = await this.strategy.acquireInitialRetryToken("");
    for (;;) {
      const number = `attempt=${retries.getRetryCount() + 1}; max=${this.maxAttempts}`;
      const headers = { ...message.headers, ...invocation, "amz-sdk-request": number };
      try {
        const answer = await this.answerTo({ ...message, headers }, abortSignal);
        const $metadata = metadataOf(answer);
        if (answer.status >= 300) throw errorOf(this.service, answer, $metadata);
        const output = this.service.protocol.output(operation, answer);
        this.strategy.recordSuccess(retries);
        return { ...output, $metadata };
      } catch (error) {
        if (abortSignal?.aborted) throw error;
        retries = await unlessAborted(this.retryAfter(error as SdkError, retries), abortSignal);
      }
    }
  }

  private async answerTo(message: Message, abortSignal?: AbortSignal): Promise<Answer> {
    const { headers, body } = message;
    const { protocol, hostname, port, host } = this.endpoint;
    const path = this.basePath + message.path;
    const all = {
      ...headers,
      ...traceHeader(),
      host,
      "content-length": String(Buffer.byteLength(body)),
      "user-agent": `aws-sdk-js/${this.service.version}`,
    };
    const signed = this.signer.sign({ path, headers: all, body }, this.credentials());
    const request = new HttpRequest({
      method: "POST",
      protocol,
      hostname,
      ...(port && { port: Number(port) }),
      path,
      headers: signed,
      body,
    });
    const { response } = await this.handler.handle(request, abortSignal && { abortSignal });
    return { status: response.statusCode, headers: response.headers, body: await textOf(response.body) };
  }

  /** Waits before the next attempt. @throws the error if there is none */
  private async retryAfter(error: SdkError, retries: Retries): Promise<Retries> {
    const passing = isTransientError(error) ? "TRANSIENT" : "CLIENT_ERROR";
    const errorType = isThrottlingError(error) ? "THROTTLING" : passing;
    return this.strategy.refreshRetryTokenForRetry(retries, { error, errorType }).catch(() => {
      throw error;
    });
  }
}

function metadataOf({ status, headers }: Answer): Metadata {
  return { httpStatusCode: status, requestId: headers["x-amzn-requestid"] };
}

/** A proxy's answer is none of the protocol, and says no more than its status. */
function errorOf({ protocol, errors, otherError }: Service, answer: Answer, $metadata: Metadata): Error {
  const { code = "Unknown", message, members } = failureOf(protocol, answer);
  // The SDK's names have an ending that the codes of some services lack.
  const Class = errors[code] ?? errors[`${code}Exception`] ?? otherError;
  const $fault = answer.status < 500 ? "client" : "server";
  const text = message || `The service answered with status ${answer.status}.`;
  return new Class({ ...members, name: code, message: text, $fault, $metadata });
}

function failureOf(protocol: Protocol, answer: Answer): Failure {
  try {
    return protocol.failure(answer);
  } catch {
    return {};
  }
}

function textOf(body: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    body.setEncoding("utf8");
    body.on("data", (part: string) => {
      text += part;
    });
    body.on("end", () => resolve(text));
    body.on("error", reject);
  });
}

/** @param signal not aborted yet @throws AbortError as soon as it is */
function unlessAborted<Result>(work: Promise<Result>, signal?: AbortSignal): Promise<Result> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => {
      const error = new Error("Request aborted", { cause: signal.reason });
      reject(Object.assign(error, { name: "AbortError" }));
    };
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** Lets AWS see that functions call each other in a circle: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html */
function traceHeader(): Readonly<Record<string, string>> {
  const { AWS_LAMBDA_FUNCTION_NAME, _X_AMZN_TRACE_ID } = process.env;
  return AWS_LAMBDA_FUNCTION_NAME && _X_AMZN_TRACE_ID ? { "x-amzn-trace-id": _X_AMZN_TRACE_ID } : {};
}

/** Lambda puts the role's credentials into the environment ("Defined runtime environment variables" in its developer guide). */
function credentialsOfFunction(): Credentials {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    throw new Error("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are missing in the environment.");
  }
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  };
}
