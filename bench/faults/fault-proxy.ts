/**
 * A proxy between one function and the embedded cloud, which does to the function's calls what AWS does on a bad day. Everything
 * else passes through unchanged.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import {
  GetFunctionConfigurationCommand,
  type LambdaClient,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { close, forward, listen, urlOf } from "../../emulator/aws/loopback.js";

/**
 * What happens to a call: the connection breaks, no reply ever comes, the service throttles, the function's process dies at this
 * moment, or it freezes, so that Lambda ends it when its time is up.
 */
export type Fault = "break" | "hang" | "throttle" | "kill" | "freeze";

/** A call as the function made it. */
export interface Call {
  /** As IAM names it, such as `dynamodb:GetItem`. */
  readonly action: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What is different from the function's own configuration. */
export interface FunctionChanges {
  /** Variables besides the function's own. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly timeoutSeconds?: number;
}

/** Tells fault-proxy-preload.cjs, in the function's process, to kill or freeze that process. */
const FAULT_HEADER = "x-embedded-cloud-fault";

const PRELOADS = ["../../emulator/aws/function-preload.cjs", "fault-proxy-preload.cjs"];

const SERVICES: Readonly<Record<string, string>> = { DynamoDB_20120810: "dynamodb", AmazonSQS: "sqs" };

export class FaultProxy {
  /** Every call that arrived, in order. */
  readonly calls: Call[] = [];
  /** Decides on each call; undefined lets it pass. */
  fault: ((call: Call) => Fault | undefined) | undefined;

  private constructor(
    private readonly server: Server,
    private readonly endpoint: string,
  ) {
    server.on("request", (incoming, outgoing) => {
      this.handle(incoming, outgoing).catch(() => incoming.socket.destroy());
    });
  }

  /** @param endpoint the embedded cloud's */
  static async start(endpoint: string): Promise<FaultProxy> {
    const server = createServer();
    await listen(server);
    return new FaultProxy(server, endpoint);
  }

  /**
   * Sends a function's calls through this proxy, from its next start on.
   * @returns a function that restores the function's configuration
   */
  async intercept(
    lambda: LambdaClient,
    FunctionName: string,
    changes: FunctionChanges = {},
  ): Promise<() => Promise<void>> {
    const { Timeout, Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const configure = async (timeout: number | undefined, Variables: Record<string, string>) => {
      await lambda.send(
        new UpdateFunctionConfigurationCommand({
          FunctionName,
          Timeout: timeout,
          Environment: { Variables },
        }),
      );
    };
    const variables = Environment?.Variables ?? {};
    const preloads = PRELOADS.map((file) => `--require=${JSON.stringify(join(import.meta.dirname, file))}`);
    await configure(changes.timeoutSeconds ?? Timeout, {
      ...variables,
      AWS_ENDPOINT_URL: urlOf(this.server),
      NODE_OPTIONS: preloads.join(" "),
      ...changes.variables,
    });
    return () => configure(Timeout, variables);
  }

  stop(): Promise<void> {
    return close(this.server);
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const call = { action: actionOf(incoming, body), at: Date.now() };
    this.calls.push(call);
    const fault = this.fault?.(call);
    switch (fault) {
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
      case "freeze":
        outgoing.writeHead(200, { [FAULT_HEADER]: fault }).end();
        return;
      default:
        await forward(this.endpoint, { incoming, body, outgoing });
    }
  }
}

/** The name of a call: JSON services have it in a header, STS in its form. */
function actionOf({ headers }: IncomingMessage, body: Buffer): string {
  const [service = "", operation] = String(headers["x-amz-target"] ?? "").split(".");
  if (operation) return `${SERVICES[service] ?? service}:${operation}`;
  return `sts:${new URLSearchParams(body.toString()).get("Action") ?? "unknown"}`;
}
