/** The API's routes of whole organizations. What else can be done with an organization's connection is done by its external ID, as with any. */
import type { Connection } from "../domain/connection.js";
import type { Caller } from "./caller.js";
import { choicesOf } from "./config.js";
import { representMember, representOrganization } from "./organization-representation.js";
import { MemberQuery, newOrganizationSchema } from "./organization-requests.js";
import type { MemberList, OrganizationRepresentation } from "./organization-schemas.js";
import { RejectedError } from "./problems.js";
import { readBody, readIdempotencyKey, readQuery } from "./requests.js";
import type { Context, Router } from "./router.js";
import type { RouteDependencies } from "./routes.js";
import type { ConnectionRepresentation } from "./schemas.js";

/** What they share with the routes of connections. */
export interface SharedRoutes {
  /** The caller's connection that the path names. @throws RejectedError */
  readonly find: (context: Context<Caller>) => Promise<Connection>;
  readonly show: (connection: Connection) => ConnectionRepresentation;
  /** With what is looked up for a single connection only. */
  readonly whole: (context: Context<Caller>, connection: Connection) => Promise<ConnectionRepresentation>;
}

export function addOrganizationRoutes(
  app: Router<Caller>,
  { config, service }: Pick<RouteDependencies, "config" | "service">,
  { find, show, whole }: SharedRoutes,
): void {
  if (config.organizationRegions.length === 0) return;
  const NewOrganization = newOrganizationSchema(choicesOf(config), config.organizationRegions);

  const findOrganization = async (context: Context<Caller>): Promise<Connection> => {
    const connection = await find(context);
    if (connection.kind === "organization") return connection;
    throw new RejectedError(
      "notFound",
      "There is no such organization: this is the external ID of one account's connection.",
    );
  };

  app.post("/organizations", async (context) => {
    const caller = context.caller;
    const { tenant = "", method: _, ...wanted } = await readBody(context, NewOrganization);
    const { connection, isNew } = await service.create({
      ...wanted,
      kind: "organization",
      tenant: caller.tenant ?? tenant,
      idempotencyKey: readIdempotencyKey(context),
    });
    const shown = representOrganization(connection, show(connection));
    return context.json<OrganizationRepresentation>(shown, isNew ? 201 : 200);
  });

  app.get("/organizations/:id", async (context) => {
    const organization = await findOrganization(context);
    const shown = representOrganization(organization, await whole(context, organization));
    return context.json<OrganizationRepresentation>(shown);
  });

  app.delete("/organizations/:id", async (context) => {
    await service.organizations.end(await findOrganization(context));
    return context.body("", 204);
  });

  app.get("/organizations/:id/members", async (context) => {
    const organization = await findOrganization(context);
    const query = readQuery(context, MemberQuery);
    const { members, nextPageToken } = await service.organizations.members(organization, query);
    return context.json<MemberList>({ members: members.map(representMember), nextPageToken });
  });

  app.post("/organizations/:id/listing", async (context) => {
    const organization = await service.organizations.lookAgain(await findOrganization(context));
    const shown = representOrganization(organization, show(organization));
    return context.json<OrganizationRepresentation>(shown, 202);
  });
}
