/** `npm run regions`: how each region of a deployed stack stands. */
import { Command, CommanderError } from "commander";
import { type RegionState, readRegions } from "../regions.js";
import { readTarget, type TargetOptions } from "../target.js";

interface Options extends TargetOptions {
  readonly json: boolean;
  readonly check?: string;
}

const program = new Command("regions")
  .description("Lists the regions of a deployed stack, and what is in each.")
  .option("--stack <name>", "the stack, configured in Pulumi.<name>.yaml", "dev")
  .option("--local", "use the embedded cloud of a running npm start", false)
  .option("--json", "print JSON", false)
  .option("--check <region>", "only say whether this region may be removed: exit code 0 if it may, 1 if not")
  .showHelpAfterError()
  .exitOverride()
  .action(async (options: Options) => {
    const target = readTarget(options);
    if (options.check !== undefined && !target.regions.includes(options.check)) {
      throw new Error(
        `The stack has no region ${options.check}: it has ${target.regions.join(", ")}. Check a region before it is taken out.`,
      );
    }
    const regions = await readRegions(target, options.check === undefined ? target.regions : [options.check]);
    process.stdout.write(
      options.json ? `${JSON.stringify(regions, null, 2)}\n` : shown(regions, options.check),
    );
    if (options.check !== undefined && regions.some(({ obstacles }) => obstacles.length > 0))
      process.exitCode = 1;
  });

try {
  await program.parseAsync();
} catch (error) {
  // Commander has said what was wrong with the command line already.
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}

function shown(regions: readonly RegionState[], checked: string | undefined): string {
  if (checked !== undefined) {
    const [{ obstacles } = { obstacles: [] }] = regions;
    return obstacles.length === 0
      ? `${checked} may be removed: no customer's stack needs it. docs/upgrading.md says how.\n`
      : `${checked} may not be removed: ${obstacles.join("; ")}.\n`;
  }
  const header = ["Region", "State", "Opted in", "Replica", "Connections", "Room left", "May be removed"];
  const rows = regions.map((state) => [
    state.region,
    state.offered ? "offered" : "retired",
    state.optedIn,
    state.replica,
    Object.entries(state.connections)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([status, number]) => `${number} ${status}`)
      .join(", ") || "none",
    `${state.room} of ${state.room + state.statements}`,
    state.obstacles.length === 0 ? "yes" : "no",
  ]);
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return `${[header, ...rows].map(line).join("\n")}\n`;
}
