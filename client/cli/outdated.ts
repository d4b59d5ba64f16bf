import type { Command } from "commander";
import { isConnected } from "../../functions/domain/connection.js";
import { currentTemplate, updateLink } from "../template.js";
import { columns, open } from "./common.js";

/** A connection whose stack is to be updated. */
interface Outdated {
  readonly accountId: string;
  readonly tenant: string;
  readonly externalId: string;
  readonly stackId: string | undefined;
  readonly templateVersion: string;
  readonly link: string;
}

/** `outdated`: exit code 0 if every connected stack is made from the template of today, 1 otherwise. */
export function addOutdatedCommand(program: Command): void {
  program
    .command("outdated")
    .description(
      "lists the connected stacks that are made from an earlier template, with the links that update them",
    )
    .action(async (_options: unknown, command: Command) => {
      const { client, target, print } = open(command);
      const current = await currentTemplate(target);
      const versions = new Map<string, number>();
      const outdated: Outdated[] = [];
      for await (const connection of client.listConnections()) {
        if (!isConnected(connection)) continue;
        const { accountId, tenant, externalId, stackId, templateVersion = "unknown" } = connection;
        versions.set(templateVersion, (versions.get(templateVersion) ?? 0) + 1);
        if (templateVersion === current.version) continue;
        const link = updateLink(connection, current.url);
        outdated.push({ accountId, tenant, externalId, stackId, templateVersion, link });
      }
      print({ current, versions: Object.fromEntries(versions), outdated }, () =>
        [
          `The template of new links is ${current.version}.`,
          columns([...versions].map(([version, count]) => [version, `${count} connected`])),
          ...outdated.map(
            ({ accountId, tenant, templateVersion, link }) =>
              `${accountId} (tenant ${tenant || "-"}) has ${templateVersion}. This link updates it:\n  ${link}`,
          ),
        ]
          .filter((line) => line !== "")
          .join("\n"),
      );
      if (outdated.length > 0) process.exitCode = 1;
    });
}
