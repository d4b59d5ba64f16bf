/** The quick ones of the faults that `npm run faults` injects; docs/reliability.md has them all. */
import assert from "node:assert/strict";
import type { Fault, FunctionChanges } from "../../bench/faults/fault-proxy.js";
import { Testbed } from "../../bench/faults/testbed.js";
import { prefixOf, receiverNameOf } from "../../functions/domain/names.js";
import { TestCloud } from "./test-cloud.js";

describe("on the embedded cloud, under a fault", function () {
  this.timeout(60_000);
  let test: TestCloud;
  let testbed: Testbed;

  before(async () => {
    test = await TestCloud.start();
  });

  after(() => test?.cloud.stop());

  const create = async (changes: FunctionChanges = {}): Promise<Testbed> => {
    const { cloud, program, deployment } = test;
    const receiver = receiverNameOf(prefixOf(deployment.stack));
    const account = { region: "ap-southeast-2", accountId: test.newAccount() };
    testbed = await Testbed.create({ cloud, program, receiver }, account, changes);
    return testbed;
  };

  afterEach(async () => {
    testbed.proxy.fault = undefined;
    await testbed.idle();
    await testbed.remove();
  });

  /** Injects a fault into the first calls of a service. */
  const injectFirst = (count: number, service: string, fault: Fault) => {
    let calls = 0;
    testbed.proxy.fault = ({ action }) =>
      action.startsWith(`${service}:`) && calls++ < count ? fault : undefined;
  };

  const expectConnected = async () => {
    const { link, externalId } = await testbed.newLink();
    const { status, reason, stack } = await testbed.create(link);
    assert.equal(status, "CREATE_COMPLETE", reason);
    assert.equal(await testbed.statusOf(externalId), "connected");
    await testbed.idle();
    return { externalId, stack };
  };

  it("a stack connects although connections to the table break for a while", async () => {
    await create();
    injectFirst(5, "dynamodb", "break");
    await expectConnected();
    assert.ok(testbed.proxy.calls.length > 5);
  });

  it("a stack connects although a connection to the table and one to STS take the request and never say anything", async () => {
    await create();
    const hung = new Set<string>();
    testbed.proxy.fault = ({ action }) => {
      const service = action.split(":")[0] ?? "";
      if (hung.has(service)) return undefined;
      hung.add(service);
      return "hang";
    };
    await expectConnected();
    assert.deepEqual([...hung].sort(), ["dynamodb", "sts"]);
  });

  it("a stack is told that it was our fault, and can be tried again, where every connection to the table breaks", async () => {
    const { link, externalId } = await (await create()).newLink();
    let broken = 0;
    testbed.proxy.fault = ({ action }) => {
      // The Delete after the failed Create is written once the table is back: after the receiver's ten tries.
      if (!action.startsWith("dynamodb:") || broken >= 10) return undefined;
      broken++;
      return "break";
    };
    const { status, reason } = await testbed.create(link);
    assert.equal(status, "ROLLBACK_COMPLETE");
    assert.match(reason ?? "", /a fault on our side.*delete this stack and open the link again/);
    await testbed.idle();
    assert.equal(await testbed.statusOf(externalId), "pending");
    assert.equal(broken, 10);
  });

  it("the receiver responds before its time is up where STS throttles for good", async () => {
    await create({ timeoutSeconds: 25 });
    testbed.proxy.fault = ({ action }) => (action.startsWith("sts:") ? "throttle" : undefined);
    const { link } = await testbed.newLink();
    const { status, reason } = await testbed.create(link);
    assert.equal(status, "ROLLBACK_COMPLETE");
    assert.match(reason ?? "", /a fault on our side/);
    assert.ok((testbed.requests[0]?.seconds ?? 99) < 25);
  });

  it("the second delivery connects where the receiver is killed while it probes", async () => {
    await create();
    injectFirst(1, "sts", "kill");
    await expectConnected();
    assert.deepEqual(
      testbed.requests.map(({ deliveries, respondedInDelivery }) => [deliveries, respondedInDelivery]),
      [[2, 2]],
    );
  });

  it("a Delete is kept as verified where the table fails after the response to it", async () => {
    const connected = await create();
    const { externalId, stack } = await expectConnected();
    await connected.remove();
    await create({ timeoutSeconds: 6 });
    testbed.proxy.fault = ({ action }) => (action.startsWith("dynamodb:") ? "break" : undefined);
    const { status } = await stack.delete();
    assert.equal(status, "DELETE_COMPLETE");
    await connected.idle();
    assert.equal(await testbed.statusOf(externalId), "connected");
    const messages = (await testbed.deadLetters()).filter((message) => message.includes(stack.id));
    assert.equal(messages.length, 1);
    const { verified, request } = JSON.parse(messages[0] ?? "");
    assert.deepEqual([verified, request.type], [true, "Delete"]);
    assert.doesNotMatch(messages[0] ?? "", /https:/);
  });
});
