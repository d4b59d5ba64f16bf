/** Many customers at once, on an embedded cloud of their own. */
import assert from "node:assert/strict";
import { mapConcurrently } from "../../emulator/concurrency.js";
import { ApiClient } from "./api-client.js";
import { TestCloud } from "./test-cloud.js";

const CUSTOMERS = 50;

/** Each concurrent invocation of a function is a process here. */
const CUSTOMERS_AT_ONCE = 8;

describe("50 customers who hold their links at the same time", function () {
  this.timeout(150_000);
  let test: TestCloud;

  before(async () => {
    test = await TestCloud.start();
  });

  after(() => test?.cloud.stop());

  it("all end connected, each with its own role", async () => {
    const api = new ApiClient(test.program.onboardingUrl);
    const regions = ["us-east-1", "eu-west-1", "ap-southeast-2"];
    const accounts = Array.from({ length: CUSTOMERS }, () => test.newAccount());
    const links = await mapConcurrently(accounts, CUSTOMERS_AT_ONCE, async (accountId, index) => {
      const { status, body } = await api.post("/connections", { accountId, region: regions[index % 3] });
      assert.equal(status, 201, JSON.stringify(body));
      return body as { externalId: string; link: string };
    });
    const roles = await mapConcurrently(links, CUSTOMERS_AT_ONCE, async ({ externalId, link }, index) => {
      const stack = await test.cloud.customer(accounts[index] ?? "").createStack(link);
      const { status, reason, outputs } = await stack.settled();
      assert.equal(status, "CREATE_COMPLETE", reason);
      const shown = await api.get(`/connections/${externalId}`);
      assert.equal(shown.body.status, "connected");
      assert.equal((await test.connection(externalId))?.roleArn, outputs.RoleArn);
      return outputs.RoleArn;
    });
    assert.equal(new Set(roles).size, CUSTOMERS);
  });
});
