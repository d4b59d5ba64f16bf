import type { Command } from "commander";
import { type RegionStatus, readRegions } from "../region-status.js";
import { openSession } from "../session.js";
import { type Terminal, tableOf } from "../terminal.js";

interface RegionsOptions {
  readonly check?: string;
}

/** `regions`: exit code 0; with `--check`, 1 if the region must not be removed. */
export function addRegionsCommand(program: Command, terminal: Terminal): void {
  program
    .command("regions")
    .description("list the stack's regions, what is in each, and whether it can be removed")
    .option(
      "--check <region>",
      "only say whether this region can be removed: exit code 0 if it can, 1 if not",
    )
    .action(async (_options: unknown, command: Command) => {
      const { options, target, print } = await openSession<RegionsOptions>(command, terminal);
      const { check } = options;
      if (check !== undefined && !target.regions.includes(check)) {
        throw new Error(
          `${check} is not a region of the stack ${target.stack}, which has ${target.regions.join(", ")}. Check a region before you take it out of the configuration.`,
        );
      }
      if (check !== undefined && target.retiredRegions === undefined) {
        throw new Error(
          `Only the stack's configuration says whether ${check} is still offered: check it with --stack.`,
        );
      }
      const regions = await readRegions(target, check === undefined ? target.regions : [check]);
      print(regions, () => (check === undefined ? table(regions) : verdict(check, regions)));
      if (check !== undefined && regions.some(({ obstacles }) => obstacles.length > 0)) terminal.exitCode = 1;
    });
}

function verdict(region: string, [state]: readonly RegionStatus[]): string {
  const { obstacles } = state ?? { obstacles: [] };
  return obstacles.length === 0
    ? `${region} can be removed: no customer's stack needs it. Move it to onboarding:releasedRegions, run pulumi up, take it out, and run pulumi up again.`
    : `${region} must not be removed: ${obstacles.join("; ")}.`;
}

function table(regions: readonly RegionStatus[]): string {
  return tableOf(
    ["REGION", "STATE", "OPTED IN", "REPLICA", "CONNECTIONS", "FREE CAPACITY", "REMOVABLE"],
    regions.map((state) => [
      state.region,
      state.offered === undefined ? "served" : state.offered ? "offered" : "retired",
      state.optedIn,
      state.replica,
      Object.entries(state.connections)
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([status, number]) => `${number} ${status}`)
        .join(", ") || "none",
      `${state.freeCapacity} of ${state.freeCapacity + state.statements}`,
      state.obstacles.length > 0 ? "no" : state.offered === undefined ? "unknown" : "yes",
    ]),
  );
}
