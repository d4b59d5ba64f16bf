/** What the API takes and returns of whole organizations. /openapi.json is generated from it. */
import * as v from "valibot";
import { COUNTED } from "../domain/organization.js";
import { type Choices, type NewConnectionBody, newLinkSchema } from "./request-schemas.js";
import {
  ACCOUNT_ID,
  BackEndRepresentation,
  ConnectionRepresentation,
  EXTERNAL_ID,
  STATUS,
  TIME,
} from "./schemas.js";

/** Each account has a policy of its own, with an ARN of its own. */
const BOUNDARY_NAME = v.pipe(
  v.string(),
  v.regex(
    /^[A-Za-z0-9+=,.@_/-]{1,512}$/,
    "permissionsBoundary must be the name of a managed policy that each account has, and not an ARN.",
  ),
  v.description(
    "The managed policy that limits the roles, by name. Each account must have one of this name.",
  ),
);

/** The body of `POST /organizations`. */
export function newOrganizationSchema(
  choices: Choices,
  organizationRegions: readonly string[],
): v.GenericSchema<unknown, NewConnectionBody> {
  const others = { permissionsBoundary: v.optional(BOUNDARY_NAME) };
  return newLinkSchema({ ...choices, regions: organizationRegions }, others);
}

const COUNT = v.pipe(v.number(), v.integer(), v.minValue(0));

const OF_ORGANIZATIONS = {
  organizationId: v.optional(
    v.pipe(v.string(), v.description("AWS's ID of the organization, once its stack has connected.")),
  ),
  counts: v.pipe(
    v.strictObject(v.entriesFromList(COUNTED, COUNT)),
    v.description(
      "How many accounts there are of each status, as they were last counted. excluded: the customer's StackSet makes no role in them.",
    ),
  ),
  total: v.pipe(
    COUNT,
    v.description("How many accounts are connected or to be, without those that left or are excluded."),
  ),
  listedAt: v.optional(TIME("When the accounts were last listed to the end.")),
  nextListingAt: v.optional(TIME("When they are listed again.")),
  listingProblem: v.optional(
    v.pipe(v.string(), v.description("Why they could not be listed, or not all of them be taken.")),
  ),
  heldEnds: v.optional(
    v.pipe(COUNT, v.description("How many accounts would have ended at once, and wait for an operator.")),
  ),
  reasons: v.pipe(
    v.array(v.strictObject({ reason: v.string(), count: COUNT })),
    v.description("The commonest reasons why accounts are not connected, the commonest first."),
  ),
};

/** An organization as its tenant may see it, and as the vendor's back end does. */
export const OrganizationRepresentation = v.strictObject({
  ...ConnectionRepresentation.entries,
  ...OF_ORGANIZATIONS,
});
export type OrganizationRepresentation = v.InferOutput<typeof OrganizationRepresentation>;

export const BackEndOrganizationRepresentation = v.strictObject({
  ...BackEndRepresentation.entries,
  ...OF_ORGANIZATIONS,
});

/** An account of an organization. More of it is shown as a connection, by its external ID. */
export const MemberRepresentation = v.strictObject({
  externalId: EXTERNAL_ID,
  accountId: ACCOUNT_ID,
  name: v.optional(v.pipe(v.string(), v.description("The account's name in the organization."))),
  status: STATUS,
  statusChangedAt: TIME("When the account got its current status."),
  reason: v.optional(
    v.pipe(v.string(), v.description("Why it is not connected, often in StackSets' own words.")),
  ),
});
export type MemberRepresentation = v.InferOutput<typeof MemberRepresentation>;

export const MemberList = v.strictObject({
  members: v.pipe(
    v.array(MemberRepresentation),
    v.description("By account number. A page can have fewer than 100, or none, although others follow."),
  ),
  nextPageToken: v.optional(
    v.pipe(
      v.string(),
      v.description("Gets the next page, as the parameter pageToken; absent on the last one."),
    ),
  ),
});
export type MemberList = v.InferOutput<typeof MemberList>;

/** No link is made for a member. */
const MEMBER_STATUSES = ["awaited", "connected", "unreachable", "unsafe", "disconnected"] as const;

/** Which members `GET /organizations/{id}/members` lists: its query parameters. */
export const MemberQuery = v.strictObject({
  status: v.optional(
    v.pipe(
      v.picklist(
        MEMBER_STATUSES,
        ({ input }) => `status "${input}" does not exist: use one of ${MEMBER_STATUSES.join(", ")}.`,
      ),
      v.description("The status of the account."),
    ),
  ),
  pageToken: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[0-9]{12}$/, "pageToken must be the nextPageToken of the page before, unchanged."),
      v.description("The nextPageToken of the page before; status must be the same."),
    ),
  ),
});
