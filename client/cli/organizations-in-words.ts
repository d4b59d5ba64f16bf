/** Organizations and their accounts as the commands print them. */
import { memberCounts, totalOf } from "../../functions/domain/organization.js";
import { type Connection, currentStatus } from "../index.js";
import { styledStatus } from "./styled-status.js";
import { columns, counted, tableOf, WIDTH } from "./terminal.js";

const number = (value: number) => value.toLocaleString("en-US");
const minute = (time: string | undefined) => time?.slice(0, 16).replace("T", " ") ?? "never";

export function listOfOrganizations(organizations: readonly Connection[]): string {
  const now = new Date();
  const hasTenants = organizations.some(({ tenant }) => tenant !== "");
  return tableOf(
    ["STATUS", "ACCOUNT", ...(hasTenants ? ["TENANT"] : []), "CONNECTED", "LISTED (UTC)", "EXTERNAL ID"],
    organizations.map((organization) => [
      styledStatus(currentStatus(organization, now)),
      organization.accountId,
      ...(hasTenants ? [organization.tenant || "-"] : []),
      `${progressOf(organization)}${organization.heldEnds === undefined ? "" : `, ${number(organization.heldEnds)} held`}`,
      minute(organization.listedAt),
      organization.externalId,
    ]),
  );
}

/** Everything that an operator may want to know before asking the customer. */
export function describeOrganization(organization: Connection, now: Date): string {
  const { externalId, accountId, organizationId, listedAt, nextListingAt, heldEnds } = organization;
  const { listingProblem, reasons = {} } = organization;
  const { awaited, unreachable, unsafe, disconnected, excluded } = memberCounts(organization);
  const heading = [
    externalId,
    accountId,
    styledStatus(currentStatus(organization, now)),
    organizationId ?? "",
  ]
    .join("  ")
    .trimEnd();
  if (organizationId === undefined) {
    const next = `run onboarding why ${externalId} to see what was tried.`;
    return `${heading}\nNo stack has connected with its link, so there are no accounts: ${next}`;
  }
  const lines = [
    heading,
    `${progressOf(organization)} accounts are connected; ${number(awaited)} awaited, ${number(unreachable)} unreachable, ${number(unsafe)} unsafe.`,
    ...(disconnected + excluded > 0
      ? [
          `Not counted: ${number(disconnected)} that have left or were ended, ${number(excluded)} for which the customer's StackSet makes no role.`,
        ]
      : []),
    `Listed: ${listedAt ?? "never completely"}. ${nextListingAt === undefined ? "No further listing is due." : `Next: ${nextListingAt}.`}`,
    ...(listingProblem === undefined ? [] : [`Problem: ${listingProblem}`]),
    ...(heldEnds === undefined
      ? []
      : [
          `${counted(heldEnds, "end")} held: ask the customer whether those accounts are gone. If they are, run onboarding organizations confirm ${externalId}.`,
        ]),
  ];
  const commonest = Object.entries(reasons).sort(([, one], [, other]) => other - one);
  if (commonest.length === 0) return lines.join("\n");
  return [
    ...lines,
    "Why accounts are not connected:",
    columns(commonest.map(([why, count]) => [`  ${number(count)}`, why])),
  ].join("\n");
}

/** Reasons are cut where the window ends; `--json` has all of them. */
export function listOfMembers(members: readonly Connection[]): string {
  const rows = members.map(({ accountId, accountName, status, statusChangedAt, createdAt, reason }) => ({
    ...{ accountId, status, since: minute(statusChangedAt ?? createdAt) },
    name: accountName ?? "-",
    reason: reason ?? "",
  }));
  const widest = (name: "name" | "status") => Math.max(...rows.map((row) => row[name].length));
  const room = Math.max(20, WIDTH - 12 - 16 - widest("name") - widest("status") - 4 * "  ".length);
  return tableOf(
    ["STATUS", "ACCOUNT", "NAME", "SINCE (UTC)", "REASON"],
    rows.map(({ status, accountId, name, since, reason }) => [
      styledStatus(status),
      accountId,
      name,
      since,
      reason.length > room ? `${reason.slice(0, room - 1)}…` : reason,
    ]),
  );
}

function progressOf(organization: Connection): string {
  const counts = memberCounts(organization);
  return `${number(counts.connected)} of ${number(totalOf(counts))}`;
}
