/** Whether the books agree: CloudFormation's stacks, the records, and the topics' policies. */
import type { Aws } from "./aws.js";
import type { Stack } from "./cloudformation.js";

interface Books {
  readonly aws: Aws;
  readonly stacks: readonly Stack[];
  /** External IDs of links that reached a customer. */
  readonly links: ReadonlySet<string>;
}

/** Every stack's requests ended, every record is as its stacks are, and every permission is where the rule wants it. */
export function differences({ aws, stacks, links }: Books) {
  const found: string[] = [];
  const counts: Record<string, number> = { stacks: stacks.length, answers: 0, "answers sent again": 0 };
  const count = (what: string, number = 1) => {
    counts[what] = (counts[what] ?? 0) + number;
  };

  for (const stack of stacks) {
    for (const { type, end, answers } of stack.requests) {
      if (end === undefined) found.push(`${stack.id}: its ${type} has no answer.`);
      if (typeof end === "object") count("answers");
      count("answers sent again", Math.max(0, answers.length - 1));
    }
  }

  const byLink = new Map<string, Stack[]>();
  for (const stack of stacks) {
    const link = stack.parameters.ExternalId ?? "";
    byLink.set(link, [...(byLink.get(link) ?? []), stack]);
  }
  const records = [...aws.items.values()].filter(({ item }) => item?.S === "connection");
  const known = new Set(records.map(({ externalId }) => externalId?.S ?? ""));
  for (const link of links) if (!known.has(link)) found.push(`${link}: the link has no record.`);

  for (const record of records) {
    const externalId = record.externalId?.S ?? "";
    const status = record.status?.S ?? "";
    const own = byLink.get(externalId) ?? [];
    const connected = own.filter((stack) => stack.isConnected);
    const open = own.filter((stack) => !stack.isGone).map(({ id }) => id);
    const recordedStacks = record.openStackIds?.SS ?? [];
    count(`records ${status}`);
    if (connected.length > 1)
      found.push(`${externalId}: ${connected.length} stacks are connected by one link.`);
    if ((status === "connected") !== (connected.length === 1)) {
      found.push(
        `${externalId}: the record says ${status}, and ${connected.length} of its stacks are connected.`,
      );
    }
    if (connected[0] && record.stackId?.S !== connected[0].id) {
      found.push(
        `${externalId}: the record names ${record.stackId?.S}, and ${connected[0].id} is connected.`,
      );
    }
    for (const stack of recordedStacks) {
      if (!open.includes(stack))
        found.push(`${externalId}: the record has the stack ${stack} open, which is gone.`);
    }
    for (const { id } of connected) {
      if (!recordedStacks.includes(id))
        found.push(`${externalId}: the record does not know the open stack ${id}.`);
    }
    const statement = aws.policyOf(record.topicArn?.S ?? "").get(externalId.replace(":", "-"));
    // A link that reached nobody is one whose making was cut off.
    const isNeeded =
      (status === "pending" && links.has(externalId)) || status === "connected" || recordedStacks.length > 0;
    if (isNeeded && !statement) found.push(`${externalId}: ${status}, and its permission is missing.`);
    if (statement && status === "disconnected" && recordedStacks.length === 0) {
      found.push(`${externalId}: ${status}, and its permission is left over.`);
    }
  }

  for (const [topic, policy] of aws.policies) {
    count("permissions", policy.size);
    for (const label of policy.keys()) {
      const externalId = label.replace(/-(?=[0-9a-f]{8}-)/, ":");
      const record = aws.items.get(`${externalId} connection`);
      if (record?.topicArn?.S !== topic)
        found.push(`${topic}: the permission ${label} belongs to no connection of it.`);
    }
  }
  return { counts, differences: found };
}
