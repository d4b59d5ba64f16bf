/** A vendor deploys a new template: is told once of each stack that lacks it, and the stack is updated by a tool. */
import assert from "node:assert/strict";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { explain } from "../../client/cli/explanation.js";
import {
  TEMPLATE_OUTDATED_DETAIL_TYPE,
  TemplateOutdated,
} from "../../functions/changes/template-outdated.js";
import type { Connection } from "../../functions/domain/connection.js";
import { healthNameOf } from "../../functions/domain/names.js";
import { ApiClient } from "./api-client.js";
import { signIn } from "./sign-in.js";
import { TestCloud } from "./test-cloud.js";
import { VendorEvents } from "./vendor-events.js";

const REGION = "eu-west-1";
const grants = (...actions: readonly string[]) => ({
  "onboarding:grants": { actions: ["ec2:Describe*", ...actions] },
});

describe("On the embedded cloud, a vendor who deploys a new template", function () {
  this.timeout(120_000);
  let test: TestCloud;
  let api: ApiClient;
  let events: VendorEvents<TemplateOutdated>;

  before(async () => {
    test = await TestCloud.start(grants());
    api = new ApiClient(test.program.onboardingUrl);
    events = await VendorEvents.listen(test, TEMPLATE_OUTDATED_DETAIL_TYPE, TemplateOutdated);
  });

  after(() => test?.cloud.stop());

  const deploy = (...actions: readonly string[]) =>
    test.deployment.up({ ...test.config, ...grants(...actions) });
  const probe = (...externalIds: readonly string[]) =>
    test.cloud.vendor.lambda(REGION).send(
      new InvokeCommand({
        FunctionName: healthNameOf("onboarding-dev"),
        Payload: JSON.stringify({ externalIds }),
      }),
    );
  const connect = async () => {
    const accountId = test.newAccount();
    const { body } = await api.post("/connections", { accountId, region: REGION });
    const stack = await test.cloud.customer(accountId).createStack(body.link);
    assert.equal((await stack.settled()).status, "CREATE_COMPLETE");
    return { accountId, stack, externalId: String(body.externalId), name: String(body.stack.name) };
  };
  const versionOf = async (externalId: string) =>
    String((await test.untilStatus(externalId, "connected")).templateVersion);
  const updateOf = async (externalId: string) => (await api.get(`/connections/${externalId}`)).body.update;

  it("hears once that a stack lacks it, and the customer's script updates the stack", async () => {
    const { accountId, externalId, name } = await connect();
    const former = await versionOf(externalId);
    await probe(externalId);
    assert.equal(await updateOf(externalId), undefined);

    await deploy("ec2:StopInstances");
    await probe(externalId);
    const { templateVersion, currentTemplateVersion } = await events.until(externalId, () => true);
    assert.equal(templateVersion, former);
    const record = (await test.connection(externalId)) as unknown as Connection;
    const { now, next } = explain(record, [], [], new Date());
    assert.ok(now.includes(former) && now.includes(currentTemplateVersion), now);
    assert.match(next, /onboarding outdated/);
    assert.deepEqual((await updateOf(externalId)).added, ["EC2: stop instances"]);

    const run = await signIn(test, accountId);
    const { stdout } = await run("examples/aws-cli.sh", ["update", REGION, name]);
    assert.match(stdout, /^Updated\.$/m);
    assert.equal(await versionOf(externalId), currentTemplateVersion);
    assert.equal(await updateOf(externalId), undefined);
    const again = await run("examples/aws-cli.sh", ["update", REGION, name]);
    assert.equal(again.stdout, `The stack ${name} is up to date.\n`);

    // One that comes now would come after those that should not have.
    const other = await connect();
    await deploy("ec2:StopInstances", "ec2:StartInstances");
    await probe(other.externalId);
    await events.until(other.externalId, () => true);
    assert.equal(events.heard.filter((one) => one.externalId === externalId).length, 1);

    await probe(externalId);
    await events.until(externalId, (event) => event.templateVersion === currentTemplateVersion);
  });
});
