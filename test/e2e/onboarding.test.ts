/** The whole way, on the embedded cloud: real bundles, IAM enforced, answers over TLS. */
import assert from "node:assert/strict";
import { DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { ListRolesCommand } from "@aws-sdk/client-iam";
import type { Template } from "../../emulator/customer/customer.js";
import { createLink } from "../../emulator/customer/onboarding-api.js";
import { ConsoleScenario } from "../../emulator/customer/scenario.js";
import { TestCloud } from "./test-cloud.js";

describe("a customer on the embedded cloud", function () {
  this.timeout(60_000);
  let test: TestCloud;

  before(async () => {
    test = await TestCloud.start();
  });

  after(() => test?.cloud.stop());

  for (const region of ["us-east-1", "eu-west-1", "ap-southeast-2"]) {
    it(`connects in ${region}, moves to a new link and leaves`, async () => {
      const scenario = new ConsoleScenario(test.cloud, test.program, {
        region,
        accountId: test.newAccount(),
      });
      await scenario.connect();
      await scenario.moveToNewLink();
      await scenario.leave();
      assert.equal(scenario.result.error, undefined);
      assert.deepEqual(
        scenario.result.steps.map(({ step }) => step),
        ["link", "role", "phone home", "connected", "moved", "left"],
      );
    });
  }

  it("gets exactly one answer to each request", async () => {
    const accountId = test.newAccount();
    const { link } = await createLink(test.program.onboardingUrl, { accountId, region: "eu-west-1" });
    const stack = await test.cloud.customer(accountId).createStack(link);
    await stack.settled();
    await stack.delete();
    await test.cloud.notifications.idle();
    assert.deepEqual(
      stack.requests.map(({ event, response, responseCount }) => [
        event.RequestType,
        response?.Status,
        responseCount,
      ]),
      [
        ["Create", "SUCCESS", 1],
        ["Delete", "SUCCESS", 1],
      ],
    );
  });

  it("in eu-west-1 has a record that us-east-1's replica shows too", async () => {
    const accountId = test.newAccount();
    const { externalId, link } = await createLink(test.program.onboardingUrl, {
      accountId,
      region: "eu-west-1",
    });
    const stack = await test.cloud.customer(accountId).createStack(link);
    const { outputs } = await stack.settled();
    const connection = await test.connection(externalId, "us-east-1");
    assert.equal(connection?.status, "connected");
    assert.equal(connection?.accountId, accountId);
    assert.equal(connection?.region, "eu-west-1");
    assert.equal(connection?.roleArn, outputs.RoleArn);
    assert.deepEqual(connection?.openStackIds, [stack.id]);
  });

  it("who is signed in to another account than the link's is told so before anything is made", async () => {
    const stranger = test.newAccount();
    const { externalId, link } = await createLink(test.program.onboardingUrl, {
      accountId: test.newAccount(),
      region: "us-east-1",
    });
    const { clients } = test.cloud.customer(stranger);
    await assert.rejects(
      test.cloud.customer(stranger).createStack(link),
      /This link was made for another AWS account than the one you are signed in to\. Sign in to that account and open the link again/,
    );
    const { Stacks } = await clients.cloudFormation("us-east-1").send(new DescribeStacksCommand({}));
    const { Roles } = await clients
      .iam("us-east-1")
      .send(new ListRolesCommand({ PathPrefix: "/onboarding/" }));
    assert.deepEqual([Stacks, Roles], [[], []]);
    assert.equal((await test.connection(externalId))?.status, "pending");
  });

  it("without a permission on the topic cannot publish, and the stack rolls back", async () => {
    const invited = test.newAccount();
    const stranger = test.newAccount();
    const { externalId, link } = await createLink(test.program.onboardingUrl, {
      accountId: invited,
      region: "us-east-1",
    });
    const bent = { parameters: { AccountId: stranger } };
    const outcome = await (await test.cloud.customer(stranger).createStack(link, bent)).settled();
    assert.equal(outcome.status, "ROLLBACK_COMPLETE");
    assert.match(outcome.reason ?? "", /not authorized to perform: sns:Publish/i);
    assert.equal((await test.connection(externalId))?.status, "pending");
  });

  it("who has a permission of its own cannot use another account's link", async () => {
    const invited = test.newAccount();
    const other = test.newAccount();
    await createLink(test.program.onboardingUrl, { accountId: other, region: "us-east-1" });
    const { externalId, link } = await createLink(test.program.onboardingUrl, {
      accountId: invited,
      region: "us-east-1",
    });
    const bent = { parameters: { AccountId: other } };
    const outcome = await (await test.cloud.customer(other).createStack(link, bent)).settled();
    assert.equal(outcome.status, "ROLLBACK_COMPLETE");
    assert.match(outcome.reason ?? "", new RegExp(`${invited}.*${other}|${other}.*${invited}`));
    assert.equal((await test.connection(externalId))?.status, "pending");
  });

  it("who creates the stack in another region than the link's is told so before anything is made", async () => {
    const accountId = test.newAccount();
    const { externalId, link } = await createLink(test.program.onboardingUrl, {
      accountId,
      region: "us-east-1",
    });
    await assert.rejects(
      test.cloud.customer(accountId).createStack(link, { region: "eu-west-1" }),
      /made for another region/,
    );
    assert.equal((await test.connection(externalId))?.status, "pending");
  });

  for (const [parameter, value] of [
    ["TrustedAccount", "999988887777"],
    ["SnsArn", "arn:aws:sns:us-east-1:999988887777:onboarding-dev-1"],
    ["ExternalId", "guessed"],
    ["GrantedTo", ""],
  ] as const) {
    it(`cannot be led to a bent ${parameter}: CloudFormation refuses the link`, async () => {
      const accountId = test.newAccount();
      const { link } = await createLink(test.program.onboardingUrl, { accountId, region: "us-east-1" });
      await assert.rejects(
        test.cloud.customer(accountId).createStack(link, { parameters: { [parameter]: value } }),
        (error: Error) => error.message.includes(parameter) || /made for another region/.test(error.message),
      );
    });
  }

  for (const [how, boundaryOf] of [
    ["name", () => "teams/boundary"],
    ["ARN", (account: string) => `arn:aws:iam::${account}:policy/teams/boundary`],
  ] as const) {
    it(`whose organization demands a permissions boundary connects with the one that the link gives by its ${how}`, async () => {
      const accountId = test.newAccount();
      const permissionsBoundary = boundaryOf(accountId);
      const { externalId, link } = await createLink(test.program.onboardingUrl, {
        accountId,
        region: "us-east-1",
        permissionsBoundary,
      });
      // ministack does not set a role's boundary: what CloudFormation would set is shown instead.
      const template = (genuine: Template): Template => ({
        ...genuine,
        Outputs: { Boundary: { Value: genuine.Resources.Role?.Properties?.PermissionsBoundary } },
      });
      const stack = await test.cloud.customer(accountId).createStack(link, { template });
      const { status, outputs } = await stack.settled();
      assert.equal(status, "CREATE_COMPLETE");
      assert.equal(outputs.Boundary, `arn:aws:iam::${accountId}:policy/teams/boundary`);
      const connection = await test.connection(externalId);
      assert.deepEqual(
        [connection?.status, connection?.permissionsBoundary],
        ["connected", permissionsBoundary],
      );
    });
  }

  it("whose Create is refused gets the reason, then a Delete, and may try the same link again", async () => {
    const accountId = test.newAccount();
    const { externalId, link } = await createLink(test.program.onboardingUrl, {
      accountId,
      region: "us-east-1",
    });
    const customer = test.cloud.customer(accountId);
    const refused = await customer.createStack(link, { parameters: { GrantedTo: "Somebody else" } });
    const outcome = await refused.settled();
    assert.equal(outcome.status, "ROLLBACK_COMPLETE");
    assert.match(outcome.reason ?? "", /Somebody else/);
    assert.deepEqual(
      refused.requests.map(({ event, response }) => [event.RequestType, response?.Status]),
      [
        ["Create", "FAILED"],
        ["Delete", "SUCCESS"],
      ],
    );
    const create = refused.requests[0];
    assert.equal(refused.requests[1]?.event.PhysicalResourceId, create?.response?.PhysicalResourceId);
    const connection = await test.connection(externalId);
    assert.equal(connection?.status, "pending");
    assert.match(String(connection?.reason), /Somebody else/);

    await refused.delete();
    const second = await (await customer.createStack(link)).settled();
    assert.equal(second.status, "CREATE_COMPLETE");
    assert.equal((await test.connection(externalId))?.status, "connected");
  });

  it("who uses a link twice keeps the first stack connected; the second fails and names it", async () => {
    const accountId = test.newAccount();
    const { externalId, link } = await createLink(test.program.onboardingUrl, {
      accountId,
      region: "us-east-1",
    });
    const customer = test.cloud.customer(accountId);
    const first = await customer.createStack(link);
    await first.settled();
    const again = new URL(link);
    again.hash = again.hash.replace(/stackName=[^&]+/, "stackName=once-more");
    const second = await (await customer.createStack(again.href)).settled();
    assert.equal(second.status, "ROLLBACK_COMPLETE");
    assert.ok(second.reason?.includes(first.id), second.reason);
    const connection = await test.connection(externalId);
    assert.equal(connection?.status, "connected");
    assert.equal(connection?.stackId, first.id);
  });
});
