import type { Command } from "commander";
import { isConnected } from "../../../functions/domain/connection.js";
import { templateOf } from "../../../functions/domain/templates.js";
import { stackUpdateLink } from "../../../functions/url-generator/link.js";
import { currentTemplates } from "../current-template.js";
import { openSession } from "../session.js";
import { columns, type Terminal } from "../terminal.js";

/** A connection whose stack should be updated. */
interface Outdated {
  readonly accountId: string;
  readonly tenant: string;
  readonly externalId: string;
  readonly stackId: string | undefined;
  readonly templateVersion: string;
  readonly link: string;
}

/** `outdated`: exit code 0 if every connected stack was made from the current template, otherwise 1. */
export function addOutdatedCommand(program: Command, terminal: Terminal): void {
  program
    .command("outdated")
    .description(
      "list the connected stacks that were made from an earlier template, with links to update them",
    )
    .action(async (_options: unknown, command: Command) => {
      const { client, target, print } = await openSession(command, terminal);
      const current = await currentTemplates(target);
      const versions = new Map<string, number>();
      const outdated: Outdated[] = [];
      for await (const connection of client.listConnections()) {
        const { accountId, tenant, externalId, region, stackId } = connection;
        if (!isConnected(connection) || stackId === undefined) continue;
        const templateVersion = connection.templateVersion || "unknown";
        const template = templateOf(current, connection);
        if (!template) continue;
        versions.set(templateVersion, (versions.get(templateVersion) ?? 0) + 1);
        if (templateVersion === template.version) continue;
        const link = stackUpdateLink({ region, stackId, templateUrl: template.url });
        outdated.push({ accountId, tenant, externalId, stackId, templateVersion, link });
      }
      print({ current, versions: Object.fromEntries(versions), outdated }, () =>
        [
          ...Object.entries(current).map(
            ([tier, { version }]) => `New links${tier && ` for "${tier}"`} use template version ${version}.`,
          ),
          columns([...versions].map(([version, count]) => [version, `${count} connected`])),
          ...outdated.map(
            ({ accountId, tenant, templateVersion, link }) =>
              `${accountId} (tenant ${tenant || "-"}) has version ${templateVersion}. This link updates it:\n  ${link}`,
          ),
        ]
          .filter((line) => line !== "")
          .join("\n"),
      );
      if (outdated.length > 0) terminal.exitCode = 1;
    });
}
