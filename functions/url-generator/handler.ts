/** Hands events of an HTTP API (payload format 2.0) to the routes. */
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Hono } from "hono";
import { handle } from "hono/aws-lambda";
import { problemOf, RejectedError } from "./problems.js";

type Handler = ReturnType<typeof handle>;

/** @param app what answers requests */
// biome-ignore lint/suspicious/noExplicitAny: as Hono itself declares it
export function handlerOf(app: Hono<any>): Handler {
  const handler = handle(app);
  return async (event, context) => (isDecodable(event) ? handler(event, context) : (undecodable() as never));
}

/** API Gateway says which bodies it has encoded, and a caller may have sent any text. */
function isDecodable({ body, isBase64Encoded }: Parameters<Handler>[0]): boolean {
  if (!body || !isBase64Encoded) return true;
  try {
    atob(body);
    return true;
  } catch {
    return false;
  }
}

function undecodable(): APIGatewayProxyStructuredResultV2 {
  const problem = problemOf(new RejectedError("invalid", "The body cannot be decoded: it is not base64."));
  return {
    statusCode: problem.status,
    headers: { "Content-Type": "application/problem+json", "Cache-Control": "no-store" },
    body: JSON.stringify(problem),
  };
}
