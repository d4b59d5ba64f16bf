/** Follows the advice that an organization's administrator reads, and sees it work. */
import assert from "node:assert/strict";
import { CustomerOrganization } from "../../../emulator/customer/customer-organization.js";
import * as sentences from "../../../functions/domain/sentences.js";
import { ApiClient } from "../api-client.js";
import { TestCloud } from "../test-cloud.js";

const REGION = "us-east-1";

describe("On the embedded cloud, the advice to an organization's administrator", function () {
  this.timeout(60_000);
  let test: TestCloud;
  let api: ApiClient;

  before(async () => {
    test = await TestCloud.start();
    api = new ApiClient(test.program.onboardingUrl);
  });

  after(() => test?.cloud.stop());

  const newLink = async (accountId: string, what: "connections" | "organizations" = "organizations") => {
    const { status, body } = await api.post(`/${what}`, { accountId, region: REGION });
    assert.equal(status, 201, body.detail);
    return body as { readonly externalId: string; readonly link: string };
  };

  /** Why the stack of a link failed; it is deleted then, as every such sentence says. */
  const failed = async (accountId: string, link: string): Promise<string> => {
    const stack = await test.cloud.customer(accountId).createStack(link);
    const { status, reason = "" } = await stack.settled();
    assert.equal(status, "ROLLBACK_COMPLETE");
    assert.equal((await stack.delete()).status, "DELETE_COMPLETE");
    return reason;
  };

  const connects = async (accountId: string, link: string, externalId: string) => {
    const stack = await test.cloud.customer(accountId).createStack(link);
    const { status, reason } = await stack.settled();
    assert.equal(status, "CREATE_COMPLETE", reason);
    await test.untilStatus(externalId, "connected");
  };

  it("to ask for a link for one account works where there is no organization", async () => {
    const accountId = test.newAccount();
    const { link } = await newLink(accountId);
    const reason = await failed(accountId, link);
    assert.ok(reason.includes(sentences.noOrganization(accountId)), reason);
    const own = await newLink(accountId, "connections");
    await connects(accountId, own.link, own.externalId);
  });

  it("to activate trusted access works, and the link is still good", async () => {
    const management = test.newAccount();
    const organization = await CustomerOrganization.create(test.cloud.accounts, management);
    const { link, externalId } = await newLink(management);
    const reason = await failed(management, link);
    assert.ok(reason.includes(sentences.noTrustedAccess(management)), reason);
    await organization.trustStackSets();
    await connects(management, link, externalId);
  });

  it("to register the account as a delegated administrator works, and so does a link for the management account", async () => {
    const [management, member, other] = [test.newAccount(), test.newAccount(), test.newAccount()];
    const organization = await CustomerOrganization.create(test.cloud.accounts, management);
    await organization.trustStackSets();
    await organization.join(member);
    await organization.join(other);
    const { link, externalId } = await newLink(member);
    const reason = await failed(member, link);
    assert.ok(reason.includes(sentences.notAnAdministrator(member, management)), reason);
    await organization.delegate(member);
    await connects(member, link, externalId);
    const whole = await newLink(management);
    await connects(management, whole.link, whole.externalId);
  });

  it("to enable all features is what the stack of an organization without them reads", async () => {
    const management = test.newAccount();
    await CustomerOrganization.create(test.cloud.accounts, management, "CONSOLIDATED_BILLING");
    const { link } = await newLink(management);
    const reason = await failed(management, link);
    assert.match(reason, /has consolidated billing only, and StackSets need all features/);
  });

  it("to open the link again works for a stack that was made from the template for one account, and the other way round", async () => {
    const management = test.newAccount();
    const organization = await CustomerOrganization.create(test.cloud.accounts, management);
    await organization.trustStackSets();
    const whole = await newLink(management);
    const one = await newLink(management, "connections");
    const swapped = (link: string, other: string) => {
      const templateOf = (text: string) => /templateURL=([^&]+)/.exec(text)?.[1] ?? "";
      return link.replace(templateOf(link), templateOf(other));
    };
    const wrong = await failed(management, swapped(whole.link, one.link));
    assert.ok(wrong.includes(sentences.ORGANIZATION_LINK), wrong);
    const alsoWrong = await failed(management, swapped(one.link, whole.link));
    assert.ok(alsoWrong.includes(sentences.ACCOUNT_LINK), alsoWrong);
    await connects(management, whole.link, whole.externalId);
    await connects(management, one.link, one.externalId);
  });
});
