import type { Command } from "commander";
import type { Checked } from "../../functions/health/health.js";
import { probeNow } from "../health.js";
import { CONNECTION_ARGUMENT, chosen, open } from "./common.js";

/** `probe`: exit code 0 if every role that was probed is in order, 1 otherwise. */
export function addProbeCommand(program: Command): void {
  program
    .command("probe")
    .description("probes the roles of connections now, and marks those that are not in order")
    .argument(...CONNECTION_ARGUMENT)
    .action(async (text: string, _options: unknown, command: Command) => {
      const session = open(command);
      const results: Checked[] = [];
      for (const { externalId, region } of await chosen(session, text)) {
        results.push(await probeNow(session.target, region, externalId));
      }
      session.print(results, () => results.map(sentence).join("\n"));
      if (results.some(({ outcome }) => outcome !== "safe" && outcome !== "notConnected"))
        process.exitCode = 1;
    });
}

function sentence({ externalId, outcome, status, previousStatus, reason }: Checked): string {
  switch (outcome) {
    case "safe":
      return `${externalId}: the role is in order. The connection is ${status}${status === previousStatus ? "" : `, and was ${previousStatus}`}.`;
    case "notConnected":
      return `${externalId}: it is ${status}; there is no role to probe.`;
    case "unknownConnection":
      return `${externalId}: there is no such connection.`;
    case "unknown":
      return `${externalId}: STS did not say. The connection stays ${status}; try again in a minute.`;
    default:
      return `${externalId}: it is ${status}. ${reason ?? ""}`.trimEnd();
  }
}
