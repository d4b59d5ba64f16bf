/** The event that the vendor's applications hear on EventBridge. docs/events.md documents it, from this schema. */
import * as v from "valibot";

/** The event's `detail-type`. */
export const DETAIL_TYPE = "Connection Status Changed";

/** The statuses that are told of: a link that was made or cancelled is the doing of whoever would hear of it. */
export const STATUSES_TOLD = ["connected", "unreachable", "unsafe", "disconnected"] as const;

const text = (description: string) => v.pipe(v.string(), v.minLength(1), v.description(description));
const time = (description: string) => v.pipe(v.string(), v.isoTimestamp(), v.description(description));

/** The event's `detail`. */
export const StatusChange = v.strictObject({
  externalId: v.pipe(
    v.string(),
    v.regex(/^[a-z0-9-]+:[0-9a-f-]{36}$/),
    v.description("The connection's key: region and UUID. What credentialsFor takes."),
  ),
  accountId: v.pipe(v.string(), v.regex(/^[0-9]{12}$/), v.description("The customer's AWS account.")),
  region: text("The region of the connection."),
  tenant: v.pipe(
    v.string(),
    v.description("Your own number for the customer; empty where the link was made without one."),
  ),
  status: v.pipe(v.picklist(STATUSES_TOLD), v.description("What the connection is now.")),
  previousStatus: v.pipe(
    v.picklist(["pending", ...STATUSES_TOLD, "cancelled"]),
    v.description("What it was before."),
  ),
  statusChangedAt: time("When it became that, ISO 8601."),
  revision: v.pipe(
    v.number(),
    v.integer(),
    v.minValue(1),
    v.description(
      "Counts the changes of the connection: of two events, the one with the higher number is the later one.",
    ),
  ),
  roleArn: v.optional(text("The customer's role; absent before there was one.")),
  reason: v.optional(text("For unreachable and unsafe: what is wrong, and how to mend it.")),
});

export type StatusChange = v.InferOutput<typeof StatusChange>;
