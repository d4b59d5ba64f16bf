/**
 * An endpoint that stands between one function and the embedded cloud, and does to the function's calls what AWS does
 * on a bad day. Everything else passes unchanged.
 */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import {
  GetFunctionConfigurationCommand,
  type LambdaClient,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";

/**
 * What happens to a call instead of its answer: the connection breaks, nothing ever comes, the service throttles, the
 * function's process dies at this moment, or it stands still, so that Lambda ends it when its time is up.
 */
export type Fault = "break" | "hang" | "throttle" | "kill" | "freeze";

/** A call as the function made it. */
export interface Call {
  /** As IAM names it, such as `dynamodb:GetItem`. */
  readonly action: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** How a function is configured otherwise than by the program. */
export interface FunctionChanges {
  /** Variables besides the function's own. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly timeoutSeconds?: number;
}

/** Where the preload of this folder reads what is to become of its process. */
const FAULT_HEADER = "x-embedded-cloud-fault";

const SERVICES: Readonly<Record<string, string>> = { DynamoDB_20120810: "dynamodb", AmazonSQS: "sqs" };

export class FaultyEndpoint {
  /** Every call that arrived, in order. */
  readonly calls: Call[] = [];
  /** Decides for each call; undefined lets it through. */
  fault: ((call: Call) => Fault | undefined) | undefined;

  private constructor(
    private readonly server: Server,
    private readonly endpoint: URL,
  ) {
    server.on("request", (incoming, outgoing) => {
      this.handle(incoming, outgoing).catch(() => incoming.socket.destroy());
    });
  }

  /** @param endpoint the embedded cloud's */
  static async start(endpoint: string): Promise<FaultyEndpoint> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new FaultyEndpoint(server, new URL(endpoint));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /**
   * Leads a function's calls here, from its next start on.
   * @returns what puts the function back as it was
   */
  async standBefore(
    lambda: LambdaClient,
    functionName: string,
    changes: FunctionChanges = {},
  ): Promise<() => Promise<void>> {
    const before = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName }));
    const preloads = ["../../emulator/aws/preload.cjs", "preload.cjs"].map((file) =>
      join(import.meta.dirname, file),
    );
    await lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: functionName,
        Timeout: changes.timeoutSeconds ?? before.Timeout,
        Environment: {
          Variables: {
            ...before.Environment?.Variables,
            AWS_ENDPOINT_URL: this.url,
            NODE_OPTIONS: preloads.map((file) => `--require=${JSON.stringify(file)}`).join(" "),
            ...changes.variables,
          },
        },
      }),
    );
    return async () => {
      await lambda.send(
        new UpdateFunctionConfigurationCommand({
          FunctionName: functionName,
          Timeout: before.Timeout,
          Environment: { Variables: before.Environment?.Variables },
        }),
      );
    };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await read(incoming);
    const call = { action: actionOf(incoming, body), at: Date.now() };
    this.calls.push(call);
    switch (this.fault?.(call)) {
      case "break":
        incoming.socket.destroy();
        return;
      case "hang":
        return;
      case "throttle":
        outgoing.writeHead(400, { "Content-Type": "text/xml" });
        outgoing.end("<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>");
        return;
      case "kill":
        outgoing.writeHead(200, { [FAULT_HEADER]: "kill" }).end();
        return;
      case "freeze":
        outgoing.writeHead(200, { [FAULT_HEADER]: "freeze" }).end();
        return;
      default:
        this.forward(incoming, body, outgoing);
    }
  }

  private forward(incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse): void {
    const { hostname, port } = this.endpoint;
    const { method, url, headers } = incoming;
    const passed = request({ hostname, port, method, path: url, headers, agent: false }, (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    });
    passed.on("error", () => outgoing.destroy());
    passed.end(body);
  }
}

/** The name of a call: JSON services carry it in a header, STS in its form. */
function actionOf({ headers }: IncomingMessage, body: Buffer): string {
  const [service = "", operation] = String(headers["x-amz-target"] ?? "").split(".");
  if (operation) return `${SERVICES[service] ?? service}:${operation}`;
  return `sts:${new URLSearchParams(body.toString()).get("Action") ?? "unknown"}`;
}

async function read(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
