import { type Command, InvalidArgumentError } from "commander";
import { isExternalId } from "../../../functions/domain/external-id.js";
import { nextCommand } from "../next-command.js";
import { type Restored, type RestoreOptions, restore } from "../restore.js";
import { openSession } from "../session.js";
import { styledStatus } from "../styled-status.js";
import type { TargetOptions } from "../target.js";
import { counted, type Terminal, tableOf } from "../terminal.js";

interface RestoreCommandOptions {
  readonly in?: string;
  readonly overwrite?: readonly string[];
  readonly yes?: boolean;
}

/** `restore`: exit code 0, or 1 if an item was written by somebody else in the meantime and left alone. */
export function addRestoreCommand(program: Command, terminal: Terminal): void {
  program
    .command("restore")
    .description("bring back what the table has lost, from a copy made by point-in-time recovery")
    .argument("<copy>", "the name of the restored table")
    .option("--in <region>", "where the copy is (default: the home region)")
    .option(
      "--overwrite <connection>",
      "a connection whose record is damaged: it is replaced by the copy's; can be given several times",
      collect,
    )
    .option("--yes", "write; without it, only what would be written is shown")
    .addHelpText(
      "after",
      `
Each item is compared with the replica of its own region, and written there if it is missing or of
an earlier revision. What was written since the copy stays. The roles are probed within five minutes.`,
    )
    .action(async (copy: string, _options: unknown, command: Command) => {
      const { options, print, target } = await openSession<RestoreCommandOptions>(command, terminal);
      const request: RestoreOptions = {
        copy,
        copyRegion: options.in ?? target.homeRegion,
        damaged: new Set(options.overwrite ?? []),
        write: options.yes === true,
      };
      const restored = await restore(target, request);
      print({ written: request.write, ...restored }, () => report(restored, request, options));
      if (restored.superseded > 0) terminal.exitCode = 1;
    });
}

function collect(text: string, previous: readonly string[] = []): readonly string[] {
  if (!isExternalId(text)) {
    throw new InvalidArgumentError("Use an external ID: a region, a colon and a UUID.");
  }
  return [...previous, text];
}

function report(
  restored: Restored,
  request: RestoreOptions,
  options: RestoreCommandOptions & TargetOptions,
): string {
  const { connections, others, kept, over, elsewhere, superseded } = restored;
  const is = request.write ? "was" : "would be";
  const rows = connections.map(({ externalId, accountId, status, fate }) => [
    externalId,
    accountId,
    styledStatus(status),
    fate,
  ]);
  const sentences = [
    `${counted(connections.length, "connection")} and ${counted(others, "other item")} ${request.write ? "were" : "would be"} written.`,
    `${counted(kept, "item")} ${kept === 1 ? "is" : "are"} in the table as in the copy, or later${over > 0 ? `; the time of ${over} is over` : ""}.`,
    ...(elsewhere > 0
      ? [`${counted(elsewhere, "item")} of regions that the stack does not have ${is} left out.`]
      : []),
    ...(superseded > 0
      ? [`${counted(superseded, "item")} changed in the meantime: run the same command again.`]
      : []),
  ];
  return [
    ...(rows.length > 0 ? [tableOf(["EXTERNAL ID", "ACCOUNT", "STATUS", "IN THE TABLE"], rows), ""] : []),
    ...sentences,
    "",
    nextStep(restored, request, options),
  ].join("\n");
}

function nextStep(
  { connections, others }: Restored,
  { copy, copyRegion, damaged, write }: RestoreOptions,
  options: RestoreCommandOptions & TargetOptions,
): string {
  if (write) {
    return "The health check probes the roles within five minutes; after that, list shows what became of them.";
  }
  if (connections.length + others === 0) return "Nothing is to be restored.";
  const given = [
    ...(options.in === undefined ? [] : ["--in", copyRegion]),
    ...[...damaged].flatMap((externalId) => ["--overwrite", externalId]),
  ];
  return `Nothing is written yet. To write it: ${nextCommand(["restore", copy, ...given, "--yes"].join(" "), options)}`;
}
