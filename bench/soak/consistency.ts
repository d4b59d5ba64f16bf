/** Whether CloudFormation's stacks, the records and the topics' policies agree. */
import type { AwsStandIn } from "./aws.js";
import { type Stack, templateVersionOf } from "./cloudformation.js";

interface Books {
  readonly aws: AwsStandIn;
  readonly stacks: readonly Stack[];
  /** External IDs of the links that reached a customer. */
  readonly links: ReadonlySet<string>;
}

export interface Findings {
  readonly counts: Readonly<Record<string, number>>;
  /** One sentence for each contradiction. */
  readonly inconsistencies: readonly string[];
}

/** Checks that every request ended, that every record fits its stacks, and that every statement is where the rules want it. */
export function checkConsistency({ aws, stacks, links }: Books): Findings {
  const found: string[] = [];
  const counts: Record<string, number> = { stacks: stacks.length, responses: 0, "responses repeated": 0 };
  const count = (what: string, number = 1) => {
    counts[what] = (counts[what] ?? 0) + number;
  };

  for (const stack of stacks) {
    for (const { type, outcome, responses } of stack.requests) {
      if (outcome === undefined) found.push(`${stack.id}: its ${type} got no response.`);
      if (typeof outcome === "object") count("responses");
      count("responses repeated", Math.max(0, responses.length - 1));
    }
  }

  const byLink = new Map<string, Stack[]>();
  for (const stack of stacks) {
    byLink.set(stack.externalId, [...(byLink.get(stack.externalId) ?? []), stack]);
  }
  const records = aws.table.items.filter(({ item }) => item?.S === "connection");
  const recorded = new Set(records.map(({ externalId }) => externalId?.S ?? ""));
  for (const link of links) if (!recorded.has(link)) found.push(`${link}: the link has no record.`);

  for (const record of records) {
    const externalId = record.externalId?.S ?? "";
    const status = record.status?.S ?? "";
    const own = byLink.get(externalId) ?? [];
    const connected = own.filter((stack) => stack.isConnected);
    const existing = own.filter((stack) => !stack.isDeleted).map(({ id }) => id);
    const openStackIds = record.openStackIds?.SS ?? [];
    const report = (sentence: string) => found.push(`${externalId}: ${sentence}`);
    count(`records ${status}`);
    // Nobody can know whether a resource is there that was to be updated and could not be.
    if (own.some(({ isStuck, isDeleted }) => isStuck && !isDeleted)) continue;
    if (connected.length > 1) report(`${connected.length} stacks are connected by one link.`);
    if ((status === "connected") !== (connected.length === 1)) {
      report(`the record is ${status}, but ${connected.length} of its stacks are connected.`);
    }
    if (connected[0] && record.stackId?.S !== connected[0].id) {
      report(`the record names ${record.stackId?.S}, but ${connected[0].id} is connected.`);
    }
    const { roleArn, version } = connected[0]?.values ?? {};
    if (
      connected[0] &&
      (record.roleArn?.S !== roleArn || record.templateVersion?.S !== templateVersionOf(version ?? 0))
    ) {
      report(
        `the record has ${record.roleArn?.S} and version ${record.templateVersion?.S}, but the stack ${roleArn} and ${version}.`,
      );
    }
    for (const id of openStackIds) {
      if (!existing.includes(id)) report(`the record has the stack ${id} open, but it is deleted.`);
    }
    for (const { id } of own.filter(({ isDeleted, isLive }) => isLive && !isDeleted)) {
      if (!openStackIds.includes(id)) report(`the record does not have the open stack ${id}.`);
    }
    const statement = aws.policyOf(record.topicArn?.S ?? "").get(externalId.replace(":", "-"));
    // A link that reached nobody is one whose making was interrupted.
    const isNeeded =
      (status === "pending" && links.has(externalId)) || status === "connected" || openStackIds.length > 0;
    if (isNeeded && !statement) report(`it is ${status}, but its statement is missing.`);
    if (statement && status === "disconnected" && openStackIds.length === 0) {
      report(`it is ${status}, but its statement is left over.`);
    }
  }

  for (const [topic, policy] of aws.policies) {
    count("statements", policy.size);
    for (const label of policy.keys()) {
      const externalId = label.replace(/-(?=[0-9a-f]{8}-)/, ":");
      if (aws.table.get(externalId)?.topicArn?.S !== topic)
        found.push(`${topic}: the statement ${label} does not belong to any of its connections.`);
    }
  }
  return { counts, inconsistencies: found };
}
