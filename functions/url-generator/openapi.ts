/**
 * The API's OpenAPI document. It is made when the program is deployed, of the schemas that validate, and served as a
 * file: the function needs nothing of what makes it.
 */
import { toJsonSchema } from "@valibot/to-json-schema";
import type { GenericSchema } from "valibot";
import type { UrlGeneratorConfig } from "./config.js";
import { Confirmation, ConnectionView, newConnectionSchema, ProblemDetails, RegionList } from "./schemas.js";

const ID = {
  name: "id",
  in: "path",
  required: true,
  description: "The connection's external ID, percent-encoded or not.",
  schema: { type: "string" },
} as const;

const IDEMPOTENCY_KEY = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description:
    "The same key with the same body makes no second link, as long as the first is good: the answer shows the first one. Keys are a tenant's own.",
  schema: { type: "string", minLength: 1, maxLength: 255 },
} as const;

/** @param regions the offered ones */
export function openApiDocument(
  regions: readonly string[],
  { auth, vendorName }: Pick<UrlGeneratorConfig, "auth" | "vendorName">,
) {
  const security = securityOf(auth);
  const paths = {
    "/regions": {
      get: operation("listRegions", "The regions that links can be made for.", {
        200: json("The regions, in the order of the configuration.", "RegionList"),
      }),
    },
    "/connections": {
      post: {
        ...operation("createConnection", "Makes a link for one AWS account in one region.", {
          201: json("A new connection, with its link.", "Connection"),
          200: json("The connection that was made for an earlier request with this key.", "Connection"),
          ...problems({
            400: "A field is wrong; the answer names it.",
            409: "The key was used with another body.",
            413: "The body is too long.",
            415: "The body is not JSON.",
            422: "AWS knows no such account.",
            429: "The account or the tenant has too many pending links.",
            503: "The region has no room for another connection at the moment.",
          }),
        }),
        parameters: [IDEMPOTENCY_KEY],
        requestBody: body("NewConnection"),
      },
    },
    "/connections/{id}": {
      parameters: [ID],
      get: operation("getConnection", "How a connection stands.", {
        200: json("The connection.", "Connection"),
        ...problems({ 404: "Unknown, or another tenant's." }),
      }),
      delete: operation("cancelConnection", "Cancels a link that was not used.", {
        204: { description: "Cancelled, now or before." },
        ...problems({
          404: "Unknown, or another tenant's.",
          409: "Connected, expired or ended already.",
        }),
      }),
    },
    "/connections/{id}/confirmation": {
      parameters: [ID],
      post: {
        ...operation(
          "confirmConnection",
          "Confirms a connection with the code that the customer's stack shows.",
          {
            200: json("The connection, confirmed.", "Connection"),
            ...problems({
              400: "A field is wrong; the answer names it.",
              404: "Unknown, or another tenant's.",
              409: "Not connected, or too many codes were tried.",
              413: "The body is too long.",
              415: "The body is not JSON.",
              422: "The code is wrong.",
            }),
          },
        ),
        requestBody: body("Confirmation"),
      },
    },
  };
  return {
    openapi: "3.1.1",
    info: {
      title: `Onboarding for ${vendorName}`,
      version: "1",
      description:
        "Links with which customers grant a role in their AWS accounts, and what became of them. What API Gateway itself refuses " +
        '(no token or signature, no such route, too many requests a second) has no problem details but {"message": …}.',
    },
    ...(security && { security: [{ [auth]: [] }] }),
    paths,
    components: {
      ...(security && { securitySchemes: { [auth]: security } }),
      schemas: {
        NewConnection: schema(newConnectionSchema(regions, auth)),
        Confirmation: schema(Confirmation),
        Connection: schema(ConnectionView),
        RegionList: schema(RegionList),
        Problem: schema(ProblemDetails),
      },
    },
  };
}

function securityOf(auth: UrlGeneratorConfig["auth"]) {
  switch (auth) {
    case "jwt":
      return { type: "http", scheme: "bearer", bearerFormat: "JWT" };
    case "iam":
      return {
        type: "apiKey",
        in: "header",
        name: "Authorization",
        description: "A request signed with AWS Signature Version 4 for the service execute-api.",
      };
    case "none":
      return undefined;
  }
}

function operation(operationId: string, summary: string, responses: Record<string, unknown>) {
  return { operationId, summary, responses: { ...responses, ...problems({ 500: "A fault on our side." }) } };
}

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });

function json(description: string, name: string) {
  return { description, content: { "application/json": { schema: reference(name) } } };
}

function problems(descriptions: Record<number, string>) {
  return Object.fromEntries(
    Object.entries(descriptions).map(([status, description]) => [
      status,
      { description, content: { "application/problem+json": { schema: reference("Problem") } } },
    ]),
  );
}

function body(name: string) {
  return { required: true, content: { "application/json": { schema: reference(name) } } };
}

/** OpenAPI 3.1 takes JSON Schema as it is (draft 2020-12), and its patterns as Unicode ones, as they are written here. */
function schema(source: GenericSchema) {
  const { $schema, ...converted } = toJsonSchema(source, {
    target: "draft-2020-12",
    overrideAction: ({ valibotAction, jsonSchema }) => {
      const { type, requirement } = valibotAction as { type: string; requirement?: unknown };
      return type === "regex" && requirement instanceof RegExp
        ? { ...jsonSchema, pattern: requirement.source }
        : undefined;
    },
  });
  return converted;
}
