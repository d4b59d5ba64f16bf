/** The event that tells how far an organization is. docs/events.md documents it, from this schema. */
import * as v from "valibot";
import { CONNECTION_FIELDS, PUBLISHED_STATUSES, text, time } from "./status-change.js";

/** The event's `detail-type`. */
export const ORGANIZATION_DETAIL_TYPE = "Organization Status Changed";

const count = (description: string) =>
  v.pipe(v.number(), v.integer(), v.minValue(0), v.description(description));

/** The event's `detail`. */
export const OrganizationStatus = v.strictObject({
  ...CONNECTION_FIELDS,
  organizationId: v.optional(text("AWS's ID of the organization.")),
  status: v.pipe(
    v.picklist(PUBLISHED_STATUSES),
    v.description("The status of the organization's own connection."),
  ),
  counts: v.pipe(
    v.strictObject({
      connected: count("Accounts whose role you can use."),
      awaited: count("Accounts whose role is not there yet."),
      unreachable: count("Accounts whose role cannot be assumed, or that are not active."),
      unsafe: count("Accounts whose role can be assumed without its external ID."),
      disconnected: count("Accounts that have left, or were ended."),
      excluded: count("Accounts for which the customer's StackSet makes no role."),
    }),
    v.description("How many accounts there are of each status."),
  ),
  total: count("All accounts but those that are disconnected or excluded."),
  listedAt: v.optional(time("When the accounts were last listed completely, ISO 8601.")),
  heldEnds: v.optional(count("How many accounts the last listing lacks whose end you have to confirm.")),
  problem: v.optional(
    text("Why the accounts could not be listed last time, or not all of them be taken in."),
  ),
});

export type OrganizationStatus = v.InferOutput<typeof OrganizationStatus>;
