/**
 * The URL generator's API and page at the root of an address, as customers have them: the embedded cloud's API gateway
 * serves them under a long path. Links to the AWS console are replaced by links to its local stand-in; nothing else is changed,
 * and a signature is checked for the address that was signed.
 */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  request as send,
} from "node:http";
import { buffer } from "node:stream/consumers";
import { close, listen, urlOf } from "../aws/loopback.js";
import type { ConsoleStandIn } from "./console.js";

export class OnboardingSite {
  private constructor(
    private readonly server: Server,
    private readonly onboardingUrl: URL,
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
    return new OnboardingSite(server, new URL(onboardingUrl), console);
  }

  /** The page's address, without a slash at the end. */
  get url(): string {
    return urlOf(this.server);
  }

  stop(): Promise<void> {
    return close(this.server);
  }

  private async forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = await this.ask(request, await buffer(request));
    const content = await buffer(reply);
    const isJson = /^application\/json/.test(reply.headers["content-type"] ?? "");
    response.writeHead(reply.statusCode ?? 502, endToEnd(reply.headers));
    response.end(isJson ? this.withLocalLink(content.toString()) : content);
  }

  /** The embedded cloud's guard (aws/guard.py) finds the API by a header, so that path and host stay as they were signed. */
  private ask({ method, url: path, headers }: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
    const { hostname, port, pathname } = this.onboardingUrl;
    const asked = {
      ...headers,
      "x-embedded-cloud-secret": this.console.cloud.secretAccessKey,
      "x-embedded-cloud-api": decodeURI(pathname),
    };
    return new Promise((resolve, reject) => {
      send({ hostname, port, path, method, headers: asked }, resolve).on("error", reject).end(body);
    });
  }

  private withLocalLink(text: string): string {
    const body = JSON.parse(text) as { readonly link?: string; readonly accountId?: string } | null;
    if (typeof body?.link !== "string") return text;
    return JSON.stringify({ ...body, link: this.console.linkTo(body.link, body.accountId ?? "") });
  }
}

/** Headers that concern one connection only, or a body that is no longer the same. */
const HOP_BY_HOP = ["connection", "content-length", "keep-alive", "transfer-encoding"];

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
}
