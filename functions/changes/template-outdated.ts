/** The event that says that a connected stack was made from an earlier template. docs/events.md documents it, from this schema. */
import * as v from "valibot";
import { CONNECTION_FIELDS, text } from "./status-change.js";

/** The event's `detail-type`. */
export const TEMPLATE_OUTDATED_DETAIL_TYPE = "Connection Template Outdated";

/** The event's `detail`. */
export const TemplateOutdated = v.strictObject({
  ...CONNECTION_FIELDS,
  tier: v.optional(text("The tier of the role; absent where there are none.")),
  templateVersion: v.optional(text("The version of the template that the customer's stack has.")),
  currentTemplateVersion: text("The current version, of the same tier."),
});

export type TemplateOutdated = v.InferOutput<typeof TemplateOutdated>;
