/** `onboarding regions` on the embedded cloud, in the 17 regions that need no opt-in. */
import assert from "node:assert/strict";
import { RegionInfo } from "@aws-cdk/region-info";
import { readRegions } from "../../../../client/cli/region-status.js";
import type { Target } from "../../../../client/cli/target.js";
import { createLink } from "../../../../emulator/customer/onboarding-api.js";
import { until } from "../../capacity/topics.js";
import { LoadTestCustomer, type LoadTestStack } from "../../load-test-customer.js";
import { TestCloud } from "../../test-cloud.js";

const regions = RegionInfo.regions
  .filter(({ partition, isOptInRegion }) => partition === "aws" && !isOptInRegion)
  .map(({ name }) => name);
const retired = "eu-west-1";

describe("the regions of a stack", function () {
  this.timeout(180_000);
  let test: TestCloud;
  let target: Target;
  let stack: LoadTestStack;

  before(async () => {
    test = await TestCloud.start({
      "onboarding:regions": regions,
      "onboarding:topicsByRegion": { [retired]: 2 },
    });
    const { endpoint, credentials } = test.cloud.vendor.options("us-east-1");
    target = {
      stack: "dev",
      prefix: "onboarding-dev",
      homeRegion: "us-east-1",
      regions,
      retiredRegions: [],
      topicsByRegion: { [retired]: 2 },
      clientOptions: { endpoint, credentials },
    };
    const link = async (region: string) => {
      const accountId = test.newAccount();
      return { accountId, ...(await createLink(test.program.onboardingUrl, { accountId, region })) };
    };
    const first = await link(retired);
    stack = await new LoadTestCustomer(test.cloud, first.accountId).createStack(first.link);
    await link("us-west-2");
  });

  after(() => test?.cloud.stop());

  it("are listed with what is in them", async () => {
    const states = await readRegions(target);
    assert.deepEqual(
      states.map(({ region }) => region),
      regions,
    );
    const of = (region: string) => states.find((state) => state.region === region);
    const offered = (region: string) => `${region} is offered: move it to onboarding:retiredRegions first`;
    const common = { offered: true, optedIn: "default", replica: "ACTIVE" };
    assert.deepEqual(of(retired), {
      ...common,
      region: retired,
      topics: 2,
      connections: { connected: 1 },
      inUse: 1,
      freeCapacity: 2 * 99 - 1,
      statements: 1,
      obstacles: [offered(retired), `1 connection in ${retired} still needs its topics`],
    });
    assert.deepEqual(of("us-west-2")?.connections, { pending: 1 });
    assert.equal(of("us-west-2")?.freeCapacity, 98);
    assert.deepEqual(of("us-east-1"), {
      ...common,
      region: "us-east-1",
      topics: 1,
      connections: {},
      inUse: 0,
      freeCapacity: 99,
      statements: 0,
      obstacles: [offered("us-east-1")],
    });
  });

  it("are no longer offered once they are retired, and still received: a stack there can be deleted", async () => {
    await test.deployment.up({
      ...test.config,
      "onboarding:regions": regions.filter((region) => region !== retired),
      "onboarding:retiredRegions": [retired],
    });
    await assert.rejects(
      createLink(test.program.onboardingUrl, { accountId: test.newAccount(), region: retired }),
      /eu-west-1/,
    );
    const after = { ...target, retiredRegions: [retired] };
    const [before] = await readRegions(after, [retired]);
    assert.equal(before?.offered, false);
    assert.deepEqual(before?.obstacles, [`1 connection in ${retired} still needs its topics`]);

    assert.equal((await stack.delete()).Status, "SUCCESS");
    await until(async () => {
      const [state] = await readRegions(after, [retired]);
      return state?.obstacles.length === 0 ? undefined : state?.obstacles.join("; ");
    });
  });
});
