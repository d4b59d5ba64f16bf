/** The event that warns of the end of a connection whose role has been out of reach for long. docs/events.md documents it, from this schema. */
import * as v from "valibot";
import { CONNECTION_FIELDS, text, time } from "./status-change.js";

/** The event's `detail-type`. */
export const ENDING_SOON_DETAIL_TYPE = "Connection Ending Soon";

/** The event's `detail`. */
export const EndingSoon = v.strictObject({
  ...CONNECTION_FIELDS,
  endsAt: time("When the connection will be ended, unless its role can be assumed until then, ISO 8601."),
  unreachableSince: time("Since when the role cannot be assumed, ISO 8601."),
  reason: v.optional(text("What is wrong, and how to repair it.")),
});

export type EndingSoon = v.InferOutput<typeof EndingSoon>;
