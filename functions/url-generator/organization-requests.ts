/** What the API takes of whole organizations. */
import * as v from "valibot";
import { MEMBER_STATUSES } from "../domain/organization.js";
import { type Choices, type NewConnectionBody, newLinkSchema, oneOf } from "./request-schemas.js";

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

/** Which members `GET /organizations/{id}/members` lists: its query parameters. */
export const MemberQuery = v.strictObject({
  status: v.optional(
    v.pipe(
      oneOf("status", MEMBER_STATUSES, "does not exist: use"),
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
