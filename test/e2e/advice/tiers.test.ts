/** A vendor that offers tiers: links for each, the move from one to another and back, and the way out of a wrong one. */
import assert from "node:assert/strict";
import type { Template } from "../../../emulator/customer/customer.js";
import { poll } from "../../../emulator/poll.js";
import * as sentences from "../../../functions/domain/sentences.js";
import { readQuickCreateLink } from "../../../functions/url-generator/link.js";
import { ApiClient } from "../api-client.js";
import { TestCloud } from "../test-cloud.js";

const REGION = "us-east-1";

const GRANTS = {
  actions: ["ec2:Describe*"],
  tiers: [{ name: "read" }, { name: "manage", actions: ["ec2:StopInstances"] }],
};

describe("On the embedded cloud, with tiers", function () {
  this.timeout(60_000);
  let test: TestCloud;
  let api: ApiClient;

  before(async () => {
    test = await TestCloud.start({ "onboarding:grants": GRANTS });
    api = new ApiClient(test.program.onboardingUrl);
  });

  after(() => test?.cloud.stop());

  const newLink = async (tier?: string) => {
    const accountId = test.newAccount();
    const { status, body } = await api.post("/connections", { accountId, region: REGION, tier });
    assert.equal(status, 201, body.detail);
    return { ...body, customer: test.cloud.customer(accountId) };
  };
  const read = async ({ externalId }: { externalId: string }) =>
    (await api.get(`/connections/${externalId}`)).body;
  const ask = ({ externalId }: { externalId: string }, tier: string) =>
    api.send(
      "PUT",
      `/connections/${externalId}/tier`,
      { "Content-Type": "application/json" },
      JSON.stringify({ tier }),
    );
  /** What an update changes is written when its response was accepted: CloudFormation can be faster. */
  const untilTier = (link: { externalId: string }, tier: string) =>
    poll(
      async () => {
        const connection = await read(link);
        return connection.tier === tier ? connection : undefined;
      },
      { timeoutSeconds: 20, failure: () => `${link.externalId} did not move to ${tier}.` },
    );
  const urlIn = (update: string) => {
    const [, query = ""] = new URL(update).hash.split("?", 2);
    return new URLSearchParams(query).get("templateURL") ?? "";
  };

  it("says what each tier adds, and takes no other", async () => {
    const { body } = await api.get("/grants");
    assert.deepEqual(
      body.tiers.map(({ name, actions }: { name: string; actions: string[] }) => [name, actions]),
      [
        ["read", []],
        ["manage", ["ec2:StopInstances"]],
      ],
    );
    const accountId = test.newAccount();
    const rejected = await api.post("/connections", { accountId, region: REGION, tier: "admin" });
    assert.equal(rejected.status, 400);
    assert.equal(rejected.body.detail, 'tier "admin" does not exist: choose one of read, manage.');
  });

  it("a link for no tier is for the first one; its stack moves to another by an update, and back", async () => {
    const link = await newLink();
    assert.equal(link.tier, "read");
    assert.deepEqual(link.stack.parameters, readQuickCreateLink(link.link).parameters);
    const tooEarly = await ask(link, "manage");
    assert.equal(tooEarly.status, 409);

    const stack = await link.customer.createStack(link.link);
    assert.equal((await stack.settled()).status, "CREATE_COMPLETE");
    assert.equal((await read(link)).update, undefined);

    const { update } = (await ask(link, "manage")).body;
    assert.deepEqual([update.tier, update.added, update.removed], ["manage", ["EC2: stop instances"], []]);
    assert.equal((await stack.update({ templateUrl: urlIn(update.link) })).status, "UPDATE_COMPLETE");
    assert.equal((await untilTier(link, "manage")).update, undefined);

    const back = (await ask(link, "read")).body.update;
    assert.deepEqual(back.removed, ["EC2: stop instances"]);
    assert.equal((await stack.update({ templateUrl: urlIn(back.link) })).status, "UPDATE_COMPLETE");
    await untilTier(link, "read");
  });

  it("a stack of another tier's template fails, and the advice to open the link again works", async () => {
    const link = await newLink("read");
    const wrong = await link.customer.createStack(link.link, {
      template: (template: Template) => withTier(template, "manage"),
    });
    const { status, reason = "" } = await wrong.settled();
    assert.equal(status, "ROLLBACK_COMPLETE");
    assert.ok(reason.includes(sentences.wrongTier("read", "manage")), reason);

    await wrong.delete();
    const again = await link.customer.createStack(link.link);
    assert.equal((await again.settled()).status, "CREATE_COMPLETE");
    assert.equal((await test.untilStatus(link.externalId, "connected")).tier, "read");
  });

  it("a connected stack that moves to a tier nobody asked for is taken back by CloudFormation", async () => {
    const manage = await newLink("manage");
    const link = await newLink("read");
    const stack = await link.customer.createStack(link.link);
    assert.equal((await stack.settled()).status, "CREATE_COMPLETE");
    const { status } = await stack.update({ templateUrl: manage.stack.templateUrl });
    assert.equal(status, "UPDATE_ROLLBACK_COMPLETE");
    assert.equal((await read(link)).tier, "read");
  });
});

/** The template as somebody else's would be. */
function withTier(template: Template, Tier: string): Template {
  const changed = JSON.parse(JSON.stringify(template));
  changed.Resources.Connection.Properties.Tier = Tier;
  return changed;
}
