import type { Command } from "commander";
import type { Checked } from "../../../functions/health/health.js";
import { CONNECTION_ARGUMENT } from "../arguments.js";
import { probeNow } from "../probe-connection.js";
import { findConnections, openSession } from "../session.js";
import type { Terminal } from "../terminal.js";

/** `probe`: exit code 0 if every role that was probed is safe, otherwise 1. */
export function addProbeCommand(program: Command, terminal: Terminal): void {
  program
    .command("probe")
    .description("probe the roles of connections now, and mark the ones that are unreachable or unsafe")
    .argument(...CONNECTION_ARGUMENT)
    .action(async (text: string, _options: unknown, command: Command) => {
      const session = await openSession(command, terminal);
      const results: Checked[] = [];
      for (const { externalId, region } of await findConnections(session, text)) {
        results.push(await probeNow(session.target, region, externalId));
      }
      session.print(results, () => results.map(describe).join("\n"));
      if (results.some(({ outcome }) => outcome !== "safe" && outcome !== "notConnected"))
        terminal.exitCode = 1;
    });
}

function describe({ externalId, outcome, status, previousStatus, reason }: Checked): string {
  switch (outcome) {
    case "safe":
      return `${externalId}: the role works and is safe. The connection is ${status}${status === previousStatus ? "" : ` (it was ${previousStatus})`}.`;
    case "notConnected":
      return `${externalId}: the connection is ${status}, so there is no role to probe.`;
    case "unknownConnection":
      return `${externalId}: no such connection exists.`;
    case "blocked":
      return `${externalId}: STS refuses to probe the role, so the connection is ${status}. ${reason ?? ""}`.trimEnd();
    case "unknown":
      return `${externalId}: STS gave no clear result, so the connection stays ${status}. Try again in a minute.`;
    default:
      return `${externalId}: the connection is ${status}. ${reason ?? ""}`.trimEnd();
  }
}
