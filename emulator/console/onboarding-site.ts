/**
 * The URL generator's API and page at the root of an address, as customers have them: the embedded cloud's API gateway
 * serves them under a long path. Links to the AWS console, and to the vendor's application, are replaced by links to local stand-ins; nothing
 * else is changed, and a signature is checked for the address that was signed.
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
import type { SignIn } from "../access.js";
import { close, listen, urlOf } from "../aws/loopback.js";
import type { ConsoleStandIn } from "./console.js";

export class OnboardingSite {
  private constructor(
    private readonly server: Server,
    private readonly onboardingUrl: URL,
    private readonly console: ConsoleStandIn,
    private readonly signIn: SignIn | undefined,
  ) {
    server.on("request", (request, response) => {
      this.forward(request, response).catch((error: Error) => {
        if (!response.headersSent) response.writeHead(502, { "Content-Type": "text/plain" });
        response.end(`The URL generator cannot be reached: ${error.message}\n`);
      });
    });
  }

  /** @param port on 127.0.0.1; a free one by default @param signIn where the page has to send visitors to sign in */
  static async start(
    onboardingUrl: string,
    console: ConsoleStandIn,
    port = 0,
    signIn?: SignIn,
  ): Promise<OnboardingSite> {
    const server = createServer();
    await listen(server, port);
    return new OnboardingSite(server, new URL(onboardingUrl), console, signIn);
  }

  /** The page's address, without a slash at the end. */
  get url(): string {
    return urlOf(this.server);
  }

  stop(): Promise<void> {
    return close(this.server);
  }

  private async forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", this.url);
    if (this.signIn && pathname === SIGN_IN_PATH) {
      const token = this.signIn.token(searchParams.get("prompt") === "login");
      const answer = new URLSearchParams({ token, state: searchParams.get("state") ?? "" });
      response.writeHead(302, { Location: `/#${answer}` }).end();
      return;
    }
    const reply = await this.ask(request, await buffer(request));
    const content = await buffer(reply);
    response.writeHead(reply.statusCode ?? 502, endToEnd(reply.headers));
    response.end(this.localized(content, reply.headers["content-type"] ?? ""));
  }

  private localized(content: Buffer, type: string): Buffer | string {
    if (/^application\/json/.test(type)) return this.withLocalLink(content.toString());
    if (!this.signIn || !/^text\/html/.test(type)) return content;
    // The script reads the address from data in the document, which no hash covers.
    const [remote, local] = [this.signIn.loginUrl, `${this.url}${SIGN_IN_PATH}`].map((url) =>
      JSON.stringify(url),
    );
    return content.toString().replace(`"loginUrl":${remote}`, `"loginUrl":${local}`);
  }

  /** The embedded cloud's guard (aws/guard.py) finds the API by a header, so that path and host stay as they were signed. */
  private ask({ method, url: path, headers }: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
    const { hostname, port, pathname } = this.onboardingUrl;
    const asked = {
      ...headers,
      // What is changed here must not arrive compressed.
      ...((this.signIn || path?.startsWith("/connections")) && { "accept-encoding": "identity" }),
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

/** Stands in for the vendor's application, see docs/page.md. */
const SIGN_IN_PATH = "/local-sign-in";

/** Headers that concern one connection only, or a body that is no longer the same. */
const HOP_BY_HOP = ["connection", "content-length", "keep-alive", "transfer-encoding"];

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
}
