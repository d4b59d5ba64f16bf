/** What the API returns. /openapi.json is generated from it, when the program is deployed: nothing that runs in Lambda needs these. */
import * as v from "valibot";
import { STATUSES } from "../domain/connection.js";
import { ACCOUNT_ID, PERMISSIONS_BOUNDARY } from "./fields.js";

export const EXTERNAL_ID = v.pipe(
  v.string(),
  v.description(
    "The connection's external ID: <region>:<uuid>, and of an organization's account .<account> behind it.",
  ),
);
export const TIME = (meaning: string) => v.pipe(v.string(), v.isoTimestamp(), v.description(meaning));

/** An IAM policy. */
const DOCUMENT = v.record(v.string(), v.unknown());

export const STATUS = v.pipe(
  v.picklist(STATUSES),
  v.description(
    "pending: the link can be used; awaited: the role of an organization's account was not found yet; expired, cancelled: it no longer can; connected: the role works; unreachable, unsafe: " +
      "connected, but the role cannot be assumed, or others can assume it too; disconnected: the stack was deleted, or the connection was ended.",
  ),
);

/** A connection as the API shows it to its tenant. */
export const ConnectionRepresentation = v.strictObject({
  externalId: EXTERNAL_ID,
  kind: v.optional(
    v.pipe(
      v.picklist(["organization", "member"]),
      v.description(
        "A whole organization, or one of its accounts; absent for an account that connected by itself.",
      ),
    ),
  ),
  accountId: ACCOUNT_ID,
  region: v.string(),
  status: STATUS,
  grantedTo: v.pipe(v.string(), v.description("Who gets access. The customer's stack shows it in ASCII.")),
  permissionsBoundary: v.optional(PERMISSIONS_BOUNDARY),
  createdAt: TIME("When the link was created."),
  expiresAt: TIME("When the link expires."),
  statusChangedAt: TIME("When the connection got its current status."),
  reason: v.optional(
    v.pipe(v.string(), v.description("Why the last attempt failed, or what is wrong with the role.")),
  ),
  method: v.optional(
    v.pipe(
      v.literal("role"),
      v.description("The customer makes the role; absent where a CloudFormation stack makes it."),
    ),
  ),
  role: v.optional(
    v.pipe(
      v.strictObject({
        path: v.pipe(v.string(), v.description("The path that the role must have.")),
        name: v.pipe(v.string(), v.description("A proposal; any name will do.")),
        trustPolicy: v.pipe(DOCUMENT, v.description("Who may assume it, and with which external ID.")),
        permissionsPolicy: v.optional(
          v.pipe(
            DOCUMENT,
            v.description("What it is to allow; absent where the managed policies are all of it."),
          ),
        ),
        managedPolicies: v.pipe(v.array(v.string()), v.description("The ARNs of policies to attach.")),
        permissionsBoundary: v.optional(
          v.pipe(v.string(), v.description("The ARN of its permissions boundary.")),
        ),
      }),
      v.description(
        "With method role: what the role has to look like. Only where a single connection is shown, and until it ends.",
      ),
    ),
  ),
  roleArn: v.optional(v.pipe(v.string(), v.description("With method role: the role that is connected."))),
  link: v.optional(
    v.pipe(
      v.string(),
      v.url(),
      v.description("The CloudFormation quick-create link, for as long as it can be used."),
    ),
  ),
  stack: v.optional(
    v.pipe(
      v.strictObject({
        name: v.string(),
        templateUrl: v.pipe(v.string(), v.url()),
        parameters: v.record(v.string(), v.string()),
        capabilities: v.array(v.string()),
      }),
      v.description(
        "The same as link for tools other than the console: what to create the stack from, in the connection's region.",
      ),
    ),
  ),
  endedBy: v.optional(
    v.pipe(
      v.picklist(["customer", "tenant", "vendor", "organization"]),
      v.description(
        "Who ended it: by deleting the stack, by cancelling the link or ending it here, from our side, or by leaving the organization.",
      ),
    ),
  ),
  tier: v.optional(
    v.pipe(v.string(), v.description("Which of the tiers the role is for; absent where there are none.")),
  ),
  update: v.optional(
    v.pipe(
      v.strictObject({
        link: v.pipe(
          v.string(),
          v.url(),
          v.description("Leads to CloudFormation's form that updates the stack."),
        ),
        templateUrl: v.pipe(
          v.string(),
          v.url(),
          v.description(
            "The same as link for tools other than the console: the template to update the stack to. Its parameters stay.",
          ),
        ),
        tier: v.optional(v.pipe(v.string(), v.description("The tier that the stack is updated to."))),
        added: v.optional(v.pipe(v.array(v.string()), v.description("What the role will allow besides."))),
        removed: v.optional(v.pipe(v.array(v.string()), v.description("What it will no longer allow."))),
      }),
      v.description(
        "The stack was made from an earlier template, or for another tier. Only when one connection is read. " +
          "Without added and removed it is not known what changes; they are in the page's language that Accept-Language asks for.",
      ),
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
  roleArn: v.optional(v.pipe(v.string(), v.description("The customer's role, once it is connected."))),
  topicArn: v.optional(
    v.pipe(
      v.string(),
      v.description("The topic that the customer's stack publishes to; absent without a stack."),
    ),
  ),
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

/** Every kind of problem, as programs tell them apart. */
const PROBLEM_CODES = [
  "invalid",
  "unauthorized",
  "forbidden",
  "notFound",
  "conflict",
  "tooLarge",
  "notJson",
  "wrongCode",
  "refusedRole",
  "refusedAccount",
  "tooMany",
  "noCapacity",
  "busy",
  "internal",
] as const;

/** Problem details (RFC 9457). */
export const ProblemDetails = v.strictObject({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  code: v.pipe(
    v.picklist(PROBLEM_CODES),
    v.description("The kind of problem; several may have the same status."),
  ),
  detail: v.pipe(v.string(), v.description("What is wrong and what to do about it.")),
  field: v.optional(v.pipe(v.string(), v.description("The field or header that is wrong, if it is one."))),
});
export type ProblemDetails = v.InferOutput<typeof ProblemDetails>;
