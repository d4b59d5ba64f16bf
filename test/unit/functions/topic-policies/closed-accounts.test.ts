/** Whichever accounts are closed, the topics can be read, everybody else keeps their statements, and nobody is woken up. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { isOfClosedAccount, type Statement, Topic } from "../../../../functions/aws/topic.js";
import type { Connection } from "../../../../functions/domain/connection.js";
import { topicArns } from "../../../../functions/domain/names.js";
import { needsStatement, statementLabel } from "../../../../functions/domain/topic-statement.js";
import { type Telemetry, TopicPolicies } from "../../../../functions/topic-policies/topic-policies.js";
import { connected, pending, REGION } from "../../fixtures.js";
import { ConnectionsInMemory, TopicsInMemory } from "./memory.js";

const now = new Date("2026-03-02T09:00:00Z");
const arns = topicArns(REGION, "111122223333", "onboarding-test", 2);

/** What AWS makes of a principal that is no longer there. */
const uniqueIds = fc.stringMatching(/^(AIDA|AROA)[A-Z0-9]{17}$/);

const states = {
  pending,
  connected,
  unreachable: { ...connected, status: "unreachable" },
  ended: {
    ...connected,
    status: "disconnected",
    endedBy: "customer",
    openStackIds: [],
    endedAt: "2026-03-01",
  },
  endedByVendor: { ...connected, status: "disconnected", endedBy: "vendor", endedAt: "2026-03-01" },
} as const satisfies Record<string, Connection>;

const customers = fc.array(
  fc.record({
    state: fc.constantFrom<keyof typeof states>(
      "pending",
      "connected",
      "unreachable",
      "ended",
      "endedByVendor",
    ),
    topic: fc.constantFrom(...arns),
    closedAs: fc.option(uniqueIds, { nil: undefined }),
  }),
  { minLength: 1, maxLength: 40 },
);

describe("Accounts that were closed", () => {
  it("lose their statements without an alarm, cost nobody else one, and get them back if they are opened again", async () => {
    const seen = { removed: 0, refused: 0, restored: 0 };
    await fc.assert(
      fc.asyncProperty(customers, async (all) => {
        const topics = new TopicsInMemory(arns, 99);
        const table = new ConnectionsInMemory();
        const removed: string[] = [];
        const refused: string[] = [];
        const restored: string[] = [];
        const alarms: string[] = [];
        const telemetry: Telemetry = {
          removed: ({ externalId }, reason) => void removed.push(`${externalId} ${reason}`),
          restored: ({ externalId }) => void restored.push(externalId),
          accountRefused: ({ externalId }) => void refused.push(externalId),
          removedUnknown: (_topic, { Sid }, reason) => void alarms.push(`${Sid}: ${reason}`),
          notRestored: ({ externalId }, reason) => void alarms.push(`${externalId}: ${reason}`),
          error: (label, error) => void alarms.push(`${label}: ${String(error)}`),
          reconciled: () => {},
        };
        const policies = new TopicPolicies({
          topics: arns.map((arn) => new Topic(topics.client, arn)),
          connections: table.connections,
          hint: { write: async () => {} },
          telemetry,
          now: () => now,
        });
        const statement = (topicArn: string, Sid: string, AWS: string): Statement => ({
          Sid,
          Effect: "Allow",
          Principal: { AWS },
          Action: "SNS:Publish",
          Resource: topicArn,
        });
        for (const [index, { state, topic: topicArn, closedAs }] of all.entries()) {
          const accountId = String(222_200_000_000 + index);
          const externalId = `${REGION}:0b1f5a0e-1111-4222-8333-${accountId}`;
          table.all.set(externalId, { ...states[state], externalId, accountId, topicArn });
          const principal = closedAs ?? `arn:aws:iam::${accountId}:root`;
          topics.put(topicArn, statement(topicArn, statementLabel(externalId), principal));
          if (closedAs !== undefined) topics.refusedAccounts.add(accountId);
        }
        const connections = [...table.all.values()];
        const isClosed = ({ accountId }: Connection) => topics.refusedAccounts.has(accountId);
        const needing = connections.filter((one) => needsStatement(one, now));
        const idsOf = (some: readonly Connection[]) => some.map(({ externalId }) => externalId).sort();
        const labels = () => arns.flatMap((arn) => topics.statements(arn).map(({ Sid }) => Sid)).sort();
        const labelsOf = (some: readonly Connection[]) => idsOf(some).map(statementLabel).sort();

        // The second run finds nothing to remove, and only asks again whether the accounts are back.
        for (const run of [1, 2]) {
          await policies.reconcile(() => true);
          assert.deepEqual(labels(), labelsOf(needing.filter((one) => !isClosed(one))));
          assert.ok(!arns.some((arn) => topics.statements(arn).some(isOfClosedAccount)));
          assert.deepEqual(
            removed.toSorted(),
            connections
              .filter((one) => isClosed(one) || !needsStatement(one, now))
              .map((one) => {
                const why = needsStatement(one, now) ? "the account was closed" : "the connection ended";
                return `${one.externalId} ${why}`;
              })
              .sort(),
          );
          const expected = Array.from({ length: run }, () => idsOf(needing.filter(isClosed))).flat();
          assert.deepEqual(refused.toSorted(), expected.sort());
        }
        seen.removed += removed.length;
        seen.refused += refused.length;
        const closed = needing.filter(isClosed);
        topics.refusedAccounts.clear();
        await policies.reconcile(() => true);
        assert.deepEqual(labels(), labelsOf(needing));
        assert.deepEqual(restored.toSorted(), idsOf(closed));
        assert.deepEqual(alarms, []);
        seen.restored += restored.length;
      }),
    );
    // A property about nothing would hold, too.
    for (const [what, count] of Object.entries(seen)) assert.ok(count > 100, `${count} ${what}`);
  });
});
