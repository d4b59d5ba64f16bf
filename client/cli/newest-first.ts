/** Connections of all regions in one order, which no index of the table has: a page of each region's, merged. */
import type { Connection, ConnectionFilter, ConnectionPage, ConnectionsClient } from "../index.js";

interface Page {
  readonly limit: number;
  readonly pageToken?: string | undefined;
  /** Whether the accounts of organizations are left out. @default false */
  readonly withoutMembers?: boolean;
}

/** By region, where its next page begins: undefined at its beginning, null when it has no further connections. */
type Positions = Readonly<Record<string, string | null | undefined>>;

/**
 * A page of the connections of some regions, newest first.
 * @param filter without a region
 * @throws Error if the page token is not one of this list's
 */
export async function pageOfAll(
  client: Pick<ConnectionsClient, "listPage">,
  regions: readonly string[],
  filter: ConnectionFilter,
  { limit, pageToken, withoutMembers = false }: Page,
): Promise<ConnectionPage> {
  const positions = pageToken === undefined ? {} : readToken(pageToken);
  const pageIn = async (region: string, size: number): Promise<ConnectionPage> => {
    const position = positions[region];
    if (position === null) return { connections: [] };
    const options = { limit: size, withoutMembers, ...(position && { pageToken: position }) };
    return client.listPage({ ...filter, region }, options);
  };
  const pages = await Promise.all(
    regions.map(async (region) => ({ region, ...(await pageIn(region, limit)) })),
  );
  const connections = pages
    .flatMap((page) => page.connections)
    .sort(newestFirst)
    .slice(0, limit);
  const next = await Promise.all(
    pages.map(async ({ region, connections: found, nextPageToken }) => {
      const taken = connections.filter((connection) => connection.region === region).length;
      if (taken === found.length) return [region, nextPageToken ?? null] as const;
      // The place between two connections of a page is where a shorter page ends.
      const position = taken === 0 ? positions[region] : (await pageIn(region, taken)).nextPageToken;
      return [region, position] as const;
    }),
  );
  const isEnd = next.every(([, position]) => position === null);
  return { connections, ...(!isEnd && { nextPageToken: toToken(Object.fromEntries(next)) }) };
}

function newestFirst(one: Connection, other: Connection): number {
  return other.createdAt.localeCompare(one.createdAt) || one.externalId.localeCompare(other.externalId);
}

function toToken(positions: Positions): string {
  return Buffer.from(JSON.stringify(positions)).toString("base64url");
}

function readToken(token: string): Positions {
  try {
    const positions: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    if (typeof positions === "object" && positions !== null && !Array.isArray(positions)) {
      return positions as Positions;
    }
  } catch {
    // Reported below.
  }
  throw new Error("This page token does not belong to this filter: start again from the first page.");
}
