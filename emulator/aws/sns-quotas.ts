/**
 * What SNS refuses and ministack does not: more statements than a topic's policy can hold, and accounts that do not exist. It
 * stands between the functions and ministack; everything else passes through.
 */
import { randomUUID } from "node:crypto";
import { createServer, type Server, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { GetTopicAttributesCommand } from "@aws-sdk/client-sns";
import type { AccountClients } from "./accounts.js";
import { close, type Exchange, forward, listen, urlOf } from "./loopback.js";

/** Statements in one policy, including the default one ("Policy quotas" in the SNS developer guide). */
const MAX_STATEMENTS = 100;

export class SnsQuotas {
  /** Accounts that AWS does not know. */
  readonly unknownAccounts = new Set<string>();
  /** Policies are checked and changed one at a time. */
  private queue: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly server: Server,
    private readonly endpoint: string,
    private readonly vendor: AccountClients,
  ) {
    server.on("request", async (incoming, outgoing) => {
      const body = await buffer(incoming);
      const exchange = { incoming, body, outgoing };
      const parameters = new URLSearchParams(body.toString());
      if (parameters.get("Action") !== "AddPermission") return forward(this.endpoint, exchange);
      const added = this.queue.then(() => this.addPermission(parameters, exchange));
      this.queue = added.catch(() => undefined);
      return added;
    });
  }

  /** @param endpoint ministack's */
  static async start(endpoint: string, vendor: AccountClients): Promise<SnsQuotas> {
    const server = createServer();
    await listen(server);
    return new SnsQuotas(server, endpoint, vendor);
  }

  /** What a function's process needs in its environment for its calls to pass here. */
  get environment(): Record<string, string> {
    return { AWS_ENDPOINT_URL_SNS: urlOf(this.server) };
  }

  stop(): Promise<void> {
    return close(this.server);
  }

  private async addPermission(parameters: URLSearchParams, exchange: Exchange): Promise<void> {
    const topicArn = parameters.get("TopicArn") ?? "";
    const label = parameters.get("Label");
    const account = parameters.get("AWSAccountId.member.1") ?? "";
    if (this.unknownAccounts.has(account)) {
      return refuse(exchange.outgoing, `Invalid parameter: AWSAccountId Reason: no account ${account}`);
    }
    const { Attributes } = await this.vendor
      .sns(topicArn.split(":")[3] ?? "")
      .send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
    const { Statement = [] } = JSON.parse(Attributes?.Policy || "{}") as {
      Statement?: readonly { readonly Sid?: string }[];
    };
    const exists = Statement.some(({ Sid }) => Sid === label);
    if (!exists && Statement.length >= MAX_STATEMENTS) {
      const message = `Invalid parameter: Policy Reason: more than ${MAX_STATEMENTS} statements`;
      return refuse(exchange.outgoing, message);
    }
    await forward(this.endpoint, exchange);
  }
}

/** As SNS refuses: only the wording tells one InvalidParameter from another. */
function refuse(outgoing: ServerResponse, message: string): void {
  outgoing
    .writeHead(400, { "Content-Type": "text/xml" })
    .end(
      `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>InvalidParameter</Code><Message>${message}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
    );
}
