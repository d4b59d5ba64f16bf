/** The API's routes: each validates its request, has the service do the work, and shows the result. */
import { regionName } from "../aws/region-names.js";
import type { Connection } from "../domain/connection.js";
import { defined } from "../domain/defined.js";
import { type Caller, type CallerEvent, callerOf, owns } from "./caller.js";
import { choicesOf, type UrlGeneratorConfig } from "./config.js";
import type { ConnectionService } from "./connection-service.js";
import { describeManifest } from "./grant-description.js";
import { addOrganizationRoutes } from "./organization-routes.js";
import type { GrantWords } from "./page/grants.js";
import type { Page } from "./page/pages.js";
import { problemOf, RejectedError } from "./problems.js";
import { represent, representForBackEnd } from "./representation.js";
import {
  Confirmation,
  connectionQuerySchema,
  Ending,
  NamedRole,
  newConnectionSchema,
  tierSchema,
} from "./request-schemas.js";
import { readBody, readIdempotencyKey, readQuery } from "./requests.js";
import { type Context, Router } from "./router.js";
import type { ConnectionList, ConnectionRepresentation, RegionList } from "./schemas.js";

/** What the routes need. */
export interface RouteDependencies {
  readonly config: UrlGeneratorConfig;
  readonly service: ConnectionService;
  /** The OpenAPI document, JSON. */
  readonly openApi: string;
  /** Makes the onboarding page, if there is one, in the language that a visitor's `Accept-Language` asks for. */
  readonly page?: ((acceptLanguage: string | undefined) => Page) | undefined;
  /** Reads what grants are described with in the language that an `Accept-Language` asks for; English without a page. */
  readonly grantWords?: ((acceptLanguage: string | undefined) => GrantWords) | undefined;
  /** Called with each unexpected error. */
  readonly onError: (route: string, error: unknown) => void;
}

/** A response is about one tenant's connections at one moment: no cache may hand it to anyone else, or later. */
const HEADERS = { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" };

/** How callers identify themselves (RFC 9110, 11.6.1). */
const CHALLENGES = { jwt: 'Bearer error="invalid_token"', iam: "AWS4-HMAC-SHA256", none: "" } as const;

/** What somebody reads who opens the address of an API without a page. */
const NO_PAGE = {
  iam: `This is an API for a back end: sign each request with AWS Signature Version 4 for the service execute-api.
GET /openapi.json describes it. For an onboarding page, set onboarding:auth to jwt or none.
`,
  jwt: `This is an API: send each request with a bearer token. GET /openapi.json describes it.
For an onboarding page, set onboarding:loginUrl.
`,
  none: "",
} as const;

/** IAM needs that long, most often, until a new role can be assumed; some of it has passed already. */
const RETRY_AFTER_SECONDS = 5;

export function routes({
  config,
  service,
  openApi,
  page,
  grantWords,
  onError,
}: RouteDependencies): Router<Caller> {
  const app = new Router<Caller>({
    callerOf: (event) => callerOf(event as CallerEvent, config, new Date()),
    notFound: () => {
      throw new RejectedError(
        "notFound",
        "There is nothing at this address: GET /openapi.json lists what there is.",
      );
    },
    failed: (error, context) => {
      if (!(error instanceof RejectedError))
        onError(`${context.req.method} ${context.req.path.split("/")[1]}`, error);
      const problem = problemOf(error);
      return context.body(JSON.stringify(problem), problem.status, {
        "Content-Type": "application/problem+json",
        ...(problem.status === 401 && { "WWW-Authenticate": CHALLENGES[config.auth] }),
      });
    },
    headers: HEADERS,
  });
  const isBackEnd = config.auth === "iam";
  const choices = choicesOf(config);
  const { tiers } = choices;
  const NewConnection = newConnectionSchema(choices);
  const Tier = tierSchema(tiers);
  const ConnectionQuery = connectionQuerySchema(isBackEnd);
  const show = (connection: Connection) =>
    (isBackEnd ? representForBackEnd : represent)(connection, new Date(), service.stackArgsOf);

  /** With what is looked up for a single connection only. */
  const whole = async (
    context: Context<Caller>,
    connection: Connection,
  ): Promise<ConnectionRepresentation> => {
    const words = () => grantWords?.(context.req.header("Accept-Language"));
    const update = await service.updateOf(connection, words);
    const role = service.roleOf(connection);
    return { ...show(connection), ...(role && { role }), ...(update && { update }) };
  };
  const showWhole = async (context: Context<Caller>, connection: Connection, status = 200) =>
    context.json<ConnectionRepresentation>(await whole(context, connection), status);

  /** The caller's connection that the path names. Another tenant's looks like one that does not exist. */
  const find = async (context: Context<Caller>): Promise<Connection> => {
    const connection = await service.find(context.req.param("id") ?? "");
    if (!connection || !owns(context.caller, connection)) {
      throw new RejectedError(
        "notFound",
        "There is no such connection. Check its external ID, or create a new link.",
      );
    }
    return connection;
  };

  app.open("/", (context) => {
    if (!page) return context.text(NO_PAGE[config.auth]);
    const { body, headers } = page(context.req.header("Accept-Language"));
    return context.body(body, 200, headers);
  });

  // Only a request tells by which address the API is called.
  app.get("/openapi.json", (context) =>
    context.json({ ...JSON.parse(openApi), servers: [{ url: context.req.origin }] }),
  );

  app.get("/grants", (context) => context.json(describeManifest(config.grants)));

  app.get("/regions", async (context) => {
    const regions = await Promise.all(
      config.regions.map(async (region) => ({
        region,
        name: regionName(region),
        open: await service.hasCapacity(region),
      })),
    );
    return context.json<RegionList>({ regions });
  });

  app.get("/connections", async (context) => {
    const caller = context.caller;
    if (config.auth === "none") {
      throw new RejectedError(
        "forbidden",
        "Connections are listed only for callers who say who they are, and here nobody does. Ask for one connection by its external ID.",
      );
    }
    const { pageToken, ...filter } = readQuery(context, ConnectionQuery);
    const { connections, nextPageToken } = await service.list(
      defined({ ...filter, tenant: caller.tenant ?? filter.tenant }),
      defined({ pageToken, withinTenant: caller.tenant !== undefined }),
    );
    return context.json<ConnectionList>({ connections: connections.map(show), nextPageToken });
  });

  app.post("/connections", async (context) => {
    const caller = context.caller;
    const { tenant = "", method, ...wanted } = await readBody(context, NewConnection);
    const { connection, isNew } = await service.create({
      ...wanted,
      ...(method === "role" && { method }),
      tenant: caller.tenant ?? tenant,
      idempotencyKey: readIdempotencyKey(context),
    });
    return showWhole(context, connection, isNew ? 201 : 200);
  });

  app.get("/connections/:id", async (context) => showWhole(context, await find(context)));

  app.delete("/connections/:id", async (context) => {
    await service.cancel(await find(context));
    return context.body("", 204);
  });

  app.post("/connections/:id/confirmation", async (context) => {
    const connection = await find(context);
    const { code } = await readBody(context, Confirmation);
    return context.json<ConnectionRepresentation>(show(await service.confirm(connection, code)));
  });

  app.put("/connections/:id/role", async (context) => {
    const connection = await find(context);
    const connected = await service.connectRole(connection, await readBody(context, NamedRole));
    if (connected) return showWhole(context, connected);
    context.header("Retry-After", String(RETRY_AFTER_SECONDS));
    return showWhole(context, connection, 202);
  });

  if (tiers.length > 1) {
    app.put("/connections/:id/tier", async (context) => {
      const connection = await find(context);
      const { tier } = await readBody(context, Tier);
      return showWhole(context, await service.requestTier(connection, tier));
    });
  }

  // A tenant's connections end with the customer's stack, or by the vendor.
  if (isBackEnd) {
    app.post("/connections/:id/end", async (context) => {
      const connection = await find(context);
      const { reason } = await readBody(context, Ending);
      return context.json<ConnectionRepresentation>(show(await service.end(connection, reason)));
    });
  }

  addOrganizationRoutes(app, { config, service }, { find, show, whole });

  return app;
}
