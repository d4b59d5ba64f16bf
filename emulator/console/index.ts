/**
 * A stand-in for the one page of the AWS console that customers see: CloudFormation's "Quick create stack". It shows
 * what a link filled in, creates the stack with the rights of the account that is "signed in", and shows its events.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { readQuickCreateLink } from "../../functions/url-generator/link.js";
import type { EmbeddedCloud } from "../aws/embedded-cloud.js";
import type { Customer, Stack } from "../customer/customer.js";
import { fetchAnonymously } from "../customer/customer.js";
import { errorPage, eventRow, quickCreatePage, stackPageEnd, stackPageStart } from "./pages.js";

/** Milliseconds between two looks at a stack. */
const INTERVAL = 150;

export class ConsoleStandIn {
  private readonly stacks = new Map<string, Stack>();

  private constructor(
    private readonly server: Server,
    private readonly cloud: EmbeddedCloud,
  ) {
    server.on("request", (request, response) => {
      this.answer(request, response).catch((error: Error) => {
        if (!response.headersSent) response.writeHead(400, HTML);
        response.end(errorPage(error.message));
      });
    });
  }

  static async start(cloud: EmbeddedCloud): Promise<ConsoleStandIn> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new ConsoleStandIn(server, cloud);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Where a console link leads here. @param accountId the account that is signed in, as long as nobody changes it */
  linkTo(link: string, accountId: string): string {
    return `${this.url}/?${new URLSearchParams({ account: accountId, link })}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "", this.url);
    const route = `${request.method} ${pathname}`;
    if (route === "GET /") {
      const link = searchParams.get("link") ?? "";
      const quickCreate = readQuickCreateLink(link);
      const template = await fetchAnonymously(this.cloud.endpoint, quickCreate.templateUrl);
      response
        .writeHead(200, HTML)
        .end(quickCreatePage({ link, accountId: searchParams.get("account") ?? "", quickCreate, template }));
    } else if (route === "POST /stacks") {
      const stack = await this.create(new URLSearchParams(await read(request)));
      response.writeHead(303, { Location: stackPath(stack) }).end();
    } else if (route === "POST /stacks/delete") {
      const stack = this.find(new URLSearchParams(await read(request)).get("id"));
      // The page that follows shows how it ends.
      stack.delete().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, INTERVAL));
      response.writeHead(303, { Location: stackPath(stack) }).end();
    } else if (route === "GET /stacks") {
      await this.show(this.find(searchParams.get("id")), response);
    } else {
      response.writeHead(404, HTML).end(errorPage("There is no such page in this stand-in."));
    }
  }

  private async create(form: URLSearchParams): Promise<Stack> {
    const accountId = form.get("account") ?? "";
    if (!/^\d{12}$/.test(accountId)) throw new Error(`"${accountId}" is no account ID: it has 12 digits.`);
    if (form.get("acknowledged") !== "on") {
      throw new Error("Requires capabilities: [CAPABILITY_IAM]. Go back and tick the box above the button.");
    }
    const parameters = Object.fromEntries(
      [...form].filter(([name]) => name.startsWith("param_")).map(([name, value]) => [name.slice(6), value]),
    );
    const customer: Customer = this.cloud.customer(accountId);
    const stackName = form.get("stackName") ?? "";
    const stack = await customer.createStack(form.get("link") ?? "", { parameters, stackName });
    this.stacks.set(stack.id, stack);
    // A failed Create is followed by a Delete, whether somebody looks or not.
    stack.settled().catch(() => undefined);
    return stack;
  }

  private find(id: string | null): Stack {
    const stack = this.stacks.get(id ?? "");
    if (!stack) throw new Error(`There is no stack ${id}: it was made before this console was started.`);
    return stack;
  }

  /** The answer goes on as long as the stack is being worked on: each event is added to the table as it comes. */
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
      await new Promise((resolve) => setTimeout(resolve, INTERVAL));
    }
  }
}

const HTML = { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" };

const stackPath = ({ id }: Stack) => `/stacks?${new URLSearchParams({ id })}`;

async function read(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
