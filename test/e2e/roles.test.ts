/** Roles that are not the template's, on the embedded cloud: what the probes find, and what the customer reads. */
import assert from "node:assert/strict";
import { repairTrust, trustingNobody, withTrust } from "../../bench/faults/trust-policies.js";
import { createLink } from "../../emulator/customer/onboarding-api.js";
import { TestCloud } from "./test-cloud.js";

describe("on the embedded cloud, a role", function () {
  this.timeout(60_000);
  let test: TestCloud;

  before(async () => {
    test = await TestCloud.start();
  });

  after(() => test?.cloud.stop());

  const newLink = async () => {
    const accountId = test.newAccount();
    const created = await createLink(test.program.onboardingUrl, { accountId, region: "us-east-1" });
    return { ...created, customer: test.cloud.customer(accountId) };
  };

  for (const [what, template, sentence] of [
    [
      "that can be assumed without the external ID",
      withTrust(({ Condition: _, ...statement }) => statement),
      /can be assumed without the external ID.*"sts:ExternalId": "us-east-1:.*Use our template unchanged/,
    ],
    [
      "that can be assumed with any external ID",
      withTrust((statement) => ({ ...statement, Condition: { StringLike: { "sts:ExternalId": "*" } } })),
      /can be assumed with any external ID.*"sts:ExternalId": "us-east-1:.*Use our template unchanged/,
    ],
  ] as const) {
    it(`${what} makes the stack roll back, with the sentence that says so`, async () => {
      const { externalId, link, customer } = await newLink();
      const stack = await customer.createStack(link, { template });
      const { status, reason } = await stack.settled();
      assert.equal(status, "ROLLBACK_COMPLETE");
      assert.match(reason ?? "", sentence);
      await test.cloud.notifications.idle();
      const connection = await test.connection(externalId);
      assert.equal(connection?.status, "pending");
      assert.match(String(connection?.reason), sentence);
      assert.equal(connection?.roleArn, undefined);
    });
  }

  it("that becomes assumable only after a while connects (npm run faults waits the 15 s that AWS may need)", async () => {
    const { externalId, link, customer } = await newLink();
    const started = Date.now();
    const mended = repairTrust(customer, 3).then(() => Date.now());
    const stack = await customer.createStack(link, { template: trustingNobody });
    const { status, reason } = await stack.settled();
    assert.equal(status, "CREATE_COMPLETE", reason);
    assert.ok((stack.requests[0]?.respondedAt ?? 0) >= (await mended), "it was answered too soon");
    assert.ok((await mended) - started >= 3000);
    const connection = await test.connection(externalId);
    assert.equal(connection?.status, "connected");
    assert.equal(connection?.attempts, "1");
  });
});
