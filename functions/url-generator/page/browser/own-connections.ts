/** The visitor's own connections: those of the tenant, or, where nobody signs in, those that this tab made. */
import { api, type Connection, RejectedError } from "./api.js";
import { config } from "./config.js";
import { made } from "./tab-memory.js";

export interface OwnConnections {
  readonly connections: readonly Connection[];
  /** Gets more of them. */
  readonly nextPageToken?: string | undefined;
}

/** Those that are over are nobody's concern any more. */
const LIVE: readonly Connection["status"][] = ["pending", "connected", "unreachable", "unsafe"];

const isLive = ({ status }: Connection) => LIVE.includes(status);

/** @param filter the account, or the page after another one */
export async function ownConnections(
  filter: { readonly accountId?: string; readonly pageToken?: string | undefined } = {},
): Promise<OwnConnections> {
  if (config.auth === "none") return { connections: (await madeHere()).filter(isOf(filter.accountId)) };
  const { connections, nextPageToken } = await api.list(filter);
  return { connections: connections.filter(isLive), nextPageToken };
}

const isOf = (accountId: string | undefined) => (connection: Connection) =>
  isLive(connection) && (accountId === undefined || connection.accountId === accountId);

async function madeHere(): Promise<Connection[]> {
  const found = await Promise.all(
    made.read().map((externalId) =>
      api.read(externalId).catch((error: unknown) => {
        if (error instanceof RejectedError) return undefined;
        throw error;
      }),
    ),
  );
  return found.filter((connection) => connection !== undefined);
}
