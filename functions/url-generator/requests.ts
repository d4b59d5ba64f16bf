/** Reads what callers send. Whatever is not as documented is rejected, with a sentence that names the field. */
import * as v from "valibot";
import { RejectedError } from "./problems.js";
import { IdempotencyKey } from "./request-schemas.js";
import type { Context } from "./router.js";

/** Ten times the longest sensible body. */
const MAX_BODY_BYTES = 4096;

/** @throws RejectedError if the header is there and invalid */
export function readIdempotencyKey(context: Context<unknown>): string | undefined {
  const key = context.req.header("Idempotency-Key");
  if (key === undefined) return undefined;
  const checked = v.safeParse(IdempotencyKey, key);
  if (!checked.success) throw new RejectedError("invalid", checked.issues[0].message, "Idempotency-Key");
  return checked.output;
}

/** @throws RejectedError naming the first invalid query parameter, or one that is given twice */
export function readQuery<Schema extends v.GenericSchema>(
  context: Context<unknown>,
  schema: Schema,
): v.InferOutput<Schema> {
  const all = Object.entries(context.req.queries());
  const [repeated] = all.find(([, values]) => values.length > 1) ?? [];
  if (repeated !== undefined)
    throw new RejectedError("invalid", `${repeated} is given more than once: give it once.`, repeated);
  return check(schema, Object.fromEntries(all.map(([name, [value]]) => [name, value])));
}

/** @throws RejectedError naming the first invalid field */
export async function readBody<Schema extends v.GenericSchema>(
  context: Context<unknown>,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  if (!/^application\/json\s*(;|$)/i.test(context.req.header("Content-Type") ?? "")) {
    throw new RejectedError(
      "notJson",
      "Send the body as JSON, with the header Content-Type: application/json.",
    );
  }
  const text = context.req.text();
  if (Buffer.byteLength(text) > MAX_BODY_BYTES) {
    throw new RejectedError(
      "tooLarge",
      `The body is longer than ${MAX_BODY_BYTES} bytes. Send only the documented fields.`,
    );
  }
  return check(schema, parse(text));
}

function check<Schema extends v.GenericSchema>(schema: Schema, value: unknown): v.InferOutput<Schema> {
  const checked = v.safeParse(schema, value);
  if (checked.success) return checked.output;
  const [issue] = checked.issues;
  const field = v.getDotPath(issue) ?? undefined;
  throw new RejectedError("invalid", detailOf(issue, field), field);
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    // To valibot a list is an object without any of the fields.
    return Array.isArray(value) ? undefined : value;
  } catch {
    return undefined;
  }
}

function detailOf(issue: v.BaseIssue<unknown>, field: string | undefined): string {
  if (field === undefined)
    return "The body must be a JSON object with the documented fields: see GET /openapi.json.";
  if (issue.type === "strict_object" && issue.expected === "never") {
    return field === "tenant"
      ? "tenant cannot be set here: it follows from who calls."
      : `${field} is not a field of this request: GET /openapi.json says which there are.`;
  }
  if (issue.received === "undefined") return `${field} is missing.`;
  if (issue.kind === "schema" && issue.type === "string")
    return `${field} must be a string, not ${issue.received}.`;
  return issue.message;
}
