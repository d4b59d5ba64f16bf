/**
 * `npm run test:capacity`: a region with six topics takes 594 connections, tells the next one so, and takes as many again
 * as leave. It takes a few minutes, so that `npm test` runs a small version (test/e2e/topics.test.ts).
 */
import assert from "node:assert/strict";
import { LoadTestCustomer, type LoadTestStack } from "../../../emulator/customer/load-test-customer.js";
import { createLink, requestLink } from "../../../emulator/customer/scenario.js";
import { TestCloud } from "../test-cloud.js";
import { countConnections, labelsIn, mapAtOnce, sweep, until } from "./check-capacity.js";

const region = "eu-west-1";
const TOPICS = 6;
const CAPACITY = TOPICS * 99;
const AT_ONCE = 4;

describe("a region with six topics", function () {
  this.timeout(900_000);
  let test: TestCloud;
  let stacks: LoadTestStack[];

  before(async () => {
    test = await TestCloud.start({
      "onboarding:regions": ["us-east-1", region],
      "onboarding:topicsByRegion": { [region]: TOPICS },
    });
  });

  after(() => test?.cloud.stop());

  const newLink = async () => {
    const accountId = test.newAccount();
    return { accountId, ...(await createLink(test.program.onboardingUrl, { accountId, region })) };
  };

  const connect = async () => {
    const { accountId, link, externalId } = await newLink();
    const stack = await new LoadTestCustomer(test.cloud, accountId).createStack(link);
    assert.equal(stack.created?.Status, "SUCCESS", stack.created?.Reason);
    assert.equal((await test.connection(externalId))?.status, "connected");
    return stack;
  };

  const times = (count: number) => Array.from({ length: count }, (_, index) => index);

  const expectFull = async () => {
    const [connections, labels] = [await countConnections(test, region), await labelsIn(test, region)];
    assert.equal(labels.length, CAPACITY);
    const { status, body } = await requestLink(test.program.onboardingUrl, {
      accountId: test.newAccount(),
      region,
    });
    assert.equal(status, 503);
    assert.match(String(body.detail), /has no room for another connection/);
    assert.equal(await countConnections(test, region), connections);
    assert.deepEqual(await labelsIn(test, region), labels);
  };

  it("connects 500 customers", async () => {
    stacks = await mapAtOnce(times(500), AT_ONCE, connect);
    assert.equal(new Set(await labelsIn(test, region)).size, 500);
    assert.equal(await countConnections(test, region), 500);
  });

  it("is swept within a Lambda function's time, and nothing changes", async () => {
    const labels = await labelsIn(test, region);
    const started = Date.now();
    await sweep(test, region);
    const seconds = (Date.now() - started) / 1000;
    assert.ok(seconds < 60, `${seconds} s`);
    assert.deepEqual(await labelsIn(test, region), labels);
  });

  it("has room for 594 connections, refuses the next one and keeps nothing of it", async () => {
    await mapAtOnce(times(CAPACITY - 500), AT_ONCE, newLink);
    await expectFull();
  });

  it("takes 100 more after 100 have left, and no more", async () => {
    await mapAtOnce(stacks.splice(0, 100), AT_ONCE, async (stack) => {
      assert.equal((await stack.delete()).Status, "SUCCESS");
    });
    await until(async () => {
      const { length } = await labelsIn(test, region);
      return length === CAPACITY - 100 ? undefined : `${length} permissions are left`;
    }, 120_000);
    await mapAtOnce(times(100), AT_ONCE, connect);
    await expectFull();
  });
});
