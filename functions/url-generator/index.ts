/** The URL generator as it is deployed: the HTTP API's one function. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import * as v from "valibot";
import { ConnectionMaker } from "./connections.js";
import { readUrlGeneratorEnvironment } from "./environment.js";
import { NoRoomError, UnknownAccountError } from "./topic-choice.js";

const maker = new ConnectionMaker(readUrlGeneratorEnvironment());

const Body = v.object({
  accountId: v.pipe(v.string(), v.regex(/^[0-9]{12}$/, "accountId must be the 12 digits of an AWS account.")),
  region: v.pipe(
    v.string(),
    v.check(
      (region) => maker.regions.includes(region),
      ({ input }) => `region "${input}" is not offered: choose from ${maker.regions.join(", ")}.`,
    ),
  ),
  tenant: v.optional(
    v.pipe(
      v.string(),
      // What the template's parameter GrantedTo takes after the vendor's name.
      v.regex(/^[^\p{C}]{1,100}$/u, "tenant must be 1 to 100 printable characters."),
    ),
  ),
});

/** `POST /connections`: the only route that the API has. */
export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const body = v.safeParse(Body, parse(event));
  if (!body.success) {
    return answer(
      400,
      { title: "Bad Request", status: 400, detail: sentence(body.issues[0]) },
      "problem+json",
    );
  }
  try {
    return answer(201, await maker.create({ ...body.output, tenant: body.output.tenant ?? "" }));
  } catch (error) {
    if (!(error instanceof NoRoomError || error instanceof UnknownAccountError)) throw error;
    const { status, title, message } = error;
    return answer(status, { title, status, detail: message }, "problem+json");
  }
}

function parse({ body = "", isBase64Encoded }: APIGatewayProxyEventV2): unknown {
  try {
    return JSON.parse(isBase64Encoded ? Buffer.from(body, "base64").toString() : body);
  } catch {
    return undefined;
  }
}

function sentence(issue: v.BaseIssue<unknown>): string {
  const field = v.getDotPath(issue);
  if (field === null)
    return 'The body must be a JSON object such as {"accountId": "222233334444", "region": "us-east-1"}.';
  if (issue.kind === "validation") return issue.message;
  return issue.received === "undefined"
    ? `${field} is missing.`
    : `${field} must be a text, not ${issue.received}.`;
}

function answer(statusCode: number, body: unknown, type = "json"): APIGatewayProxyStructuredResultV2 {
  return { statusCode, headers: { "Content-Type": `application/${type}` }, body: JSON.stringify(body) };
}
