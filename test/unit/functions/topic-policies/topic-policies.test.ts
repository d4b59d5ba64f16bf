/** What a run reads: the connections of its topics, however many others the region has. */
import assert from "node:assert/strict";
import { Topic } from "../../../../functions/aws/topic.js";
import { ConnectionRepository } from "../../../../functions/domain/connection-repository.js";
import { memberExternalId } from "../../../../functions/domain/external-id.js";
import { type Reconciled, TopicPolicies } from "../../../../functions/topic-policies/topic-policies.js";
import { TableStandIn } from "../../../stand-ins/table.js";
import { connected, EXTERNAL_ID, TOPIC } from "../../fixtures.js";
import { TopicsInMemory } from "./memory.js";

describe("The topic-policies function", () => {
  it("reads nothing of the members of organizations, which have no topic", async () => {
    const table = new TableStandIn();
    table.put(connected);
    const { topicArn: _topic, stackId: _stack, openStackIds: _open, ...account } = connected;
    for (let number = 0; number < 500; number++) {
      const accountId = String(100_000_000_000 + number);
      const externalId = memberExternalId(EXTERNAL_ID, accountId);
      table.put({ ...account, externalId, accountId, kind: "member", organization: EXTERNAL_ID });
    }
    const read: string[] = [];
    const { handle } = table;
    table.handle = (operation, input) => {
      const output = handle.call(table, operation, input);
      for (const item of [output.Item, ...(output.Items ?? [])]) {
        if (item) read.push(item.externalId?.S ?? "");
      }
      return output;
    };
    const runs: Reconciled[] = [];
    const policies = new TopicPolicies({
      topics: [new Topic(new TopicsInMemory([TOPIC], 5).client, TOPIC)],
      connections: new ConnectionRepository(table.client(), "onboarding-test"),
      hint: { write: async () => {} },
      telemetry: {
        removed: () => assert.fail(),
        restored: () => {},
        removedUnknown: () => {},
        accountRefused: () => assert.fail(),
        notRestored: () => assert.fail(),
        error: (_label, error) => assert.fail(String(error)),
        reconciled: (result) => void runs.push(result),
      },
      now: () => new Date("2026-03-01T13:00:00.000Z"),
    });
    await policies.reconcile(() => true);
    assert.deepEqual(new Set(read), new Set([EXTERNAL_ID]));
    assert.equal(runs[0]?.complete, true);
  });
});
