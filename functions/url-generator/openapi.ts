/**
 * The API's OpenAPI document. It is generated when the program is deployed, from the schemas that validate requests, and served
 * as a file: the function contains nothing of what generates it.
 */

import { choicesOf, type UrlGeneratorConfig } from "./config.js";
import { describeManifest, GrantDescription } from "./grant-description.js";
import {
  confirmOperation,
  endOperation,
  listOperation,
  roleOperation,
  tierOperation,
} from "./openapi-operations.js";
import { organizationPaths, organizationSchemas } from "./openapi-organizations.js";
import { creation, ID, json, operation, problems, schema } from "./openapi-parts.js";
import { Confirmation, Ending, NamedRole, newConnectionSchema, tierSchema } from "./request-schemas.js";
import {
  BackEndRepresentation,
  ConnectionRepresentation,
  connectionListSchema,
  ProblemDetails,
  RegionList,
} from "./schemas.js";

/** Without `servers`: the address is known only when the document is served. */
export function openApiDocument(
  config: Pick<UrlGeneratorConfig, "auth" | "grants" | "organizationRegions" | "regions" | "vendorName">,
): object {
  const { auth, organizationRegions, vendorName } = config;
  const hasOrganizations = organizationRegions.length > 0;
  const choices = choicesOf(config);
  const security = securityOf(auth);
  const isBackEnd = auth === "iam";
  const representation = isBackEnd ? BackEndRepresentation : ConnectionRepresentation;
  const paths = {
    "/regions": {
      get: operation("listRegions", "Lists the regions that links can be created for.", {
        200: json("The regions, in the order of the configuration.", "RegionList"),
      }),
    },
    "/grants": {
      get: operation("getGrants", "Tells what customers' roles allow, in plain words and as IAM has it.", {
        200: json("What they allow.", "GrantDescription", describeManifest(config.grants)),
      }),
    },
    "/connections": {
      ...(auth !== "none" && { get: listOperation(isBackEnd) }),
      post: creation("Connection", "Creates a link for one AWS account in one region."),
    },
    "/connections/{id}": {
      parameters: [ID],
      get: operation("getConnection", "Shows a connection and its status.", {
        200: json("The connection.", "Connection"),
        ...problems({ 404: "There is no such connection, or it is another tenant's." }),
      }),
      delete: operation(
        "cancelConnection",
        "Cancels a link that has not been used, or ends a connection with method role.",
        {
          204: {
            description: "The link is cancelled or the connection ended, by this request or an earlier one.",
          },
          ...problems({
            404: "There is no such connection, or it is another tenant's.",
            409: "The account is connected by a stack, or the link has expired or ended.",
          }),
        },
      ),
    },
    "/connections/{id}/role": { parameters: [ID], put: roleOperation() },
    "/connections/{id}/confirmation": { parameters: [ID], post: confirmOperation() },
    ...(choices.tiers.length > 1 && { "/connections/{id}/tier": { parameters: [ID], put: tierOperation() } }),
    ...(isBackEnd && { "/connections/{id}/end": { parameters: [ID], post: endOperation() } }),
    ...(hasOrganizations && organizationPaths()),
  };
  return {
    openapi: "3.1.1",
    info: {
      title: `Onboarding for ${vendorName}`,
      version: "1",
      description:
        "Creates links with which customers grant a role in their AWS accounts, and shows what became of them. Requests that API Gateway " +
        'itself rejects (no token or signature, no such route, too many requests per second) get {"message": …} instead of problem details.',
    },
    ...(security && { security: [{ [auth]: [] }] }),
    paths,
    components: {
      ...(security && { securitySchemes: { [auth]: security } }),
      schemas: {
        NewConnection: schema(newConnectionSchema(choices)),
        Confirmation: schema(Confirmation),
        NamedRole: schema(NamedRole),
        ...(choices.tiers.length > 1 && { Tier: schema(tierSchema(choices.tiers)) }),
        ...(isBackEnd && { Ending: schema(Ending) }),
        Connection: schema(representation),
        ConnectionList: schema(connectionListSchema(representation)),
        GrantDescription: schema(GrantDescription),
        ...(hasOrganizations && organizationSchemas(choices, organizationRegions, isBackEnd)),
        RegionList: schema(RegionList),
        Problem: schema(ProblemDetails),
      },
    },
  };
}

function securityOf(auth: UrlGeneratorConfig["auth"]) {
  switch (auth) {
    case "jwt":
      return { type: "http", scheme: "bearer", bearerFormat: "JWT" };
    case "iam":
      return {
        type: "apiKey",
        in: "header",
        name: "Authorization",
        // As API Gateway itself exports it; generators of clients know it.
        "x-amazon-apigateway-authtype": "awsSigv4",
        description: "A request signed with AWS Signature Version 4 for the service execute-api.",
      };
    case "none":
      return undefined;
  }
}
