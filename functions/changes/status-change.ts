/** The event that the vendor's applications receive from EventBridge. docs/events.md documents it, from this schema. */
import * as v from "valibot";

/** The event's `detail-type`. */
export const DETAIL_TYPE = "Connection Status Changed";

/** The statuses whose beginning is published: whoever would hear of a link that was made or cancelled is who did it. */
export const PUBLISHED_STATUSES = ["connected", "unreachable", "unsafe", "disconnected"] as const;

export const text = (description: string) => v.pipe(v.string(), v.minLength(1), v.description(description));
export const time = (description: string) => v.pipe(v.string(), v.isoTimestamp(), v.description(description));

/** What every event says of its connection. */
export const CONNECTION_FIELDS = {
  externalId: v.pipe(
    v.string(),
    v.regex(/^[a-z0-9-]+:[0-9a-f-]{36}(\.[0-9]{12})?$/),
    v.description(
      "The connection's key: region and UUID, and the account of an organization's member. What credentialsFor takes.",
    ),
  ),
  accountId: v.pipe(v.string(), v.regex(/^[0-9]{12}$/), v.description("The customer's AWS account.")),
  region: text("The region of the connection."),
  tenant: v.pipe(
    v.string(),
    v.description("Your own number for the customer; empty where the link was made without one."),
  ),
  revision: v.pipe(
    v.number(),
    v.integer(),
    v.minValue(1),
    v.description(
      "Counts the changes of the connection: of two events, the one with the higher revision is the later one.",
    ),
  ),
  roleArn: v.optional(text("The customer's role; absent where there never was one.")),
  kind: v.optional(
    v.pipe(
      v.picklist(["organization", "member"]),
      v.description(
        "A whole organization, or one of its accounts; absent for an account that connected by itself.",
      ),
    ),
  ),
  organization: v.optional(text("For an organization's account: the key of the organization's connection.")),
} as const;

/** The event's `detail`. */
export const StatusChange = v.strictObject({
  ...CONNECTION_FIELDS,
  status: v.pipe(v.picklist(PUBLISHED_STATUSES), v.description("The status now.")),
  previousStatus: v.pipe(
    v.picklist(["pending", "awaited", ...PUBLISHED_STATUSES, "cancelled"]),
    v.description("The status before."),
  ),
  statusChangedAt: time("When the status changed, ISO 8601."),
  reason: v.optional(
    text(
      "For unreachable and unsafe: what is wrong, and how to repair it. For disconnected: why you ended the connection, if you did.",
    ),
  ),
  endedBy: v.optional(
    v.pipe(
      v.picklist(["customer", "tenant", "vendor", "organization"]),
      v.description("For disconnected: who ended the connection."),
    ),
  ),
});

export type StatusChange = v.InferOutput<typeof StatusChange>;
