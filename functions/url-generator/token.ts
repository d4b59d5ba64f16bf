/** What is asked of a token beside what API Gateway verifies: signature, issuer, audience, and its times if it has them. */
import { RejectedError } from "./problems.js";

/** A token's claims as an HTTP API's authorizer hands them over: each as text, whatever its type was. */
export type Claims = Readonly<Record<string, unknown>>;

/** Whoever finds an older token, in a log or a browser's history, finds nothing of use. In seconds. */
const MAX_AGE = 24 * 60 * 60;

/** Clocks differ. In seconds. */
const SKEW = 300;

/**
 * API Gateway's documentation says what `exp` and `iat` must be, and not that a token must have them
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html).
 *
 * @throws RejectedError if there is no token, or it does not say that it is valid now and was issued today
 */
export function assertFresh(claims: Claims | undefined, now: Date): asserts claims is Claims {
  if (!claims) throw rejected("There is no token with this request.");
  const [issuedAt, expiresAt] = [secondsOf(claims.iat), secondsOf(claims.exp)];
  const seconds = now.getTime() / 1000;
  if (issuedAt === undefined || expiresAt === undefined) {
    throw rejected("Your token does not say when it was issued and when it expires (iat and exp).");
  }
  if (issuedAt > seconds + SKEW) throw rejected("Your token was issued in the future.");
  if (seconds - issuedAt > MAX_AGE) throw rejected("Your token is older than a day.");
  if (expiresAt <= seconds) throw rejected("Your token has expired.");
}

/**
 * Whether a claim is what it looks like. Of a list, an object, a truth value, nothing or a large number an HTTP API makes a text, such as
 * "[a b]", "map[a:b]", "true" and "1.2e+07", which would be one tenant for many
 * (https://github.com/aws-solutions-library-samples/guidance-for-claude-code-with-amazon-bedrock/pull/803).
 */
export function isPlainText(claim: string): boolean {
  return !/^(\[.*\]|\{.*\}|map\[.*\]|true|false|null|<nil>|[+-]?[0-9.]+e[+-]?[0-9]+)$/is.test(claim);
}

/** @returns undefined for what is no number of seconds since 1970 */
function secondsOf(claim: unknown): number | undefined {
  const seconds = typeof claim === "string" && claim.trim() !== "" ? Number(claim) : claim;
  return typeof seconds === "number" && Number.isFinite(seconds) ? seconds : undefined;
}

function rejected(what: string): RejectedError {
  return new RejectedError("unauthorized", `${what} Sign in again.`);
}
