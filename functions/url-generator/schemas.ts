/** What the API takes and returns: requests are validated by it, and /openapi.json is generated from it. */
import * as v from "valibot";
import { END_REASON } from "../domain/ending.js";

const EXTERNAL_ID = v.pipe(v.string(), v.description("The connection's external ID: <region>:<uuid>."));
const ACCOUNT_ID = v.pipe(
  v.string(),
  v.regex(/^[0-9]{12}$/, "accountId must be the 12 digits of an AWS account ID, without spaces or dashes."),
  v.description("The customer's AWS account ID, 12 digits."),
);
const TIME = (meaning: string) => v.pipe(v.string(), v.isoTimestamp(), v.description(meaning));

/** Fits behind the vendor's name in the template's parameter GrantedTo. */
export const TENANT = /^[^\p{C}]{1,100}$/u;

const TENANT_NAME = v.pipe(v.string(), v.regex(TENANT, "tenant must be 1 to 100 printable characters."));

/** As in the template: a managed policy's name, with or without its path, or its ARN. */
const PERMISSIONS_BOUNDARY = v.pipe(
  v.string(),
  v.regex(
    /^(arn:[a-z-]+:iam::([0-9]{12}|aws):policy\/)?[A-Za-z0-9+=,.@_/-]{1,512}$/,
    "permissionsBoundary must be the name or the ARN of a managed policy in the customer's account.",
  ),
  v.description(
    "The managed policy that limits the customer's role, by name or ARN: for customers who must give every role a permissions boundary.",
  ),
);

/** The body of `POST /connections`. */
export interface NewConnectionBody {
  readonly accountId: string;
  readonly region: string;
  readonly permissionsBoundary?: string | undefined;
  readonly tenant?: string | undefined;
}

/** @param namesTenant whether callers say which tenant the connection is for, because their identity does not */
export function newConnectionSchema(
  regions: readonly string[],
  namesTenant: boolean,
): v.GenericSchema<unknown, NewConnectionBody> {
  const fields = {
    accountId: ACCOUNT_ID,
    region: v.pipe(
      v.picklist(
        regions,
        ({ input }) => `region "${input}" is not offered: choose one of ${regions.join(", ")}.`,
      ),
      v.description("The region in which the customer creates the stack: one of the offered ones."),
    ),
    permissionsBoundary: v.optional(PERMISSIONS_BOUNDARY),
  };
  const tenant = v.optional(
    v.pipe(TENANT_NAME, v.description("Your own identifier for the customer, who sees it beside your name.")),
  );
  return namesTenant ? v.strictObject({ ...fields, tenant }) : v.strictObject(fields);
}

/** The body of `POST /connections/{id}/confirmation`. */
export const Confirmation = v.strictObject({
  code: v.pipe(
    v.string(),
    v.maxLength(32, "code must be the 8 letters and digits that the stack shows."),
    v.description(
      "The output ConfirmationCode of the customer's stack. Spaces, dashes and letter case do not matter.",
    ),
  ),
});

/** The body of `POST /connections/{id}/end`. */
export const Ending = v.strictObject({
  reason: v.pipe(
    v.string(),
    v.regex(END_REASON, "reason must be 1 to 500 printable characters that say why."),
    v.description("Why you end the connection. It goes into the record, its history and the event."),
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

/** Which connections `GET /connections` lists: its query parameters. */
export interface ConnectionQuery {
  readonly accountId?: string | undefined;
  readonly region?: string | undefined;
  readonly status?: (typeof STATUSES)[number] | undefined;
  readonly tenant?: string | undefined;
  readonly pageToken?: string | undefined;
}

/** More than a page token has for the longest tenant, in characters. */
const MAX_PAGE_TOKEN = 2000;

/** @param namesTenant whether callers see the connections of all tenants, and can ask for those of one */
export function connectionQuerySchema(namesTenant: boolean): v.GenericSchema<unknown, ConnectionQuery> {
  const tenant = v.optional(v.pipe(TENANT_NAME, v.description("Your own identifier for the customer.")));
  const fields = {
    accountId: v.optional(ACCOUNT_ID),
    region: v.optional(
      v.pipe(
        v.string(),
        v.regex(/^[a-z]{2}(-[a-z]+)+-[0-9]$/, "region must be the code of an AWS region, such as eu-west-1."),
        v.description("The region of the connection, offered or not."),
      ),
    ),
    status: v.optional(
      v.pipe(
        v.picklist(
          STATUSES,
          ({ input }) => `status "${input}" does not exist: use one of ${STATUSES.join(", ")}.`,
        ),
        v.description("The status of the connection."),
      ),
    ),
    pageToken: v.optional(
      v.pipe(
        v.string(),
        v.regex(
          new RegExp(`^[\\w-]{1,${MAX_PAGE_TOKEN}}$`),
          "pageToken must be the nextPageToken of the page before, unchanged.",
        ),
        v.description("The nextPageToken of the page before; the other parameters must be the same."),
      ),
    ),
  };
  return namesTenant ? v.strictObject({ ...fields, tenant }) : v.strictObject(fields);
}

/** A connection as the API shows it to its tenant. */
export const ConnectionRepresentation = v.strictObject({
  externalId: EXTERNAL_ID,
  accountId: ACCOUNT_ID,
  region: v.string(),
  status: v.pipe(
    v.picklist(STATUSES),
    v.description(
      "pending: the link can be used; expired, cancelled: it no longer can; connected: the role works; unreachable, unsafe: " +
        "connected, but the role cannot be assumed, or others can assume it too; disconnected: the stack was deleted.",
    ),
  ),
  grantedTo: v.pipe(v.string(), v.description("Who gets access. The customer's stack shows it in ASCII.")),
  permissionsBoundary: v.optional(PERMISSIONS_BOUNDARY),
  createdAt: TIME("When the link was created."),
  expiresAt: TIME("When the link expires."),
  statusChangedAt: TIME("When the connection got its current status."),
  reason: v.optional(
    v.pipe(v.string(), v.description("Why the last attempt failed, or what is wrong with the role.")),
  ),
  link: v.optional(
    v.pipe(
      v.string(),
      v.url(),
      v.description("The CloudFormation quick-create link, for as long as it can be used."),
    ),
  ),
  endedBy: v.optional(
    v.pipe(
      v.picklist(["customer", "tenant", "vendor", "organization"]),
      v.description("Who ended it: by deleting the stack, by cancelling the link, or from our side."),
    ),
  ),
  confirmation: v.optional(
    v.pipe(
      v.picklist(["required", "done"]),
      v.description(
        "If connections have to be confirmed: whether the code has been entered. Until then the connection cannot be used.",
      ),
    ),
  ),
});
export type ConnectionRepresentation = v.InferOutput<typeof ConnectionRepresentation>;

/** The same for the vendor's own back end, which works with the role. */
export const BackEndRepresentation = v.strictObject({
  ...ConnectionRepresentation.entries,
  tenant: v.optional(v.pipe(v.string(), v.description("Your own identifier for the customer."))),
  roleArn: v.optional(v.pipe(v.string(), v.description("The customer's role, once a stack has connected."))),
  topicArn: v.pipe(v.string(), v.description("The topic that the customer's stack publishes to.")),
  endReason: v.optional(v.pipe(v.string(), v.description("Why the vendor ended it."))),
});
export type BackEndRepresentation = v.InferOutput<typeof BackEndRepresentation>;

/** A page of connections. */
export function connectionListSchema(representation: v.GenericSchema) {
  return v.strictObject({
    connections: v.pipe(
      v.array(representation),
      v.description(
        "Newest first within a region. A page can have fewer than 100 connections, or none, although others follow.",
      ),
    ),
    nextPageToken: v.optional(
      v.pipe(
        v.string(),
        v.description("Gets the next page, as the parameter pageToken; absent on the last one."),
      ),
    ),
  });
}
export interface ConnectionList {
  readonly connections: readonly ConnectionRepresentation[];
  readonly nextPageToken?: string | undefined;
}

export const RegionList = v.strictObject({
  regions: v.array(
    v.strictObject({
      region: v.string(),
      name: v.pipe(v.string(), v.description("The region's name, such as Europe (Ireland).")),
      open: v.pipe(v.boolean(), v.description("Whether links can be created for it at the moment.")),
    }),
  ),
});
export type RegionList = v.InferOutput<typeof RegionList>;

/** Problem details (RFC 9457). */
export const ProblemDetails = v.strictObject({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  detail: v.pipe(v.string(), v.description("What is wrong and what to do about it.")),
  field: v.optional(v.pipe(v.string(), v.description("The field or header that is wrong, if it is one."))),
});
export type ProblemDetails = v.InferOutput<typeof ProblemDetails>;
