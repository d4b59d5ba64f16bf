/**
 * The URL generator's API and page at the root of an address, as customers have them: the embedded cloud's API gateway
 * serves them under a long path. Links to the AWS console are replaced by links to its local stand-in; nothing else is changed.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { close, listen, urlOf } from "../aws/loopback.js";
import type { ConsoleStandIn } from "./console.js";

export class OnboardingSite {
  private constructor(
    private readonly server: Server,
    private readonly onboardingUrl: string,
    private readonly console: ConsoleStandIn,
  ) {
    server.on("request", (request, response) => {
      this.forward(request, response).catch((error: Error) => {
        if (!response.headersSent) response.writeHead(502, { "Content-Type": "text/plain" });
        response.end(`The URL generator cannot be reached: ${error.message}\n`);
      });
    });
  }

  /** @param port on 127.0.0.1; a free one by default */
  static async start(onboardingUrl: string, console: ConsoleStandIn, port = 0): Promise<OnboardingSite> {
    const server = createServer();
    await listen(server, port);
    return new OnboardingSite(server, onboardingUrl, console);
  }

  /** The page's address, without a slash at the end. */
  get url(): string {
    return urlOf(this.server);
  }

  stop(): Promise<void> {
    return close(this.server);
  }

  private async forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url = "/" } = request;
    const body = await buffer(request);
    const reply = await fetch(`${this.onboardingUrl}${url}`, {
      method,
      headers: endToEnd(Object.entries(request.headers as Record<string, string>)),
      ...(body.length > 0 && { body }),
      redirect: "manual",
    });
    const content = Buffer.from(await reply.arrayBuffer());
    const isJson = /^application\/json/.test(reply.headers.get("content-type") ?? "");
    response.writeHead(reply.status, endToEnd([...reply.headers]));
    response.end(isJson ? this.withLocalLink(content.toString()) : content);
  }

  private withLocalLink(text: string): string {
    const body = JSON.parse(text) as { readonly link?: string; readonly accountId?: string } | null;
    if (typeof body?.link !== "string") return text;
    return JSON.stringify({ ...body, link: this.console.linkTo(body.link, body.accountId ?? "") });
  }
}

/** Headers that concern one connection only, or a body that is no longer the same. */
const HOP_BY_HOP = [
  "connection",
  "content-encoding",
  "content-length",
  "host",
  "keep-alive",
  "transfer-encoding",
];

function endToEnd(headers: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(headers.filter(([name]) => !HOP_BY_HOP.includes(name)));
}
