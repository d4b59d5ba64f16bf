import { type Command, Option } from "commander";
import { STATUSES } from "../../../functions/domain/connection.js";
import type { CurrentStatus } from "../../index.js";
import { readAccountId, wholeNumber } from "../arguments.js";
import { listOf } from "../list-table.js";
import { pageOfAll } from "../newest-first.js";
import { nextCommand } from "../next-command.js";
import { openSession } from "../session.js";
import type { TargetOptions } from "../target.js";
import type { Terminal } from "../terminal.js";

interface ListOptions {
  readonly tenant?: string;
  readonly account?: string;
  readonly status?: CurrentStatus;
  readonly limit: number;
  readonly pageToken?: string;
  readonly members?: boolean;
}

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
    .option("--members", "with the accounts of organizations")
    .option("--page-token <token>", "continue where the previous page ended")
    .action(async (_options: unknown, command: Command) => {
      const { client, options, print, target } = await openSession<ListOptions>(command, terminal);
      const { tenant, account: accountId, status, limit, pageToken, members } = options;
      const filter = {
        ...(tenant && { tenant }),
        ...(accountId && { accountId }),
        ...(status && { status }),
      };
      // Whoever names an account wants to see all of it; thousands of an organization's are asked for.
      const withoutMembers = !members && accountId === undefined;
      const range = { limit, withoutMembers, ...(pageToken && { pageToken }) };
      const page =
        tenant || accountId
          ? await client.listPage(filter, range)
          : await pageOfAll(client, target.regions, filter, range);
      print(page, () => {
        if (page.connections.length === 0) return "There are no such connections.";
        return [
          listOf(page.connections, new Date()),
          ...(page.nextPageToken ? [more(options, page.nextPageToken)] : []),
        ].join("\n\n");
      });
    });
}

function more(options: ListOptions & TargetOptions, pageToken: string): string {
  const { tenant, account, status, limit, members } = options;
  const given = Object.entries({ tenant, account, status, limit, "page-token": pageToken })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` --${name} ${value}`);
  const all = `list${members ? " --members" : ""}${given.join("")}`;
  return `There may be more: ${nextCommand(all, options)}`;
}
