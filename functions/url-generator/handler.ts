/** Hands events of an HTTP API (payload format 2.0) to the routes. */
import { problemOf, RejectedError } from "./problems.js";
import type { ApiEvent, ApiResult, Router } from "./router.js";

/** @param app what answers requests */
export function handlerOf(app: Pick<Router<unknown>, "handle">): (event: ApiEvent) => Promise<ApiResult> {
  return async (event) => (isDecodable(event) ? app.handle(event) : undecodable());
}

/** API Gateway says which bodies it has encoded, and a caller may have sent any text. */
function isDecodable({ body, isBase64Encoded }: ApiEvent): boolean {
  if (!body || !isBase64Encoded) return true;
  try {
    atob(body);
    return true;
  } catch {
    return false;
  }
}

function undecodable(): ApiResult {
  const problem = problemOf(new RejectedError("invalid", "The body cannot be decoded: it is not base64."));
  return {
    statusCode: problem.status,
    headers: { "Content-Type": "application/problem+json", "Cache-Control": "no-store" },
    body: JSON.stringify(problem),
  };
}
