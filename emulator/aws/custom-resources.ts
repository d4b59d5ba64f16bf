/**
 * CloudFormation's book of custom resource requests: which were made, with which response URL, and how each was
 * answered. The bridge function asks it for a response URL; an accepted answer goes on to ministack.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { CustomResourceEvent } from "./bridge/index.js";
import type { Response, ResponseBuckets } from "./response-bucket.js";

/** One request that CloudFormation made, and its answer as soon as there is one. */
export interface CustomResourceRequest {
  readonly event: CustomResourceEvent;
  readonly responseUrl: string;
  readonly madeAt: number;
  /** The first answer that the bucket took, or the refusal to publish. */
  answer?: Response;
  answeredAt?: number;
  /** How many answers the bucket took: anything but 1 is a fault of the receiver. */
  answers: number;
}

export class CustomResources {
  readonly requests: CustomResourceRequest[] = [];

  private constructor(
    private readonly server: Server,
    private readonly buckets: ResponseBuckets,
  ) {
    server.on("request", (incoming, outgoing) => {
      this.handle(incoming, outgoing).catch((error: unknown) => {
        // The embedded cloud is being stopped while a stack is under way, or is broken in a way that the stack will report.
        outgoing.writeHead(502).end(String(error));
      });
    });
  }

  static async start(buckets: ResponseBuckets): Promise<CustomResources> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new CustomResources(server, buckets);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The requests of one stack, in the order in which they were made. */
  of(stackId: string): CustomResourceRequest[] {
    return this.requests.filter((request) => request.event.StackId === stackId);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = JSON.parse(await read(incoming));
    if (incoming.url === "/requests") {
      const responseUrl = await this.register(body as CustomResourceEvent);
      outgoing.end(JSON.stringify({ responseUrl }));
    } else {
      const { event, reason } = body as { event: CustomResourceEvent; reason: string };
      await this.refused(event, reason);
      outgoing.end();
    }
  }

  private async register(event: CustomResourceEvent): Promise<string> {
    const region = event.StackId.split(":")[3] ?? "";
    const responseUrl = await this.buckets.responseUrl(
      region,
      {
        stackId: event.StackId,
        logicalResourceId: event.LogicalResourceId,
        requestId: event.RequestId,
      },
      (answer) => this.answered(event, answer),
    );
    this.requests.push({ event, responseUrl, madeAt: Date.now(), answers: 0 });
    return responseUrl;
  }

  private refused(event: CustomResourceEvent, reason: string): Promise<void> {
    return this.answered(event, {
      Status: "FAILED",
      Reason: reason,
      PhysicalResourceId: event.PhysicalResourceId ?? "",
      StackId: event.StackId,
      LogicalResourceId: event.LogicalResourceId,
      RequestId: event.RequestId,
    });
  }

  private async answered(event: CustomResourceEvent, answer: Response): Promise<void> {
    const request = this.requests.find(
      (candidate) =>
        candidate.event.RequestId === event.RequestId && candidate.event.StackId === event.StackId,
    );
    if (!request) return;
    request.answers++;
    // CloudFormation takes the first answer to a request and ignores what follows.
    if (request.answer) return;
    request.answer = answer;
    request.answeredAt = Date.now();
    if (event.ResponseURL) await fetch(event.ResponseURL, { method: "PUT", body: JSON.stringify(answer) });
  }
}

async function read(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
