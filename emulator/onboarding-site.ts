/**
 * The URL generator's API and page at an address of their own, as customers have it: the embedded cloud's API gateway
 * answers under a long path. Links to the AWS console lead to its local stand-in instead; nothing else is changed.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ConsoleStandIn } from "./console/index.js";

export class OnboardingSite {
  private constructor(
    private readonly server: Server,
    private readonly onboardingUrl: string,
    private readonly console: ConsoleStandIn,
  ) {
    server.on("request", (request, response) => {
      this.pass(request, response).catch((error: Error) => {
        if (!response.headersSent) response.writeHead(502, { "Content-Type": "text/plain" });
        response.end(`The URL generator cannot be reached: ${error.message}\n`);
      });
    });
  }

  /** @param port on 127.0.0.1; a free one where it is left out */
  static async start(onboardingUrl: string, console: ConsoleStandIn, port = 0): Promise<OnboardingSite> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
    return new OnboardingSite(server, onboardingUrl, console);
  }

  /** The page's address, without a slash at its end. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url = "/" } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const answer = await fetch(`${this.onboardingUrl}${url}`, {
      method,
      headers: forwarded(request.headers as Record<string, string>),
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
      redirect: "manual",
    });
    const headers = Object.fromEntries([...answer.headers].filter(([name]) => !HOP.includes(name)));
    const body = Buffer.from(await answer.arrayBuffer());
    const isJson = /^application\/json/.test(answer.headers.get("content-type") ?? "");
    response.writeHead(answer.status, headers);
    response.end(isJson ? this.withLocalLinks(body.toString()) : body);
  }

  private withLocalLinks(text: string): string {
    const answer = JSON.parse(text) as { readonly link?: string; readonly accountId?: string } | null;
    if (typeof answer?.link !== "string") return text;
    return JSON.stringify({ ...answer, link: this.console.linkTo(answer.link, answer.accountId ?? "") });
  }
}

/** Headers about one connection only, or about a body that is no longer the same. */
const HOP = ["connection", "content-encoding", "content-length", "host", "keep-alive", "transfer-encoding"];

function forwarded(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP.includes(name)));
}
