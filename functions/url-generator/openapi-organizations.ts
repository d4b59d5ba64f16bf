/** The part of the OpenAPI document that is about whole organizations. */
import { creation, ID, json, operation, problems, queryParameters, schema } from "./openapi-parts.js";
import { MemberQuery, newOrganizationSchema } from "./organization-requests.js";
import {
  BackEndOrganizationRepresentation,
  MemberList,
  OrganizationRepresentation,
} from "./organization-schemas.js";
import type { Choices } from "./request-schemas.js";

const NONE = { 404: "There is no such organization, or it is another tenant's." };

export function organizationPaths() {
  return {
    "/organizations": {
      post: creation("Organization", "Creates a link for all accounts of an AWS organization."),
    },
    "/organizations/{id}": {
      parameters: [ID],
      get: operation(
        "getOrganization",
        "Shows an organization, and how many of its accounts are connected.",
        {
          200: json("The organization.", "Organization"),
          ...problems(NONE),
        },
      ),
      delete: operation(
        "endOrganization",
        "Cancels the link, or ends the connection of the organization and of all its accounts.",
        {
          204: {
            description:
              "It has ended, by this request or earlier. Its accounts follow within a minute or two.",
          },
          ...problems({ ...NONE, 409: "The link has expired." }),
        },
      ),
    },
    "/organizations/{id}/members": {
      parameters: [ID],
      get: {
        ...operation("listMembers", "Lists the accounts of an organization, by account number.", {
          200: json("A page of them.", "MemberList"),
          ...problems({ 400: "A parameter is invalid: `field` names it.", ...NONE }),
        }),
        parameters: queryParameters(MemberQuery),
      },
    },
    "/organizations/{id}/listing": {
      parameters: [ID],
      post: operation("listAgain", "Has the accounts listed again, within a minute.", {
        202: json("The organization, as it was last listed.", "Organization"),
        ...problems({
          ...NONE,
          409: "The organization is not connected, or not confirmed.",
          429: "That was done in the last minute.",
        }),
      }),
    },
  };
}

export function organizationSchemas(
  choices: Choices,
  organizationRegions: readonly string[],
  isBackEnd: boolean,
) {
  return {
    NewOrganization: schema(newOrganizationSchema(choices, organizationRegions)),
    Organization: schema(isBackEnd ? BackEndOrganizationRepresentation : OrganizationRepresentation),
    MemberList: schema(MemberList),
  };
}
