/** Building blocks of the OpenAPI document. */
import { toJsonSchema } from "@valibot/to-json-schema";
import type { GenericSchema } from "valibot";

export const ID = {
  name: "id",
  in: "path",
  required: true,
  description: "The connection's external ID. Its colon may be percent-encoded.",
  schema: { type: "string" },
} as const;

const IDEMPOTENCY_KEY = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description:
    "While a link is valid and its connection has not ended, requests with the same key and body create no second one: their responses show the first. Each tenant has its own keys.",
  schema: { type: "string", minLength: 1, maxLength: 255 },
} as const;

export function operation(operationId: string, summary: string, own: Record<string, unknown>) {
  const responses: Record<string, unknown> = {
    ...own,
    ...problems({ 500: "Something went wrong on our side." }),
  };
  return { operationId, summary, responses };
}

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** @param example what this very deployment answers */
export function json(description: string, name: string, example?: object) {
  const content = { schema: reference(name), ...(example && { example }) };
  return { description, content: { "application/json": content } };
}

export function problems(descriptions: Record<number, string>) {
  return Object.fromEntries(
    Object.entries(descriptions).map(([status, description]) => [
      status,
      { description, content: { "application/problem+json": { schema: reference("Problem") } } },
    ]),
  );
}

/**
 * The operation that creates a link.
 * @param name the schema of what it is for: `Connection`
 */
export function creation(name: "Connection" | "Organization", summary: string) {
  const what = name.toLowerCase();
  const created = operation(`create${name}`, summary, {
    201: json(`The new ${what}, with its link.`, name),
    200: json(`The ${what} that an earlier request with this key created.`, name),
    ...problems({
      409: "The key was used with a different body.",
      422: "AWS does not accept the account.",
      429: "The account or the tenant has too many links without a connection, or the account too many connections.",
      503: "The region has no capacity for another connection at the moment, or too many links are being made.",
    }),
  });
  return { ...withBody(`New${name}`, created), parameters: [IDEMPOTENCY_KEY] };
}

/** An operation that takes a body, with the responses to one that it cannot take. @param name the body's schema */
export function withBody(name: string, { responses, ...rest }: ReturnType<typeof operation>) {
  return {
    ...rest,
    requestBody: { required: true, content: { "application/json": { schema: reference(name) } } },
    responses: {
      ...problems({
        400: "A field is invalid: `field` names it.",
        413: "The body is too large.",
        415: "The body is not JSON.",
      }),
      ...responses,
    },
  };
}

/** OpenAPI 3.1 schemas are JSON Schema (draft 2020-12), whose patterns are Unicode ones, as here. */
export function schema(source: GenericSchema): { properties?: object | undefined } {
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

/** Those of a query, which are all optional. */
export function queryParameters(query: GenericSchema) {
  const { properties = {} } = schema(query);
  return Object.entries(properties as Record<string, { description?: string }>).map(
    ([name, { description, ...rest }]) => ({ name, in: "query", required: false, description, schema: rest }),
  );
}
