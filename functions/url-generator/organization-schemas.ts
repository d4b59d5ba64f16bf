/** What the API returns of whole organizations. /openapi.json is generated from it. */
import * as v from "valibot";
import { COUNTED } from "../domain/organization.js";
import { ACCOUNT_ID } from "./fields.js";
import { BackEndRepresentation, ConnectionRepresentation, EXTERNAL_ID, STATUS, TIME } from "./schemas.js";

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
