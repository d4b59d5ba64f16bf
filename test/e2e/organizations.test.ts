/** Whole organizations on the embedded cloud: one stack connects the accounts, and they come and go without anybody doing anything. */
import assert from "node:assert/strict";
import type { StackChanges } from "../../emulator/customer/customer.js";
import { CustomerOrganization } from "../../emulator/customer/customer-organization.js";
import { runScheduled } from "../../emulator/deploy/scheduled.js";
import { memberExternalId } from "../../functions/domain/external-id.js";
import { ApiClient } from "./api-client.js";
import { until } from "./capacity/topics.js";
import { TestCloud } from "./test-cloud.js";

const REGION = "eu-west-1";

/** What can be done in a deployment that organizations connect to. */
function inCloud(test: TestCloud) {
  const api = new ApiClient(test.program.onboardingUrl);

  /** Runs a function that a rule runs each minute. */
  const run = (name: "organizations" | "health") =>
    runScheduled(test.cloud.vendor, REGION, `onboarding-dev-${name}`);

  /** An organization of so many member accounts, whose administrator lets StackSets deploy. */
  const create = async (members: number, isTrusted = true) => {
    const organization = await CustomerOrganization.create(test.cloud.accounts, test.newAccount());
    const joined: string[] = [];
    for (let index = 0; index < members; index++) {
      joined.push(test.newAccount());
      await organization.join(joined.at(-1) ?? "");
    }
    if (isTrusted) await organization.trustStackSets(true, REGION);
    return { organization, members: joined };
  };

  const link = async (accountId: string) => {
    const { status, body } = await api.post("/organizations", { accountId, region: REGION });
    assert.equal(status, 201, JSON.stringify(body));
    return body as { externalId: string; link: string };
  };

  const show = async (externalId: string) => {
    const { status, body } = await api.get(`/organizations/${encodeURIComponent(externalId)}`);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };

  /** Lets the time come at which the accounts are listed next. */
  const listAgain = async (externalId: string) => {
    await test.set(externalId, { nextListingAt: new Date(0).toISOString() });
    await run("organizations");
  };

  const createStack = async (accountId: string, url: string, changes?: StackChanges) => {
    const stack = await test.cloud.customer(accountId).createStack(url, changes);
    return { stack, outcome: await stack.settled() };
  };

  const statusOf = async (externalId: string, accountId: string) =>
    (await test.connection(memberExternalId(externalId, accountId)))?.status;

  const untilStatus = (externalId: string, accountId: string, status: string) =>
    until(async () => {
      await run("health");
      const found = await statusOf(externalId, accountId);
      return found === status ? undefined : `${accountId} is ${String(found)}, not ${status}`;
    });

  return { api, run, create, link, show, listAgain, createStack, statusOf, untilStatus };
}

describe("on the embedded cloud, an organization", function () {
  this.timeout(180_000);
  let test: TestCloud;
  let cloud: ReturnType<typeof inCloud>;

  before(async () => {
    test = await TestCloud.start({ "onboarding:regions": ["us-east-1", REGION] });
    cloud = inCloud(test);
  });

  after(() => test?.cloud.stop());

  it("of 40 accounts connects with one stack, changes without anybody doing anything, and ends", async () => {
    const { organization, members } = await cloud.create(39);
    const [forbidden = "", leaving = "", closing = "", ...others] = members;
    await organization.forbidRoles(forbidden);
    const { externalId, link } = await cloud.link(organization.managementAccount);
    const { stack, outcome } = await cloud.createStack(organization.managementAccount, link);
    assert.equal(outcome.status, "CREATE_COMPLETE", outcome.reason);

    await test.untilStatus(externalId, "connected");
    await organization.throttle(1);
    await cloud.run("organizations");
    for (const accountId of [leaving, closing, ...others]) {
      await cloud.untilStatus(externalId, accountId, "connected");
    }
    await cloud.listAgain(externalId);
    const shown = await cloud.show(externalId);
    assert.deepEqual(
      [shown.counts.connected, shown.counts.awaited, shown.total],
      [38, 1, 39],
      JSON.stringify(shown),
    );
    const denied = await test.connection(memberExternalId(externalId, forbidden));
    assert.equal(denied?.status, "awaited");
    assert.match(String(denied?.reason), /not authorized to perform: iam:CreateRole with an explicit deny/);

    const late = test.newAccount();
    await organization.join(late);
    await until(async () => {
      await cloud.listAgain(externalId);
      await cloud.run("health");
      return (await cloud.statusOf(externalId, late)) === "connected"
        ? undefined
        : "who joined is not connected";
    });

    await organization.remove(leaving);
    await organization.close(closing);
    await cloud.listAgain(externalId);
    for (const accountId of [leaving, closing]) {
      assert.notEqual(await cloud.statusOf(externalId, accountId), "disconnected", "one listing ends nobody");
      const halfAnHourAgo = new Date(Date.now() - 31 * 60_000).toISOString();
      await test.set(memberExternalId(externalId, accountId), { missingSince: halfAnHourAgo });
    }
    await cloud.listAgain(externalId);
    for (const accountId of [leaving, closing]) {
      const gone = await test.connection(memberExternalId(externalId, accountId));
      assert.deepEqual([gone?.status, gone?.endedBy], ["disconnected", "organization"]);
    }
    assert.equal(await cloud.statusOf(externalId, late), "connected");

    const listed = await cloud.api.get(
      `/organizations/${encodeURIComponent(externalId)}/members?status=awaited`,
    );
    assert.deepEqual(
      listed.body.members.map(({ accountId }: { accountId: string }) => accountId).sort(),
      [forbidden, organization.managementAccount].sort(),
      JSON.stringify(listed.body),
    );

    assert.equal((await stack.delete()).status, "DELETE_COMPLETE");
    await test.untilStatus(externalId, "disconnected");
    await cloud.listAgain(externalId);
    for (const accountId of [forbidden, late, ...others]) {
      const ended = await test.connection(memberExternalId(externalId, accountId));
      assert.deepEqual([ended?.status, ended?.endedBy], ["disconnected", "organization"], accountId);
    }
  });

  it("connects from a delegated administrator's account, with nothing in the management account", async () => {
    const { organization, members } = await cloud.create(2);
    const [administrator = "", other = ""] = members;
    await organization.delegate(administrator);
    const { externalId, link } = await cloud.link(administrator);
    const { stack, outcome } = await cloud.createStack(administrator, link);
    assert.equal(outcome.status, "CREATE_COMPLETE", outcome.reason);
    await test.untilStatus(externalId, "connected");
    await cloud.run("organizations");
    await cloud.untilStatus(externalId, other, "connected");
    await cloud.untilStatus(externalId, administrator, "connected");
    assert.notEqual(await cloud.statusOf(externalId, organization.managementAccount), "connected");
    assert.equal((await stack.delete()).status, "DELETE_COMPLETE");
  });

  for (const [what, prepare, sentence] of [
    [
      "that does not trust StackSets yet",
      () => cloud.create(1, false).then(({ organization }) => organization.managementAccount),
      /"Activate trusted access"; enabling it in AWS Organizations is not enough/,
    ],
    [
      "that is none",
      async () => test.newAccount(),
      /belongs to no organization.*ask for a link for one account/,
    ],
    [
      "of a plain member",
      () => cloud.create(1).then(({ members: [member = ""] }) => member),
      /may not deploy to its organization.*ask for a link for the management account/,
    ],
    [
      "with consolidated billing only",
      async () => {
        const account = test.newAccount();
        await CustomerOrganization.create(test.cloud.accounts, account, "CONSOLIDATED_BILLING");
        return account;
      },
      /has consolidated billing only/,
    ],
  ] as const) {
    it(`${what} fails with the sentence that says what to do`, async () => {
      const accountId = await prepare();
      const { externalId, link } = await cloud.link(accountId);
      const { outcome } = await cloud.createStack(accountId, link);
      assert.equal(outcome.status, "ROLLBACK_COMPLETE");
      assert.match(outcome.reason ?? "", sentence);
      assert.equal((await test.connection(externalId))?.status, "pending");
    });
  }

  it("that was told to trust StackSets connects with the same link afterwards", async () => {
    const { organization, members } = await cloud.create(1, false);
    const { externalId, link } = await cloud.link(organization.managementAccount);
    const first = await cloud.createStack(organization.managementAccount, link);
    assert.equal(first.outcome.status, "ROLLBACK_COMPLETE");
    await organization.trustStackSets(true, REGION);
    await first.stack.delete();
    const second = await cloud.createStack(organization.managementAccount, link);
    assert.equal(second.outcome.status, "CREATE_COMPLETE", second.outcome.reason);
    await test.untilStatus(externalId, "connected");
    await cloud.run("organizations");
    await cloud.untilStatus(externalId, members[0] ?? "", "connected");
  });

  it("connects its management account, too, if the parameter says so", async () => {
    const { organization } = await cloud.create(1);
    const { externalId, link } = await cloud.link(organization.managementAccount);
    const { outcome } = await cloud.createStack(organization.managementAccount, link, {
      parameters: { IncludeThisAccount: "yes" },
    });
    assert.equal(outcome.status, "CREATE_COMPLETE", outcome.reason);
    await test.untilStatus(externalId, "connected");
    await cloud.run("organizations");
    await cloud.untilStatus(externalId, organization.managementAccount, "connected");
  });
});

describe("on the embedded cloud, an organization whose connection has to be confirmed", function () {
  this.timeout(120_000);
  let test: TestCloud;

  before(async () => {
    test = await TestCloud.start({
      "onboarding:regions": ["us-east-1", REGION],
      "onboarding:confirmation": "code",
    });
  });

  after(() => test?.cloud.stop());

  it("is not listed before the code was entered, and is afterwards", async () => {
    const cloud = inCloud(test);
    const { organization, members } = await cloud.create(1);
    const { externalId, link } = await cloud.link(organization.managementAccount);
    const { outcome } = await cloud.createStack(organization.managementAccount, link);
    assert.equal(outcome.status, "CREATE_COMPLETE", outcome.reason);
    await test.untilStatus(externalId, "connected");
    await cloud.listAgain(externalId);
    await cloud.run("organizations");
    assert.equal(await cloud.statusOf(externalId, members[0] ?? ""), undefined);

    const code = outcome.outputs.ConfirmationCode ?? "";
    const path = `/connections/${encodeURIComponent(externalId)}/confirmation`;
    const confirmed = await cloud.api.post(path, { code });
    assert.equal(confirmed.status, 200, JSON.stringify(confirmed.body));
    await cloud.run("organizations");
    await cloud.untilStatus(externalId, members[0] ?? "", "connected");
  });
});
