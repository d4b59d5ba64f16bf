/** Which organization a command is about. */
import { type Connection, currentStatus } from "../index.js";
import { findConnections, type Source } from "./session.js";

/** The argument that names an organization, for the help. */
export const ORGANIZATION_ARGUMENT: readonly [flags: string, description: string] = [
  "<organization>",
  "an external ID, the AWS account ID of the organization's stack, or AWS's ID of the organization (o-…)",
];

const OTHER_NAMES = ["AWS's ID of an organization, such as o-a1b2c3d4e5"];

/** @throws Error if there is none, or more than one that has not ended */
export async function findOrganization(source: Source, text: string): Promise<Connection> {
  const found = /^o-[a-z0-9]{10,32}$/.test(text)
    ? await withId(source, text)
    : (await findConnections(source, text, OTHER_NAMES)).filter(({ kind }) => kind === "organization");
  const current = found.filter(({ status }) => status !== "disconnected" && status !== "cancelled");
  const [newest, ...others] = current.length > 0 ? current : found.slice(0, 1);
  if (!newest)
    throw new Error(
      `${text} is no organization of the stack ${source.target.stack}. Run onboarding organizations list to see which there are.`,
    );
  if (others.length === 0) return newest;
  const now = new Date();
  const all = [newest, ...others].map((one) => `${one.externalId} (${currentStatus(one, now)})`).join(", ");
  throw new Error(
    `${text} has ${others.length + 1} connections as an organization; name one by its external ID: ${all}.`,
  );
}

async function withId({ client }: Source, organizationId: string): Promise<Connection[]> {
  const found: Connection[] = [];
  for await (const organization of client.listOrganizations()) {
    if (organization.organizationId === organizationId) found.push(organization);
  }
  return found;
}
