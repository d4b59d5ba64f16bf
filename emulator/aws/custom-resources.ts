/**
 * Custom resources whose ServiceToken is an SNS topic, which ministack lacks: cloudformation.py hands their requests on to this server.
 * It publishes each to the topic with the customer's own rights, as CloudFormation does with its caller's, so the topic's policy decides
 * as it does on AWS. The response URL in it is of the genuine kind, and the first response goes back to ministack.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { PublishCommand } from "@aws-sdk/client-sns";
import type { Accounts } from "./accounts.js";
import { close, listen, urlOf } from "./loopback.js";
import type { CustomResourceResponse, ResponseBuckets } from "./response-buckets.js";

type Properties = Readonly<Record<string, unknown>>;

export interface CustomResourceEvent {
  readonly RequestType: "Create" | "Update" | "Delete";
  readonly RequestId: string;
  readonly StackId: string;
  /** Where ministack waits for the response; empty for a request that ministack did not make. */
  readonly ResponseURL: string;
  readonly ResourceType: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  /** With the topic as their ServiceToken. */
  readonly ResourceProperties: Properties;
  readonly OldResourceProperties?: Properties;
}

/** A request that CloudFormation made, and its response as soon as there is one. */
export interface CustomResourceRequest {
  readonly event: CustomResourceEvent;
  /** Milliseconds since 1970. */
  readonly madeAt: number;
  /** The first response that the bucket accepted, or a failure because the request could not be published. */
  response?: CustomResourceResponse;
  respondedAt?: number;
  /** How many responses the bucket accepted: anything but 1 is a bug in the receiver. */
  responseCount: number;
}

export class CustomResources {
  /** In the order in which they were made. */
  readonly requests: CustomResourceRequest[] = [];

  private constructor(
    private readonly server: Server,
    private readonly accounts: Accounts,
    private readonly buckets: ResponseBuckets,
  ) {
    server.on("request", (incoming, outgoing) => {
      this.handle(incoming, outgoing).catch((error: unknown) => {
        // The embedded cloud is stopping while a stack operation is in progress, or it is broken in a way that the stack will report.
        outgoing.writeHead(502).end(String(error));
      });
    });
  }

  static async start(accounts: Accounts, buckets: ResponseBuckets): Promise<CustomResources> {
    const server = createServer();
    await listen(server);
    return new CustomResources(server, accounts, buckets);
  }

  /** What leads ministack here. */
  get environment(): Record<string, string> {
    return { CUSTOM_RESOURCES_URL: urlOf(this.server) };
  }

  /**
   * Publishes a request to its topic with the rights of the stack's account. One that the topic refuses gets a FAILED response at
   * once, with the refusal as the reason, as on AWS.
   */
  async send(event: CustomResourceEvent): Promise<void> {
    const [, , , region = "", accountId = ""] = event.StackId.split(":");
    const key = {
      stackId: event.StackId,
      logicalResourceId: event.LogicalResourceId,
      requestId: event.RequestId,
    };
    const responseUrl = await this.buckets.responseUrl(region, key, (response) =>
      this.respond(request, response),
    );
    const request: CustomResourceRequest = { event, madeAt: Date.now(), responseCount: 0 };
    this.requests.push(request);
    const topic = String(event.ResourceProperties.ServiceToken);
    const message = { ...event, ServiceToken: topic, ResponseURL: responseUrl };
    try {
      await this.accounts
        .of(accountId)
        .sns(region)
        .send(
          new PublishCommand({
            TopicArn: topic,
            Subject: "AWS CloudFormation custom resource request",
            Message: JSON.stringify(message),
          }),
        );
    } catch (error) {
      await this.respond(request, {
        Status: "FAILED",
        Reason: (error as Error).message,
        PhysicalResourceId: event.PhysicalResourceId ?? "",
        StackId: event.StackId,
        LogicalResourceId: event.LogicalResourceId,
        RequestId: event.RequestId,
      });
    }
  }

  /** The requests of one stack, in the order in which they were made. */
  of(stackId: string): CustomResourceRequest[] {
    return this.requests.filter((request) => request.event.StackId === stackId);
  }

  stop(): Promise<void> {
    return close(this.server);
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    await this.send((await json(incoming)) as CustomResourceEvent);
    outgoing.end();
  }

  private async respond(request: CustomResourceRequest, response: CustomResourceResponse): Promise<void> {
    request.responseCount++;
    // CloudFormation takes the first response to a request and ignores later ones.
    if (request.response) return;
    request.response = response;
    request.respondedAt = Date.now();
    const { ResponseURL } = request.event;
    if (ResponseURL) await fetch(ResponseURL, { method: "PUT", body: JSON.stringify(response) });
  }
}
