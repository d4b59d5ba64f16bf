/** What no change of configuration may do: customers' stacks name topics, and the table holds what they are. */
import assert from "node:assert/strict";
import {
  connectionTopics,
  type Inputs,
  ofType,
  only,
  type Registration,
  type Run,
  runOnce,
  runProgram,
  type StackConfig,
  smallStack,
} from "./run-program.js";

const everything: [what: string, change: StackConfig][] = [
  ["more topics", { "onboarding:topicsPerRegion": 4 }],
  ["more topics in one region", { "onboarding:topicsByRegion": { "eu-west-1": 2 } }],
  ["another region", { "onboarding:regions": ["us-east-1", "eu-west-1", "ap-southeast-2"] }],
  ["another order of regions", { "onboarding:regions": ["eu-west-1", "us-east-1"] }],
  ["a retired region", { "onboarding:regions": ["us-east-1"], "onboarding:retiredRegions": ["eu-west-1"] }],
  ["another vendor's name", { "onboarding:vendorName": "Example Corp" }],
  ["other grants", { "onboarding:grants": { managedPolicies: ["SecurityAudit"] } }],
  ["another way to sign in", { "onboarding:auth": "none" }],
  [
    "a role path and a boundary",
    {
      "onboarding:rolePath": "/vendor/",
      "onboarding:permissionsBoundary": "arn:aws:iam::111122223333:policy/boundary",
    },
  ],
  ["tags", { "onboarding:tags": { team: "platform" } }],
  ["an address for alarms", { "onboarding:alarmEmail": "operators@example.com" }],
  ["other lifetimes", { "onboarding:linkLifetimeHours": 1, "onboarding:logRetentionDays": 30 }],
];

/** What customers' stacks depend on, by URN, with the physical name and everything that would replace it. */
function promises(run: Run): Map<string, unknown> {
  const kept = (one: Registration) => {
    const { name, region, hashKey, rangeKey, policy } = one.inputs;
    return { name, region, hashKey, rangeKey, policy, protect: one.protect };
  };
  return new Map(
    [...connectionTopics(run), ...ofType(run, "dynamodb/table:Table")].map((one) => [one.urn, kept(one)]),
  );
}

describe("An upgrade", () => {
  let first: Run;

  before(async () => {
    first = await runOnce();
  });

  for (const [what, change] of everything) {
    it(`with ${what} renames, replaces or unprotects no topic and no table`, async () => {
      const after = await runOnce({ ...smallStack, ...change });
      const now = promises(after);
      const then = promises(first);
      assert.equal(then.size, 3);
      for (const [urn, promise] of then) assert.deepEqual(now.get(urn), promise, urn);
    });

    it(`with ${what} leaves every policy of a customers' topic alone, and every replica protected`, async () => {
      const after = await runOnce({ ...smallStack, ...change });
      const topics = connectionTopics(after);
      assert.ok(topics.length >= 2);
      for (const { inputs, protect } of topics) {
        assert.deepEqual(Object.keys(inputs).sort(), ["name", "region", "tags"]);
        assert.equal(protect, true);
      }
      // No other type of resource writes a topic's policy.
      assert.deepEqual(
        after.registrations.filter(({ type }) => /TopicPolicy|TopicDataProtectionPolicy/.test(type)),
        [],
      );
      const table = only(after, "dynamodb/table:Table").inputs;
      assert.equal(table.deletionProtectionEnabled, true);
      for (const replica of table.replicas) {
        assert.equal(replica.deletionProtectionEnabled, true, replica.regionName);
        assert.equal(replica.pointInTimeRecovery, true, replica.regionName);
      }
      const regions = table.replicas.map(({ regionName }: { regionName: string }) => regionName);
      assert.ok(regions.includes("eu-west-1"), "the replica of eu-west-1 is gone");
    });
  }

  it("with more topics adds the next number, behind the same receiver", async () => {
    const after = await runOnce({ ...smallStack, "onboarding:topicsByRegion": { "eu-west-1": 3 } });
    assert.deepEqual(after.outputs.topicArns["eu-west-1"], [
      "arn:aws:sns:eu-west-1:111122223333:onboarding-dev-1",
      "arn:aws:sns:eu-west-1:111122223333:onboarding-dev-2",
      "arn:aws:sns:eu-west-1:111122223333:onboarding-dev-3",
    ]);
    const subscriptions = ofType(after, "sns/topicSubscription:TopicSubscription").filter(
      ({ inputs }) => inputs.region === "eu-west-1",
    );
    assert.deepEqual(
      subscriptions.map(({ inputs }) => inputs.topic),
      after.outputs.topicArns["eu-west-1"],
    );
    assert.deepEqual(
      [...new Set(subscriptions.map(({ inputs }) => inputs.endpoint))],
      ["arn:aws:lambda:eu-west-1:111122223333:function:onboarding-dev-receiver"],
    );
  });

  it("with another region adds what is in it, and changes only the lists that name regions", async () => {
    const regions = ["us-east-1", "eu-west-1", "eu-north-1"];
    const after = await runOnce({ ...smallStack, "onboarding:regions": regions });
    const then = new Map(first.registrations.map((one) => [one.urn, one]));
    const added = after.registrations.filter(({ urn }) => !then.has(urn));
    assert.ok(added.length > 40);
    for (const { urn } of added) assert.match(urn, /::onboarding-(alarms-)?eu-north-1(-|$)/);
    const changed = after.registrations.flatMap(({ urn, name, inputs, protect, parent }) => {
      const earlier = then.get(urn);
      if (!earlier) return [];
      assert.deepEqual([protect, parent], [earlier.protect, earlier.parent], name);
      const inputsNow = Object.keys({ ...earlier.inputs, ...inputs });
      const differing = inputsNow.filter(
        (key) => JSON.stringify(inputs[key]) !== JSON.stringify(earlier.inputs[key]),
      );
      return differing.length > 0 ? [`${name}: ${differing.sort().join(", ")}`] : [];
    });
    assert.deepEqual(changed.sort(), [
      "onboarding-client-policy: policy",
      "onboarding-connections-table: replicas",
      "onboarding-dashboard-dashboard: dashboardBody",
      "onboarding-template-organization-template: content, key",
      "onboarding-template-template: content, key",
      "onboarding-url-generator-handler-function: code, environment",
      "onboarding-url-generator-handler-policy: policy",
      "onboarding: regions",
    ]);
    assert.equal(after.registrations.length, first.registrations.length + added.length);
  });

  it("that retires a region changes nothing of what is in it", async () => {
    const after = await runOnce({
      ...smallStack,
      "onboarding:regions": ["us-east-1"],
      "onboarding:retiredRegions": ["eu-west-1"],
    });
    const inRegion = (run: Run) =>
      run.registrations
        .filter(({ urn }) => /::onboarding-(alarms-)?eu-west-1/.test(urn))
        .sort((a, b) => a.urn.localeCompare(b.urn));
    assert.ok(inRegion(first).length > 20);
    assert.deepEqual(inRegion(after), inRegion(first));
    assert.deepEqual(only(after, "dynamodb/table:Table").inputs, only(first, "dynamodb/table:Table").inputs);
  });

  it("that forgets a region is refused before anything is registered", async () => {
    const live = { "us-east-1": true, "eu-west-1": true, "eu-west-2": true };
    await assert.rejects(runProgram(smallStack, { replicas: live }), {
      message:
        /^onboarding:regions lacks "eu-west-2", where the table has a replica, .* add it to onboarding:retiredRegions\./,
    });
  });

  it("that retires, releases and then removes a region goes through", async () => {
    const live = { "us-east-1": true, "eu-west-1": true, "eu-west-2": true };
    const inRegion = (run: Run) =>
      run.registrations.filter(({ urn }) => urn.includes("::onboarding-eu-west-2"));
    const replica = (run: Run) =>
      only(run, "dynamodb/table:Table").inputs.replicas.find(
        ({ regionName }: Inputs) => regionName === "eu-west-2",
      );

    const retired = await runProgram(
      { ...smallStack, "onboarding:retiredRegions": ["eu-west-2"] },
      { replicas: live },
    );
    assert.ok(inRegion(retired).every(({ protect }) => protect));
    assert.equal(replica(retired).deletionProtectionEnabled, true);

    const released = await runProgram(
      { ...smallStack, "onboarding:releasedRegions": ["eu-west-2"] },
      { replicas: live },
    );
    assert.deepEqual(
      inRegion(released).map(({ urn }) => urn),
      inRegion(retired).map(({ urn }) => urn),
    );
    assert.ok(inRegion(released).every(({ protect }) => !protect));
    assert.equal(replica(released).deletionProtectionEnabled, false);

    const gone = await runProgram(smallStack, { replicas: { ...live, "eu-west-2": false } });
    assert.deepEqual(inRegion(gone), []);
  });
});
