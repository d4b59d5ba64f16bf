/** The API's routes: each checks what it was given, lets the maker do the work, and shows what came of it. */
import { type Context, Hono } from "hono";
import type { LambdaEvent } from "hono/aws-lambda";
import * as v from "valibot";
import { regionName } from "../aws/region-names.js";
import type { Connection } from "../domain/connection.js";
import { type CallerEvent, callerOf, owns } from "./caller.js";
import type { UrlGeneratorConfig } from "./config.js";
import type { ConnectionMaker } from "./connections.js";
import { page } from "./page/index.js";
import { problemOf, RefusedError } from "./problems.js";
import {
  Confirmation,
  type ConnectionView,
  IdempotencyKey,
  newConnectionSchema,
  type RegionList,
} from "./schemas.js";
import { viewOf } from "./view.js";

/** Everything that the routes need. */
export interface RouteParts {
  readonly config: UrlGeneratorConfig;
  readonly maker: ConnectionMaker;
  /** The OpenAPI document, JSON. */
  readonly openApi: string;
  /** Told of errors that are no refusals. */
  readonly onFault: (route: string, error: unknown) => void;
}

interface Environment {
  Bindings: { readonly event: LambdaEvent };
}

/** Ten times what the longest sensible body has. */
const MAX_BODY_BYTES = 4096;

/** Answers are about one tenant's connections at one moment: nobody else may get them, and nobody later. */
const HEADERS = { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" };

export function routes({ config, maker, openApi, onFault }: RouteParts): Hono<Environment> {
  const app = new Hono<Environment>();
  const NewConnection = newConnectionSchema(maker.regions, config.auth);
  const view = (connection: Connection): ConnectionView => viewOf(connection, new Date(), maker.link);
  const callerIn = (context: Context<Environment>) => callerOf(context.env.event as CallerEvent, config);

  /** The caller's connection of the path. Another tenant's is as unknown as one that never was. */
  const find = async (context: Context<Environment>): Promise<Connection> => {
    const caller = callerIn(context);
    const connection = await maker.find(context.req.param("id") ?? "");
    if (!connection || !owns(caller, connection)) {
      throw new RefusedError(
        "notFound",
        "There is no such connection. Check its external ID, or make a new link.",
      );
    }
    return connection;
  };

  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(HEADERS)) {
      if (!context.res.headers.has(name)) context.header(name, value);
    }
  });

  if (config.page) {
    const { body, headers } = page(config.page);
    app.get("/", (context) => context.body(body, 200, headers));
  }

  app.get("/openapi.json", (context) => context.body(openApi, 200, { "Content-Type": "application/json" }));

  app.get("/regions", async (context) => {
    const regions = await Promise.all(
      maker.regions.map(async (region) => ({
        region,
        name: regionName(region),
        open: await maker.hasRoom(region),
      })),
    );
    return context.json<RegionList>({ regions });
  });

  app.post("/connections", async (context) => {
    const caller = callerIn(context);
    const { accountId, region, tenant = "" } = await readBody(context, NewConnection);
    const { connection, isNew } = await maker.create({
      accountId,
      region,
      tenant: caller.tenant ?? tenant,
      idempotencyKey: readIdempotencyKey(context),
    });
    return context.json<ConnectionView>(view(connection), isNew ? 201 : 200);
  });

  app.get("/connections/:id", async (context) => context.json<ConnectionView>(view(await find(context))));

  app.delete("/connections/:id", async (context) => {
    await maker.cancel(await find(context));
    return context.body(null, 204);
  });

  app.post("/connections/:id/confirmation", async (context) => {
    const connection = await find(context);
    const { code } = await readBody(context, Confirmation);
    return context.json<ConnectionView>(view(await maker.confirm(connection, code)));
  });

  app.notFound(() => {
    throw new RefusedError(
      "notFound",
      "There is no such address; GET /openapi.json lists those that there are.",
    );
  });

  app.onError((error, context) => {
    if (!(error instanceof RefusedError))
      onFault(`${context.req.method} ${context.req.path.split("/")[1]}`, error);
    const problem = problemOf(error);
    return context.body(JSON.stringify(problem), problem.status as 400, {
      "Content-Type": "application/problem+json",
    });
  });

  return app;
}

function readIdempotencyKey(context: Context): string | undefined {
  const key = context.req.header("Idempotency-Key");
  if (key === undefined) return undefined;
  const checked = v.safeParse(IdempotencyKey, key);
  if (!checked.success) throw new RefusedError("invalid", checked.issues[0].message, "Idempotency-Key");
  return checked.output;
}

/** @throws RefusedError naming the first field that does not do */
async function readBody<Schema extends v.GenericSchema>(
  context: Context,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  if (!/^application\/json\s*(;|$)/i.test(context.req.header("Content-Type") ?? "")) {
    throw new RefusedError(
      "notJson",
      "Send the body as JSON, with the header Content-Type: application/json.",
    );
  }
  const text = await context.req.text();
  if (Buffer.byteLength(text) > MAX_BODY_BYTES) {
    throw new RefusedError(
      "tooLarge",
      `The body has more than ${MAX_BODY_BYTES} bytes. Send the documented fields only.`,
    );
  }
  const body = v.safeParse(schema, parse(text));
  if (body.success) return body.output;
  const [issue] = body.issues;
  const field = v.getDotPath(issue) ?? undefined;
  throw new RefusedError("invalid", sentence(issue, field), field);
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    // A list would pass as an object without any of the fields.
    return Array.isArray(value) ? undefined : value;
  } catch {
    return undefined;
  }
}

function sentence(issue: v.BaseIssue<unknown>, field: string | undefined): string {
  if (field === undefined)
    return "The body must be a JSON object with the documented fields, see /openapi.json.";
  if (issue.type === "strict_object" && issue.expected === "never") {
    return field === "tenant"
      ? "tenant cannot be given here: it is known from who calls."
      : `${field} is not a field of this request.`;
  }
  if (issue.received === "undefined") return `${field} is missing.`;
  if (issue.kind === "schema" && issue.type === "string")
    return `${field} must be a text, not ${issue.received}.`;
  return issue.message;
}
