import { type Command, InvalidArgumentError, Option } from "commander";
import { type Connection, type CurrentStatus, currentStatus } from "../index.js";
import { columns, open } from "./common.js";

interface ListOptions {
  readonly tenant?: string;
  readonly account?: string;
  readonly status?: CurrentStatus;
  readonly limit: number;
  readonly pageToken?: string;
}

const STATUSES = ["pending", "expired", "connected", "unreachable", "unsafe", "disconnected", "cancelled"];

/** `list`: exit code 0, whether there are any or not. */
export function addListCommand(program: Command): void {
  program
    .command("list")
    .description("lists connections, the newest first")
    .option("--tenant <tenant>", "of this tenant")
    .addOption(new Option("--account <account>", "of this AWS account").argParser(readAccount))
    .addOption(new Option("--status <status>", "that are this now").choices(STATUSES))
    .addOption(new Option("--limit <number>", "at most as many").argParser(Number).default(100))
    .option("--page-token <token>", "goes on where the page before ended")
    .action(async (_options: unknown, command: Command) => {
      const { client, options, print } = open<ListOptions>(command);
      const { tenant, account: accountId, status, limit, pageToken } = options;
      const filter = {
        ...(tenant && { tenant }),
        ...(accountId && { accountId }),
        ...(status && { status }),
      };
      const page = await client.listPage(filter, { limit, ...(pageToken && { pageToken }) });
      print(page, () => {
        if (page.connections.length === 0) return "There is no such connection.";
        const more = page.nextPageToken ? `\n\nThere may be more: --page-token ${page.nextPageToken}` : "";
        return `${table(page.connections)}${more}`;
      });
    });
}

function readAccount(text: string): string {
  if (!/^[0-9]{12}$/.test(text)) throw new InvalidArgumentError("Use the 12 digits of an AWS account.");
  return text;
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
