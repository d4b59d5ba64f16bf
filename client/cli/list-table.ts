/** Connections as `onboarding list` prints them. */
import { type Connection, currentStatus } from "../index.js";
import { styledStatus } from "./styled-status.js";
import { tableOf, WIDTH } from "./terminal.js";

const ACCOUNT_LENGTH = "222233334444".length;
const MINUTE_LENGTH = "2026-03-01 12:00".length;
const DAY_LENGTH = "2026-03-01".length;
const MIN_TENANT_LENGTH = "TENANT…".length;

/**
 * At most {@link WIDTH} columns, members of organizations with the longest external IDs aside: where tenants need the room, times are dates,
 * and long names of tenants are cut. `show` and `--json` have all of both.
 */
export function listOf(connections: readonly Connection[], now: Date): string {
  const rows = connections.map((connection) => ({
    status: currentStatus(connection, now),
    account: connection.accountId,
    tenant: connection.tenant || "-",
    since: (connection.statusChangedAt ?? connection.createdAt).slice(0, 16).replace("T", " "),
    externalId: connection.externalId,
  }));
  const widest = (name: keyof (typeof rows)[number]) => Math.max(...rows.map((row) => row[name].length));
  const roomBeside = (time: number) =>
    WIDTH - widest("status") - ACCOUNT_LENGTH - time - widest("externalId") - 4 * "  ".length;
  const hasTenants = connections.some(({ tenant }) => tenant !== "");
  const isNarrow = hasTenants && roomBeside(MINUTE_LENGTH) < widest("tenant");
  const room = Math.max(isNarrow ? roomBeside(DAY_LENGTH) : widest("tenant"), MIN_TENANT_LENGTH);
  const tenantOf = (cell: string) =>
    hasTenants ? [cell.length > room ? `${cell.slice(0, room - 1)}…` : cell] : [];
  return tableOf(
    ["STATUS", "ACCOUNT", ...tenantOf("TENANT"), isNarrow ? "SINCE" : "SINCE (UTC)", "EXTERNAL ID"],
    rows.map(({ status, account, tenant, since, externalId }) => [
      styledStatus(status),
      account,
      ...tenantOf(tenant),
      isNarrow ? since.slice(0, DAY_LENGTH) : since,
      externalId,
    ]),
  );
}
