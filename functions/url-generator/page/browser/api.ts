/** The API that the page came from, and the token that it wants. */

export interface Region {
  readonly region: string;
  /** For example "Europe (Ireland)". */
  readonly name: string;
  /** Whether a new connection can be made there now. */
  readonly open: boolean;
}

export type Status =
  | "pending"
  | "expired"
  | "connected"
  | "unreachable"
  | "unsafe"
  | "disconnected"
  | "cancelled";

export interface Connection {
  readonly externalId: string;
  readonly accountId: string;
  readonly region: string;
  readonly status: Status;
  /** Whom the stack names as the one who gets access. */
  readonly grantedTo: string;
  /** ISO 8601, like the other times. */
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly statusChangedAt?: string;
  /** Why the last attempt failed, or what is wrong with the role. */
  readonly reason?: string;
  /** Only while the link can be used. */
  readonly link?: string;
  readonly confirmation?: "required" | "done";
}

/** The API said no: `message` is a sentence for people. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly status: number,
    /** Of the body that was sent. */
    readonly field: string | undefined,
  ) {
    super(message);
  }
}

/** No answer, or one that says nothing. It is worth trying again. */
export class NoResponse extends Error {}

const TOKEN = "onboarding-token";

/** For this tab only, and gone with it. */
export const token = {
  read: () => sessionStorage.getItem(TOKEN),
  keep: (value: string) => sessionStorage.setItem(TOKEN, value),
  forget: () => sessionStorage.removeItem(TOKEN),
};

export const api = {
  regions: async () => (await call<{ readonly regions: readonly Region[] }>("GET", "regions")).regions,
  /** @param key the same for the same wish, however often it is sent */
  create: (accountId: string, region: string, key: string) =>
    call<Connection>("POST", "connections", { accountId, region }, { "Idempotency-Key": key }),
  read: (externalId: string) => call<Connection>("GET", path(externalId)),
  cancel: (externalId: string) => call<void>("DELETE", path(externalId)),
  confirm: (externalId: string, code: string) =>
    call<unknown>("POST", `${path(externalId)}/confirmation`, { code }),
};

function path(externalId: string): string {
  return `connections/${encodeURIComponent(externalId)}`;
}

/** A connection that got lost must not hold a poll up for ever. */
const TIMEOUT_MILLISECONDS = 20_000;

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
    throw new NoResponse("There was no answer. Check your internet connection.");
  }
  const answer: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  if (response.ok) return answer as Body;
  const { detail, field } = (answer ?? {}) as { readonly detail?: string; readonly field?: string };
  if (response.status >= 500) throw new NoResponse("Something went wrong on our side.");
  if (response.status === 429 && !detail) throw new NoResponse("Too much is going on at the moment.");
  throw new Refusal(detail ?? `The request was refused (${response.status}).`, response.status, field);
}
