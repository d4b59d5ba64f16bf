/**
 * A stand-in for the one page of the AWS console that customers see: CloudFormation's "Quick create stack". It shows
 * what a link filled in, creates the stack with the rights of the account that is "signed in", and shows the stack's events.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { readQuickCreateLink } from "../../functions/url-generator/link.js";
import { close, listen, urlOf } from "../aws/loopback.js";
import { fetchTemplate } from "../customer/customer.js";
import type { Stack } from "../customer/stack.js";
import type { EmbeddedCloud } from "../embedded-cloud.js";
import { errorPage, eventRow, quickCreatePage, stackPageEnd, stackPageStart } from "./pages.js";

/** Milliseconds between two looks at a stack. */
const INTERVAL = 150;

const HTML = { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" };

export class ConsoleStandIn {
  private readonly stacks = new Map<string, Stack>();

  private constructor(
    private readonly server: Server,
    readonly cloud: EmbeddedCloud,
  ) {
    server.on("request", (request, response) => {
      this.respond(request, response).catch((error: Error) => {
        if (!response.headersSent) response.writeHead(400, HTML);
        response.end(errorPage(error.message));
      });
    });
  }

  /** @param port on 127.0.0.1; a free one by default */
  static async start(cloud: EmbeddedCloud, port = 0): Promise<ConsoleStandIn> {
    const server = createServer();
    await listen(server, port);
    return new ConsoleStandIn(server, cloud);
  }

  get url(): string {
    return urlOf(this.server);
  }

  /** Where a link to the AWS console leads here. @param accountId the account that is signed in, until somebody changes it */
  linkTo(link: string, accountId: string): string {
    return `${this.url}/?${new URLSearchParams({ account: accountId, link })}`;
  }

  stop(): Promise<void> {
    return close(this.server);
  }

  private async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isFromHere(request)) {
      response.writeHead(403, HTML).end(errorPage("Only this stand-in's own pages may use it."));
      return;
    }
    const { pathname, searchParams } = new URL(request.url ?? "", this.url);
    const route = `${request.method} ${pathname}`;
    if (route === "GET /") {
      const link = searchParams.get("link") ?? "";
      const quickCreate = readQuickCreateLink(link);
      const template = await fetchTemplate(this.cloud.endpoint, quickCreate.templateUrl);
      response
        .writeHead(200, HTML)
        .end(quickCreatePage({ link, accountId: searchParams.get("account") ?? "", quickCreate, template }));
    } else if (route === "POST /stacks") {
      const stack = await this.create(new URLSearchParams(await text(request)));
      response.writeHead(303, { Location: stackPath(stack) }).end();
    } else if (route === "POST /stacks/delete") {
      const stack = this.find(new URLSearchParams(await text(request)).get("id"));
      // The page that follows shows how it ends.
      stack.delete().catch(() => undefined);
      await sleep(INTERVAL);
      response.writeHead(303, { Location: stackPath(stack) }).end();
    } else if (route === "GET /stacks") {
      await this.show(this.find(searchParams.get("id")), response);
    } else {
      response.writeHead(404, HTML).end(errorPage("There is no such page in this stand-in."));
    }
  }

  private async create(form: URLSearchParams): Promise<Stack> {
    const accountId = form.get("account") ?? "";
    if (!/^\d{12}$/.test(accountId))
      throw new Error(`"${accountId}" is not an account ID: account IDs have 12 digits.`);
    if (form.get("acknowledged") !== "on") {
      throw new Error("Requires capabilities: [CAPABILITY_IAM]. Go back and tick the box above the button.");
    }
    const parameters = Object.fromEntries(
      [...form].filter(([name]) => name.startsWith("param_")).map(([name, value]) => [name.slice(6), value]),
    );
    const stackName = form.get("stackName") ?? "";
    const stack = await this.cloud
      .customer(accountId)
      .createStack(form.get("link") ?? "", { parameters, stackName });
    this.stacks.set(stack.id, stack);
    // A failed Create is followed by a Delete, whether anybody is watching or not.
    stack.settled().catch(() => undefined);
    return stack;
  }

  private find(id: string | null): Stack {
    const stack = this.stacks.get(id ?? "");
    if (!stack) throw new Error(`There is no stack ${id}: it was created before this console was started.`);
    return stack;
  }

  /** The response stays open as long as an operation is in progress: each event is added to the table as it comes. */
  private async show(stack: Stack, response: ServerResponse): Promise<void> {
    response.writeHead(200, HTML).write(stackPageStart(stack));
    let shown = 0;
    for (;;) {
      const { status, outputs } = await stack.describe();
      const events = await stack.events();
      response.write(events.slice(shown).map(eventRow).join(""));
      shown = events.length;
      if (!status.endsWith("_IN_PROGRESS") || response.destroyed) {
        response.end(stackPageEnd(stack, status, outputs));
        return;
      }
      await sleep(INTERVAL);
    }
  }
}

/** Whether a request names this machine and, unless it only reads, comes from no other address's page. */
function isFromHere({ headers: { host = "", origin = `http://${host}` }, method }: IncomingMessage): boolean {
  return /^(127\.0\.0\.1|localhost):\d+$/.test(host) && (method === "GET" || origin === `http://${host}`);
}

const stackPath = ({ id }: Stack) => `/stacks?${new URLSearchParams({ id })}`;
