/** Why the API rejects a request, and how it says so: as problem details (RFC 9457). */
import type { ProblemDetails } from "./schemas.js";

/** Every kind of problem, with its HTTP status and title. */
const KINDS = {
  invalid: { status: 400, title: "Bad Request" },
  unauthorized: { status: 401, title: "Unauthorized" },
  forbidden: { status: 403, title: "Forbidden" },
  notFound: { status: 404, title: "Not Found" },
  conflict: { status: 409, title: "Conflict" },
  tooLarge: { status: 413, title: "Content Too Large" },
  notJson: { status: 415, title: "Unsupported Media Type" },
  wrongCode: { status: 422, title: "Unprocessable Content" },
  refusedRole: { status: 422, title: "Unprocessable Content" },
  refusedAccount: { status: 422, title: "Unprocessable Content" },
  tooMany: { status: 429, title: "Too Many Requests" },
  noCapacity: { status: 503, title: "Service Unavailable" },
  busy: { status: 503, title: "Service Unavailable" },
  internal: { status: 500, title: "Internal Server Error" },
} as const satisfies Record<ProblemDetails["code"], Pick<ProblemDetails, "status" | "title">>;

export type ProblemKind = keyof typeof KINDS;

/** Thrown wherever a request turns out to be one that the API rejects; nothing that it wrote stays. */
export class RejectedError extends Error {
  constructor(
    readonly kind: ProblemKind,
    /** For the caller: what is wrong and what to do about it. */
    detail: string,
    readonly field?: string,
  ) {
    super(detail);
    this.name = "RejectedError";
  }
}

/** What the caller is told of an error. Of an unexpected one, nothing: its message was not written for strangers. */
export function problemOf(error: unknown): ProblemDetails {
  if (!(error instanceof RejectedError)) {
    return problem(
      "internal",
      "Something went wrong on our side. There is nothing that you have to clean up: try again in a moment.",
    );
  }
  return problem(error.kind, error.message, error.field);
}

function problem(kind: ProblemKind, detail: string, field?: string): ProblemDetails {
  // about:blank says that the problem is what its HTTP status means and nothing more (RFC 9457, 4.2.1).
  return { type: "about:blank", ...KINDS[kind], code: kind, detail, ...(field !== undefined && { field }) };
}
