/** Why a request is refused, and how that is said: as problem details (RFC 9457). */

/** Every way in which this API refuses, with its HTTP status and its title. */
const KINDS = {
  invalid: { status: 400, title: "Bad Request" },
  noTenant: { status: 403, title: "Forbidden" },
  notFound: { status: 404, title: "Not Found" },
  conflict: { status: 409, title: "Conflict" },
  tooLarge: { status: 413, title: "Content Too Large" },
  notJson: { status: 415, title: "Unsupported Media Type" },
  wrongCode: { status: 422, title: "Unprocessable Content" },
  unknownAccount: { status: 422, title: "Unprocessable Content" },
  tooMany: { status: 429, title: "Too Many Requests" },
  noRoom: { status: 503, title: "Service Unavailable" },
  fault: { status: 500, title: "Internal Server Error" },
} as const;

export type ProblemKind = keyof typeof KINDS;

/** The body of every answer that is not a success. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** A sentence that says what is wrong and what to do. */
  readonly detail: string;
  /** The field, or the header, that is wrong. */
  readonly field?: string;
}

/** Thrown wherever a request turns out to be one that is refused; nothing of it stays written. */
export class RefusedError extends Error {
  constructor(
    readonly kind: ProblemKind,
    /** For whoever asked: what is wrong and what to do. */
    detail: string,
    readonly field?: string,
  ) {
    super(detail);
    this.name = "RefusedError";
  }
}

/** What any error is to the caller. Of one that is no refusal nothing is told: its message was not written for strangers. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof RefusedError)) {
    return problem(
      "fault",
      "This failed because of a fault on our side, and nothing was changed that you need to mend. Try again in a moment.",
    );
  }
  return problem(error.kind, error.message, error.field);
}

function problem(kind: ProblemKind, detail: string, field?: string): Problem {
  // about:blank says that there is no more to know than the status itself tells (RFC 9457, 4.2.1).
  return { type: "about:blank", ...KINDS[kind], detail, ...(field !== undefined && { field }) };
}
