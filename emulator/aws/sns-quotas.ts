/**
 * What SNS refuses and ministack does not: a statement more than a topic's policy can hold, and an account that nobody
 * has. It stands between the functions and ministack; everything else passes through.
 */
import { randomUUID } from "node:crypto";
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { GetTopicAttributesCommand } from "@aws-sdk/client-sns";
import type { AccountClients } from "./clients.js";

/** Statements in one policy, the default one among them ("Policy quotas" in the SNS developer guide). */
const MAX_STATEMENTS = 100;

export class SnsQuotas {
  /** Accounts that AWS does not know. */
  readonly unknownAccounts = new Set<string>();
  private vendor: AccountClients | undefined;
  private endpoint: URL | undefined;
  /** One look at a policy and the change after it at a time. */
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(private readonly server: Server) {
    server.on("request", async (incoming, outgoing) => {
      const body = await read(incoming);
      const parameters = new URLSearchParams(body.toString());
      if (parameters.get("Action") !== "AddPermission") return this.pass(incoming, body, outgoing);
      const added = this.turn.then(() => this.addPermission(parameters, incoming, body, outgoing));
      this.turn = added.catch(() => undefined);
      return added;
    });
  }

  static async start(): Promise<SnsQuotas> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new SnsQuotas(server);
  }

  /** What every function's process needs to come this way. */
  get environment(): Record<string, string> {
    return { AWS_ENDPOINT_URL_SNS: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}` };
  }

  connect(endpoint: string, vendor: AccountClients): void {
    this.endpoint = new URL(endpoint);
    this.vendor = vendor;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async addPermission(
    parameters: URLSearchParams,
    incoming: IncomingMessage,
    body: Buffer,
    outgoing: ServerResponse,
  ): Promise<void> {
    const topicArn = parameters.get("TopicArn") ?? "";
    const label = parameters.get("Label");
    const account = parameters.get("AWSAccountId.member.1") ?? "";
    if (this.unknownAccounts.has(account)) {
      return refuse(outgoing, `Invalid parameter: AWSAccountId Reason: no account ${account}`);
    }
    const topic = await this.vendor
      ?.sns(topicArn.split(":")[3] ?? "")
      .send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
    const { Statement = [] } = JSON.parse(topic?.Attributes?.Policy || "{}") as {
      Statement?: readonly { readonly Sid?: string }[];
    };
    const exists = Statement.some(({ Sid }) => Sid === label);
    if (!exists && Statement.length >= MAX_STATEMENTS) {
      return refuse(outgoing, `Invalid parameter: Policy Reason: more than ${MAX_STATEMENTS} statements`);
    }
    await this.pass(incoming, body, outgoing);
  }

  private pass(incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse): Promise<void> {
    return new Promise((resolve) => {
      const passed = httpRequest(
        {
          hostname: this.endpoint?.hostname,
          port: this.endpoint?.port,
          path: incoming.url,
          method: incoming.method,
          headers: incoming.headers,
        },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing).on("close", resolve);
        },
      );
      passed.on("error", () => {
        outgoing.destroy();
        resolve();
      });
      passed.end(body);
    });
  }
}

/** As SNS refuses: nothing but the wording tells one InvalidParameter from another. */
function refuse(outgoing: ServerResponse, message: string): void {
  outgoing
    .writeHead(400, { "Content-Type": "text/xml" })
    .end(
      `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>InvalidParameter</Code><Message>${message}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
    );
}

async function read(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
