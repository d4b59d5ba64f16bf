/**
 * `npm run test:capacity`: a region with six topics has the capacity for 594 connections, rejects the next one, and takes as many
 * new ones as customers leave. It takes a few minutes; `npm test` runs a small version (test/e2e/topics.test.ts).
 */
import assert from "node:assert/strict";
import { mapConcurrently } from "../../../emulator/concurrency.js";
import { createLink, requestLink } from "../../../emulator/customer/onboarding-api.js";
import { LoadTestCustomer, type LoadTestStack } from "../load-test-customer.js";
import { TestCloud } from "../test-cloud.js";
import { countConnections, labelsIn, reconcile, until } from "./topics.js";

const region = "eu-west-1";
const TOPICS = 6;
const CAPACITY = TOPICS * 99;
const CUSTOMERS_AT_ONCE = 4;

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
    assert.match(String(body.detail), /has no capacity for another connection/);
    assert.equal(await countConnections(test, region), connections);
    assert.deepEqual(await labelsIn(test, region), labels);
  };

  it("connects 500 customers", async () => {
    stacks = await mapConcurrently(times(500), CUSTOMERS_AT_ONCE, connect);
    assert.equal(new Set(await labelsIn(test, region)).size, 500);
    assert.equal(await countConnections(test, region), 500);
  });

  it("is reconciled before the function times out, and nothing changes", async () => {
    const labels = await labelsIn(test, region);
    await reconcile(test, region);
    assert.deepEqual(await labelsIn(test, region), labels);
  });

  it("has the capacity for 594 connections, rejects the next one and keeps nothing of it", async () => {
    await mapConcurrently(times(CAPACITY - 500), CUSTOMERS_AT_ONCE, newLink);
    await expectFull();
  });

  it("takes 100 more after 100 have left, and no more", async () => {
    await mapConcurrently(stacks.splice(0, 100), CUSTOMERS_AT_ONCE, async (stack) => {
      assert.equal((await stack.delete()).Status, "SUCCESS");
    });
    await until(async () => {
      const { length } = await labelsIn(test, region);
      return length === CAPACITY - 100 ? undefined : `${length} statements are left`;
    }, 120);
    await mapConcurrently(times(100), CUSTOMERS_AT_ONCE, connect);
    await expectFull();
  });
});
