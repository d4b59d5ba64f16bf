import { type Command, Option } from "commander";
import { type Connection, type CurrentStatus, currentStatus } from "../../index.js";
import { readAccountId, wholeNumber } from "../arguments.js";
import { openSession } from "../session.js";
import { columns, type Terminal } from "../terminal.js";

interface ListOptions {
  readonly tenant?: string;
  readonly account?: string;
  readonly status?: CurrentStatus;
  readonly limit: number;
  readonly pageToken?: string;
}

const STATUSES = ["pending", "expired", "connected", "unreachable", "unsafe", "disconnected", "cancelled"];

/** `list`: exit code 0, whether or not there are any connections. */
export function addListCommand(program: Command, terminal: Terminal): void {
  program
    .command("list")
    .description("list connections, newest first")
    .option("--tenant <tenant>", "only connections of this tenant")
    .addOption(
      new Option("--account <account>", "only connections of this AWS account").argParser(readAccountId),
    )
    .addOption(new Option("--status <status>", "only connections with this status").choices(STATUSES))
    .addOption(
      new Option("--limit <number>", "how many to list, 1 to 1000")
        .argParser(wholeNumber(1, 1000))
        .default(100),
    )
    .option("--page-token <token>", "continue where the previous page ended")
    .action(async (_options: unknown, command: Command) => {
      const { client, options, print } = await openSession<ListOptions>(command, terminal);
      const { tenant, account: accountId, status, limit, pageToken } = options;
      const filter = {
        ...(tenant && { tenant }),
        ...(accountId && { accountId }),
        ...(status && { status }),
      };
      const page = await client.listPage(filter, { limit, ...(pageToken && { pageToken }) });
      print(page, () => {
        if (page.connections.length === 0) return "There are no such connections.";
        const more = page.nextPageToken ? `\n\nThere may be more: --page-token ${page.nextPageToken}` : "";
        return `${table(page.connections)}${more}`;
      });
    });
}

function table(connections: readonly Connection[]): string {
  const now = new Date();
  return columns([
    ["STATUS", "ACCOUNT", "TENANT", "SINCE", "EXTERNAL ID"],
    ...connections.map((connection) => [
      currentStatus(connection, now),
      connection.accountId,
      connection.tenant || "-",
      connection.statusChangedAt ?? connection.createdAt,
      connection.externalId,
    ]),
  ]);
}
