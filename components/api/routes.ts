import type { Configuration } from "../config/configuration.js";

/** One route of the HTTP API. */
export interface ApiRoute {
  /** As API Gateway spells it. */
  routeKey: string;
  authorization: "AWS_IAM" | "JWT" | "NONE";
  /** Requests a second of all callers together; twice as many may come at once. */
  perSecond: number;
}

const AUTHORIZATION = { iam: "AWS_IAM", jwt: "JWT", none: "NONE" } as const;

/** What the API answers; anything else gets 404 from API Gateway and costs no function call. */
export function apiRoutes({
  auth,
  grants,
  organizationRegions,
}: Pick<Configuration, "auth" | "grants" | "organizationRegions">): ApiRoute[] {
  const authorization = AUTHORIZATION[auth];
  return [
    // Everybody has to see the page before there is a token. With iam it says how the API is called.
    ...readable("/", auth === "iam" ? 5 : 50, "NONE"),
    ...readable("/openapi.json", 10, authorization),
    ...readable("/regions", 50, authorization),
    ...readable("/grants", 10, authorization),
    ...readable("/connections", 10, authorization),
    // Links are made by people, one at a time.
    route("POST /connections", 10, authorization),
    // Each page that waits asks every few seconds.
    ...readable("/connections/{id}", 100, authorization),
    route("DELETE /connections/{id}", 10, authorization),
    // There without confirmation: code, too: connections that were made before it was taken out still have to be confirmed.
    route("POST /connections/{id}/confirmation", 5, authorization),
    // Each one keeps two functions busy for up to 20 seconds.
    route("PUT /connections/{id}/role", 5, authorization),
    ...(grants.tiers.length > 1 ? [route("PUT /connections/{id}/tier", 5, authorization)] : []),
    ...(organizationRegions.length > 0 ? organizationRoutes(authorization) : []),
    // Tenants cannot end a connection of one account.
    ...(auth === "iam" ? [route("POST /connections/{id}/end", 10, authorization)] : []),
  ];
}

function organizationRoutes(authorization: ApiRoute["authorization"]): ApiRoute[] {
  return [
    route("POST /organizations", 5, authorization),
    // Each page that waits asks every few seconds.
    ...readable("/organizations/{id}", 100, authorization),
    route("DELETE /organizations/{id}", 5, authorization),
    // Ten pages of an index at most.
    ...readable("/organizations/{id}/members", 10, authorization),
    route("POST /organizations/{id}/listing", 5, authorization),
  ];
}

/** API Gateway hands HEAD on only where a route says so. */
function readable(path: string, perSecond: number, authorization: ApiRoute["authorization"]): ApiRoute[] {
  return ["GET", "HEAD"].map((method) => route(`${method} ${path}`, perSecond, authorization));
}

function route(routeKey: string, perSecond: number, authorization: ApiRoute["authorization"]): ApiRoute {
  return { routeKey, perSecond, authorization };
}
