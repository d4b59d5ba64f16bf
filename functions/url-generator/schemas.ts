/** What the API takes and gives: what validates requests is what /openapi.json is made of. */
import * as v from "valibot";
import type { UrlGeneratorConfig } from "./config.js";

const EXTERNAL_ID = v.pipe(v.string(), v.description("The connection's external ID, <region>:<uuid>."));
const ACCOUNT_ID = v.pipe(
  v.string(),
  v.regex(/^[0-9]{12}$/, "accountId must be the 12 digits of an AWS account, without spaces or dashes."),
  v.description("The customer's AWS account, 12 digits."),
);
const TIME = (meaning: string) => v.pipe(v.string(), v.isoTimestamp(), v.description(meaning));

/** What fits behind the vendor's name in the template's parameter GrantedTo. */
export const TENANT = /^[^\p{C}]{1,100}$/u;

/** The body of `POST /connections`. */
export interface NewConnectionBody {
  readonly accountId: string;
  readonly region: string;
  readonly tenant?: string | undefined;
}

export function newConnectionSchema(
  regions: readonly string[],
  auth: UrlGeneratorConfig["auth"],
): v.GenericSchema<unknown, NewConnectionBody> {
  const fields = {
    accountId: ACCOUNT_ID,
    region: v.pipe(
      v.picklist(
        regions,
        ({ input }) => `region "${input}" is not offered: choose from ${regions.join(", ")}.`,
      ),
      v.description("Where the customer creates the stack: one of the offered regions."),
    ),
  };
  const tenant = v.optional(
    v.pipe(
      v.string(),
      v.regex(TENANT, "tenant must be 1 to 100 printable characters."),
      v.description("Your own number for the customer. It is shown to the customer as the one who asked."),
    ),
  );
  return auth === "iam" ? v.strictObject({ ...fields, tenant }) : v.strictObject(fields);
}

/** The body of `POST /connections/{id}/confirmation`. */
export const Confirmation = v.strictObject({
  code: v.pipe(
    v.string(),
    v.maxLength(32, "code must be the 8 letters and digits that the stack shows."),
    v.description(
      "The output ConfirmationCode of the customer's stack; spaces, dashes and small letters do not matter.",
    ),
  ),
});

/** An `Idempotency-Key`. */
export const IdempotencyKey = v.pipe(
  v.string(),
  v.regex(/^[\x20-\x7e]{1,255}$/, "Idempotency-Key must be 1 to 255 printable ASCII characters."),
);

const STATUSES = [
  "pending",
  "expired",
  "connected",
  "unreachable",
  "unsafe",
  "disconnected",
  "cancelled",
] as const;

/** A connection as its tenant sees it. */
export const ConnectionView = v.strictObject({
  externalId: EXTERNAL_ID,
  accountId: ACCOUNT_ID,
  region: v.string(),
  status: v.pipe(
    v.picklist(STATUSES),
    v.description(
      "pending: the link can be used; expired and cancelled: it cannot any more; connected: the role works; unreachable and unsafe: " +
        "connected, but the role cannot be assumed or can be assumed by others; disconnected: the stack was deleted.",
    ),
  ),
  grantedTo: v.pipe(v.string(), v.description("Who gets access, as the customer's stack shows it.")),
  createdAt: TIME("When the link was made."),
  expiresAt: TIME("When the link stops."),
  statusChangedAt: TIME("When the status began."),
  reason: v.optional(
    v.pipe(v.string(), v.description("Why the last attempt failed, or what is wrong with the role.")),
  ),
  link: v.optional(
    v.pipe(
      v.string(),
      v.url(),
      v.description("The CloudFormation quick-create link, as long as it can be used."),
    ),
  ),
  confirmation: v.optional(
    v.pipe(
      v.picklist(["required", "done"]),
      v.description(
        "With confirmation by code: whether the code has been entered. Until then the connection is not usable.",
      ),
    ),
  ),
});
export type ConnectionView = v.InferOutput<typeof ConnectionView>;

export const RegionList = v.strictObject({
  regions: v.array(
    v.strictObject({
      region: v.string(),
      name: v.pipe(v.string(), v.description("What people call it, such as Europe (Ireland).")),
      open: v.pipe(v.boolean(), v.description("Whether links can be made for it now.")),
    }),
  ),
});
export type RegionList = v.InferOutput<typeof RegionList>;

export const ProblemDetails = v.strictObject({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  detail: v.pipe(v.string(), v.description("What is wrong and what to do, in a sentence.")),
  field: v.optional(v.pipe(v.string(), v.description("The field or header that is wrong."))),
});
