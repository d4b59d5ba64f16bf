/** What `why` says of each event of a connection's history. */
import { accountOf } from "../../functions/aws/arn.js";
import type { HistoryEntry } from "../../functions/domain/history.js";

export function historyInWords(entry: HistoryEntry): string {
  const { event, stackId, reason, tenant, templateVersion, roleArn, requestId } = entry;
  if (entry.method !== undefined) {
    const ofOwnRole = ownRoleInWords(entry);
    if (ofOwnRole !== undefined) return ofOwnRole;
  }
  const stack = stackId === undefined ? "A stack" : `The stack ${stackId}`;
  switch (event) {
    case "linkCreated":
      return `A link was created for the AWS account ${entry.accountId}${tenant ? ` and the tenant ${tenant}` : ""}.`;
    case "awaited":
      return `The account ${entry.accountId} was found in the organization's list.`;
    case "restored":
      return "The record was brought back from a copy of the table.";
    case "attempted":
      return "A stack's request arrived, and its role was about to be probed.";
    case "failed":
      return `${stackId ? `${stack} (account ${accountOf(stackId)})` : stack} sent a request and got the response FAILED: ${reason}`;
    case "connected":
      return `${stack} connected with the role ${roleArn} (template ${templateVersion}, request ${requestId}).`;
    case "rolledBack":
      return `${stack} was disconnected again: S3 refused the response to the request ${requestId}.`;
    case "updated":
      return `${stack} was updated (template ${templateVersion}, request ${requestId}).`;
    case "roleChanged":
      return `The role ${roleArn} took the place of the one before.`;
    case "outdated":
      return `The stack was found to have an earlier template than the current one, ${templateVersion}.`;
    case "unreachable":
      return `A probe could not assume the role: ${reason}`;
    case "unsafe":
      return `A probe found the role unsafe: ${reason}`;
    case "recovered":
      return "A probe found that the role works again and is safe.";
    case "confirmed":
      return "The tenant confirmed the connection.";
    case "stackDeleted":
      return `${stack} was deleted without having connected.`;
    case "disconnected":
      return entry.endedBy === undefined || entry.endedBy === "customer"
        ? `${stack} was deleted, which ended the connection.`
        : `The ${entry.endedBy} ended the connection. ${reason ?? ""}`.trim();
    case "cancelled":
      return "The link was cancelled.";
    case "removed":
      return "The record was removed.";
  }
}

/** Of a role that the customer makes. @returns undefined where it is the same as for a stack's */
function ownRoleInWords({ event, accountId, tenant, roleArn, reason }: HistoryEntry): string | undefined {
  switch (event) {
    case "linkCreated":
      return `A connection was created for a role that the AWS account ${accountId}${tenant ? ` of the tenant ${tenant}` : ""} makes itself.`;
    case "attempted":
      return "A role was named, and was about to be verified.";
    case "failed":
      return `A role that was named could not be verified: ${reason}`;
    case "connected":
      return `The role ${roleArn} was verified and connected.`;
    default:
      return undefined;
  }
}
