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
export function apiRoutes(auth: Configuration["auth"]): ApiRoute[] {
  const authorization = AUTHORIZATION[auth];
  return [
    // A back end has no use for the page. Everybody else has to see it before there is a token.
    ...(auth === "iam" ? [] : [route("GET /", 50, "NONE")]),
    route("GET /openapi.json", 10, authorization),
    route("GET /regions", 50, authorization),
    // Links are made by people, one at a time.
    route("POST /connections", 10, authorization),
    // Each page that waits asks every few seconds.
    route("GET /connections/{id}", 100, authorization),
    route("DELETE /connections/{id}", 10, authorization),
    // There without confirmation: code, too: connections that were made before it was taken out still have to be confirmed.
    route("POST /connections/{id}/confirmation", 5, authorization),
  ];
}

function route(routeKey: string, perSecond: number, authorization: ApiRoute["authorization"]): ApiRoute {
  return { routeKey, perSecond, authorization };
}
