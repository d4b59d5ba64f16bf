/** What the API takes: requests are validated by it, and /openapi.json is generated from it. */
import * as v from "valibot";
import { type CurrentStatus, STATUSES } from "../domain/connection.js";
import { END_REASON } from "../domain/ending.js";
import { ACCOUNT_ID, PERMISSIONS_BOUNDARY } from "./fields.js";

/** Fits behind the vendor's name in the template's parameter GrantedTo. */
export const TENANT = /^[^\p{C}]{1,100}$/u;

const TENANT_NAME = v.pipe(v.string(), v.regex(TENANT, "tenant must be 1 to 100 printable characters."));

/** The body of `POST /connections`. */
export interface NewConnectionBody {
  readonly accountId: string;
  readonly region: string;
  readonly permissionsBoundary?: string | undefined;
  readonly tenant?: string | undefined;
  readonly tier?: string | undefined;
  readonly method?: "stack" | "role" | undefined;
}

/** What there is to choose from, and who may say what. */
export interface Choices {
  /** The offered regions. */
  readonly regions: readonly string[];
  /** The tiers of grants; a single one without a name where there is no choice. */
  readonly tiers: readonly string[];
  /** Whether callers say which tenant the connection is for, because their identity does not. */
  readonly namesTenant: boolean;
}

export function newConnectionSchema(choices: Choices): v.GenericSchema<unknown, NewConnectionBody> {
  return newLinkSchema(choices, {
    permissionsBoundary: v.optional(PERMISSIONS_BOUNDARY),
    method: v.optional(
      v.pipe(
        oneOf("method", ["stack", "role"], "does not exist: choose"),
        v.description(
          "How the role is made: by a CloudFormation stack, which is the default, or by the customer with any other tool.",
        ),
      ),
    ),
  });
}

/** @param others fields that only some links have */
export function newLinkSchema(
  { regions, tiers, namesTenant }: Choices,
  others: v.ObjectEntries,
): v.GenericSchema<unknown, NewConnectionBody> {
  const tenant = v.optional(
    v.pipe(TENANT_NAME, v.description("Your own identifier for the customer, who sees it beside your name.")),
  );
  const allowed: v.ObjectEntries = {
    accountId: ACCOUNT_ID,
    region: v.pipe(
      oneOf("region", regions, "is not offered: choose"),
      v.description("The region in which the customer creates the stack: one of the offered ones."),
    ),
    ...others,
    ...(tiers.length > 1 && { tier: v.optional(tierName(tiers)) }),
    ...(namesTenant && { tenant }),
  };
  // Which entries there are is known only at run time, and not to the compiler.
  return v.strictObject(allowed) as unknown as v.GenericSchema<unknown, NewConnectionBody>;
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

/** The body of `PUT /connections/{id}/role`. */
export const NamedRole = v.strictObject({
  roleArn: v.pipe(
    v.string(),
    v.maxLength(1000, "roleArn is longer than the ARN of any role."),
    v.description("The role that the customer made for this connection."),
  ),
  roleId: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[A-Z0-9]{16,128}$/, "roleId must be the role's unique ID, such as AROADBQP57FF2AEXAMPLE."),
      v.description(
        "Its unique ID, as IAM shows it. Where connections have to be confirmed it is required, in place of a code.",
      ),
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

/** The body of `PUT /connections/{id}/tier`. */
export function tierSchema(tiers: readonly string[]) {
  return v.strictObject({ tier: tierName(tiers) });
}

/** @param problem what is wrong with any other value, and what to do, as in "does not exist: choose" */
export function oneOf<const Values extends readonly string[]>(
  field: string,
  values: Values,
  problem: string,
) {
  return v.picklist(values, ({ received }) => `${field} ${received} ${problem} one of ${values.join(", ")}.`);
}

function tierName(tiers: readonly string[]) {
  return v.pipe(
    oneOf("tier", tiers, "does not exist: choose"),
    v.description("What the role is to allow: one of the tiers of GET /grants."),
  );
}

/** An `Idempotency-Key`. */
export const IdempotencyKey = v.pipe(
  v.string(),
  v.regex(/^[\x20-\x7e]{1,255}$/, "Idempotency-Key must be 1 to 255 printable ASCII characters."),
);

/** Which connections `GET /connections` lists: its query parameters. */
export interface ConnectionQuery {
  readonly accountId?: string | undefined;
  readonly region?: string | undefined;
  readonly status?: CurrentStatus | undefined;
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
        oneOf("status", STATUSES, "does not exist: use"),
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
