/**
 * Finds the route of a request of an HTTP API (payload format 2.0), and puts its response together.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 *
 * Without Node's own classes Request and Response: loading them takes longer than everything else that the function does before its first
 * response.
 */
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";

/** What API Gateway sends, as far as it is read here. */
export interface ApiEvent {
  readonly rawPath: string;
  readonly rawQueryString?: string;
  /** By names in lower case; values of a header that was sent several times have commas between them. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly requestContext: {
    readonly domainName?: string;
    readonly http: { readonly method: string };
  };
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

export type ApiResult = APIGatewayProxyStructuredResultV2;

/** A request. */
export class ApiRequest {
  constructor(
    private readonly event: ApiEvent,
    private readonly parameters: Readonly<Record<string, string>>,
  ) {}

  get method(): string {
    return this.event.requestContext.http.method;
  }

  get path(): string {
    return this.event.rawPath;
  }

  /** Of the address by which the API was called, such as `https://api.example.com`. */
  get origin(): string {
    return `https://${this.event.requestContext.domainName ?? ""}`;
  }

  /** A part of the path, by its name in the route. */
  param(name: string): string | undefined {
    return this.parameters[name];
  }

  /** @param name in any case */
  header(name: string): string | undefined {
    return this.event.headers?.[name.toLowerCase()];
  }

  /** All values of each query parameter. */
  queries(): Record<string, string[]> {
    const queries = new Map<string, string[]>();
    for (const [name, value] of new URLSearchParams(this.event.rawQueryString)) {
      const values = queries.get(name);
      if (values) values.push(value);
      else queries.set(name, [value]);
    }
    return Object.fromEntries(queries);
  }

  /** The body. */
  text(): string {
    const { body = "", isBase64Encoded } = this.event;
    return isBase64Encoded ? Buffer.from(body, "base64").toString() : body;
  }
}

/** A request and the response that is made for it. */
export class Context<Caller> {
  private readonly headers = new Map<string, string>();

  constructor(
    readonly req: ApiRequest,
    private readonly known: Caller | undefined,
  ) {}

  /** Who calls. @throws Error in a route that is open to everybody */
  get caller(): Caller {
    if (this.known === undefined) throw new Error("Nobody asked who calls.");
    return this.known;
  }

  /** Adds a header to the response. */
  header(name: string, value: string): void {
    this.headers.set(name, value);
  }

  json<Body>(body: Body, status = 200): ApiResult {
    return this.body(JSON.stringify(body), status, { "Content-Type": "application/json" });
  }

  text(body: string): ApiResult {
    return this.body(body, 200, { "Content-Type": "text/plain; charset=UTF-8" });
  }

  body(body: string, statusCode: number, headers: Readonly<Record<string, string>> = {}): ApiResult {
    return { statusCode, headers: { ...Object.fromEntries(this.headers), ...headers }, body };
  }
}

type Handler<Caller> = (context: Context<Caller>) => ApiResult | Promise<ApiResult>;

interface Route<Caller> {
  readonly method: string;
  /** A part that begins with a colon is a parameter. */
  readonly parts: readonly string[];
  readonly isOpen: boolean;
  readonly handler: Handler<Caller>;
}

export interface RouterOptions<Caller> {
  /** Who calls. @throws what `failed` makes a response of, if nobody who may */
  readonly callerOf: (event: ApiEvent) => Caller;
  /** What callers who are known get where no route is. */
  readonly notFound: () => ApiResult;
  /** The response to a request that failed. */
  readonly failed: (error: unknown, context: Context<Caller>) => ApiResult;
  /** Headers of every response that does not say otherwise. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Whoever calls anything but an open route has to be known, before it is even looked for. */
export class Router<Caller> {
  private readonly routes: Route<Caller>[] = [];

  constructor(private readonly options: RouterOptions<Caller>) {}

  readonly open = (path: string, handler: Handler<Caller>) => this.add("GET", path, handler, true);
  readonly get = (path: string, handler: Handler<Caller>) => this.add("GET", path, handler);
  readonly post = (path: string, handler: Handler<Caller>) => this.add("POST", path, handler);
  readonly put = (path: string, handler: Handler<Caller>) => this.add("PUT", path, handler);
  readonly delete = (path: string, handler: Handler<Caller>) => this.add("DELETE", path, handler);

  async handle(event: ApiEvent): Promise<ApiResult> {
    const { callerOf, notFound, failed, headers } = this.options;
    const { route, parameters } = this.find(event);
    const request = new ApiRequest(event, parameters);
    let result: ApiResult;
    try {
      const caller = route?.isOpen ? undefined : callerOf(event);
      result = route ? await route.handler(new Context<Caller>(request, caller)) : notFound();
    } catch (error) {
      result = failed(error, new Context<Caller>(request, undefined));
    }
    const isHead = request.method === "HEAD";
    return { ...result, headers: { ...headers, ...result.headers }, ...(isHead && { body: "" }) };
  }

  private add(method: string, path: string, handler: Handler<Caller>, isOpen = false): void {
    this.routes.push({ method, parts: path.split("/"), isOpen, handler });
  }

  private find({ rawPath, requestContext }: ApiEvent): {
    readonly route?: Route<Caller>;
    readonly parameters: Readonly<Record<string, string>>;
  } {
    const given = rawPath.split("/").map(decoded);
    const { method } = requestContext.http;
    for (const route of this.routes) {
      if (route.method !== (method === "HEAD" ? "GET" : method) || route.parts.length !== given.length)
        continue;
      const pairs = route.parts.map((part, index) => [part, given[index] ?? ""] as const);
      const fits = pairs.every(([part, value]) => (part.startsWith(":") ? value !== "" : part === value));
      const named = pairs.flatMap(([part, value]) => (part.startsWith(":") ? [[part.slice(1), value]] : []));
      if (fits) return { route, parameters: Object.fromEntries(named) };
    }
    return { parameters: {} };
  }
}

/** A part of a path, or the part as it is where it is not well-formed. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
