/** The quick ones of the faults that `npm run faults` injects; docs/reliability.md has them all. */
import assert from "node:assert/strict";
import type { FaultyEndpoint, FunctionChanges } from "../../bench/faults/faulty-endpoint.js";
import { Stage } from "../../bench/faults/stage.js";
import { prefixOf, receiverNameOf } from "../../functions/domain/names.js";
import { TestCloud } from "./test-cloud.js";

describe("on the embedded cloud, under a fault,", function () {
  this.timeout(60_000);
  let test: TestCloud;
  let stage: Stage;

  before(async () => {
    test = await TestCloud.start();
  });

  after(() => test?.cloud.stop());

  const set = async (changes: FunctionChanges = {}): Promise<Stage> => {
    const { cloud, program, deployment } = test;
    const functionName = receiverNameOf(prefixOf(deployment.stack));
    stage = await Stage.set({ cloud, program, functionName }, "ap-southeast-2", test.newAccount(), changes);
    return stage;
  };

  afterEach(async () => {
    stage.endpoint.fault = undefined;
    await stage.done();
    await stage.clear();
  });

  /** The first so many calls of a service. */
  const first = (count: number, service: string, fault: ReturnType<NonNullable<FaultyEndpoint["fault"]>>) => {
    let met = 0;
    stage.endpoint.fault = ({ action }) =>
      action.startsWith(`${service}:`) && met++ < count ? fault : undefined;
  };

  const connects = async () => {
    const { link, externalId } = await stage.newLink();
    const { status, reason, stack } = await stage.create(link);
    assert.equal(status, "CREATE_COMPLETE", reason);
    assert.equal((await stage.record(externalId)).status, "connected");
    await stage.done();
    return { externalId, stack };
  };

  it("connections to the table that break for a while, a stack connects all the same", async () => {
    await set();
    first(5, "dynamodb", "break");
    await connects();
    assert.ok(stage.endpoint.calls.length > 5);
  });

  it("a table that breaks every connection, a stack is told that it was our fault, and can be tried again", async () => {
    const { link, externalId } = await (await set()).newLink();
    let broken = 0;
    stage.endpoint.fault = ({ action }) => {
      // The Delete after the failed Create is written once the table is back: after its 8 tries.
      if (!action.startsWith("dynamodb:") || broken >= 8) return undefined;
      broken++;
      return "break";
    };
    const { status, reason } = await stage.create(link);
    assert.equal(status, "ROLLBACK_COMPLETE");
    assert.match(reason ?? "", /a fault on our side.*delete this stack and open the link again/);
    await stage.done();
    assert.equal((await stage.record(externalId)).status, "pending");
    assert.equal(broken, 8);
  });

  it("STS that throttles for good, a function answers before its time is up", async () => {
    await set({ timeoutSeconds: 25 });
    stage.endpoint.fault = ({ action }) => (action.startsWith("sts:") ? "throttle" : undefined);
    const { link } = await stage.newLink();
    const { status, reason } = await stage.create(link);
    assert.equal(status, "ROLLBACK_COMPLETE");
    assert.match(reason ?? "", /a fault on our side/);
    assert.ok((stage.answered[0]?.seconds ?? 99) < 25);
  });

  it("a function that is killed while it probes, the second delivery connects", async () => {
    await set();
    first(1, "sts", "kill");
    await connects();
    assert.deepEqual(
      stage.answered.map(({ deliveries, answeredInDelivery }) => [deliveries, answeredInDelivery]),
      [[2, 2]],
    );
  });

  it("a table that fails once a Delete is answered, the Delete is kept as verified", async () => {
    const connected = await set();
    const { externalId, stack } = await connects();
    await connected.clear();
    await set({ timeoutSeconds: 6 });
    stage.endpoint.fault = ({ action }) => (action.startsWith("dynamodb:") ? "break" : undefined);
    const { status } = await stack.delete();
    assert.equal(status, "DELETE_COMPLETE");
    await connected.done();
    assert.equal((await stage.record(externalId)).status, "connected");
    const letters = (await stage.deadLetters()).filter((letter) => letter.includes(stack.id));
    assert.equal(letters.length, 1);
    const { verified, request } = JSON.parse(letters[0] ?? "");
    assert.deepEqual([verified, request.type], [true, "Delete"]);
    assert.doesNotMatch(letters[0] ?? "", /https:/);
  });
});
