/** The API that the page came from, and the token that it needs. */
import type { OrganizationRepresentation } from "../../organization-schemas.js";
import type { NewConnectionBody } from "../../request-schemas.js";
import type { ConnectionList, ConnectionRepresentation, ProblemDetails, RegionList } from "../../schemas.js";
import { isIn, text } from "./texts.js";

export type Region = RegionList["regions"][number];
export type Connection = ConnectionRepresentation;
export type Organization = OrganizationRepresentation;

/** The language of what the API says. */
export const API_LANGUAGE = "en";

/** The API rejected the request: `message` is a sentence for the visitor. */
export class RejectedError extends Error {
  constructor(
    message: string,
    readonly status: number,
    /** The field of the request that is wrong, if it is one. */
    readonly field: string | undefined,
    /** The language of the message, if it is not the page's. */
    readonly language?: string,
  ) {
    super(message);
  }
}

/** No response, or one that decides nothing: worth another try. */
export class TransientError extends Error {}

const TOKEN = "onboarding-token";

/** Kept for this tab only, and gone with it. */
export const token = {
  read: () => sessionStorage.getItem(TOKEN),
  keep: (value: string) => sessionStorage.setItem(TOKEN, value),
  forget: () => sessionStorage.removeItem(TOKEN),
};

export const api = {
  regions: async () => (await call<RegionList>("GET", "regions")).regions,
  /** @param key the same key for the same submission, however often it is sent */
  create: (body: NewConnectionBody, key: string, what: "connections" | "organizations" = "connections") =>
    call<Connection>("POST", what, body, { "Idempotency-Key": key }),
  /** @param filter what is undefined in it does not filter */
  list: (filter: Readonly<Record<string, string | undefined>>) => {
    const given = Object.entries(filter).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return call<ConnectionList>("GET", `connections?${new URLSearchParams(given)}`);
  },
  /** @returns an organization with what is known of its accounts */
  read: async (externalId: string): Promise<Connection | Organization> => {
    const connection = await call<Connection>("GET", path(externalId));
    return connection.kind === "organization"
      ? call<Organization>("GET", path(externalId, "organizations"))
      : connection;
  },
  lookAgain: (externalId: string) =>
    call<Organization>("POST", `${path(externalId, "organizations")}/listing`),
  cancel: (externalId: string) => call<void>("DELETE", path(externalId)),
  /** @returns the connection, which is connected with the role, or the same as before: then it is worth another try */
  connectRole: (externalId: string, role: { readonly roleArn: string; readonly roleId?: string }) =>
    call<Connection>("PUT", `${path(externalId)}/role`, role),
  confirm: (externalId: string, code: string) =>
    call<unknown>("POST", `${path(externalId)}/confirmation`, { code }),
};

function path(externalId: string, what = "connections"): string {
  return `${what}/${encodeURIComponent(externalId)}`;
}

/** A connection to the network that got lost must not hold up a poll forever. API Gateway itself gives up after 30 seconds. */
const TIMEOUT_MILLISECONDS = 30_000;

async function call<Body>(
  method: string,
  relative: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Body> {
  const bearer = token.read();
  let response: Response;
  try {
    response = await fetch(new URL(relative, document.baseURI.split("#")[0]), {
      method,
      headers: {
        ...headers,
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...(bearer && { Authorization: `Bearer ${bearer}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
  } catch {
    throw new TransientError(text("noResponse"));
  }
  const content: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  if (response.ok) return content as Body;
  const problem = (content ?? {}) as Partial<ProblemDetails>;
  const { code, detail, field } = problem;
  if (response.status >= 500 && code !== "noCapacity") throw new TransientError(text("ourTrouble"));
  if (response.status === 429 && !detail) throw new TransientError(text("tooManyRequests"));
  const own = problemText(code);
  throw new RejectedError(
    own ?? detail ?? text("requestRejected", { status: response.status }),
    response.status,
    field,
    own === undefined && detail !== undefined ? API_LANGUAGE : undefined,
  );
}

/** What visitors may well run into. Of anything else, the API's own sentence is better than none. */
const PROBLEMS = {
  noCapacity: "problemNoCapacity",
  refusedAccount: "problemRefusedAccount",
  tooMany: "problemTooMany",
  wrongCode: "problemWrongCode",
} as const;

/** In other languages than the API's, which says more. */
function problemText(code: ProblemDetails["code"] | undefined): string | undefined {
  const key = Object.hasOwn(PROBLEMS, code ?? "") ? PROBLEMS[code as keyof typeof PROBLEMS] : undefined;
  return key === undefined || isIn(API_LANGUAGE) ? undefined : text(key);
}
