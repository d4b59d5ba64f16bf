/** Customers who choose: a tier of grants, and a tool to create the stack with, whose text is run where the tool can be had. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Browser } from "playwright-core";
import { pythonProgram } from "../../../emulator/aws/python.js";
import { ConsoleStandIn } from "../../../emulator/console/console.js";
import { OnboardingSite } from "../../../emulator/console/onboarding-site.js";
import { ApiClient } from "../api-client.js";
import { TestCloud } from "../test-cloud.js";
import { launchBrowser } from "./browser.js";
import { Visitor } from "./visitor.js";

const GRANTS = {
  actions: ["ec2:Describe*"],
  tiers: [{ name: "read" }, { name: "manage", actions: ["ec2:StopInstances"] }],
};

describe("on the onboarding page, choices", function () {
  this.timeout(60_000);
  let test: TestCloud;
  let browser: Browser;
  let standIn: ConsoleStandIn;
  let site: OnboardingSite;
  let folder: string;
  let visitor: Visitor;

  before(async () => {
    const config = { "onboarding:grants": GRANTS };
    [test, browser] = await Promise.all([TestCloud.start(config), launchBrowser()]);
    standIn = await ConsoleStandIn.start(test.cloud);
    site = await OnboardingSite.start(test.program.onboardingUrl, standIn);
    folder = await mkdtemp(join(tmpdir(), "onboarding-tools-"));
  });

  after(async () => {
    await browser?.close();
    await site?.stop();
    await standIn?.stop();
    await test?.cloud.stop();
    await rm(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    visitor = await Visitor.open(browser, `${site.url}/`, {
      permissions: ["clipboard-read", "clipboard-write"],
    });
  });

  afterEach(() => visitor.leave());

  it("tools have a tab each, which arrow keys reach, with a text that can be copied", async () => {
    await visitor.createLink(test.newAccount(), "ireland");
    const { page } = visitor;
    await page.getByRole("tab", { name: "AWS console" }).focus();
    for (const name of ["AWS CLI", "Terraform", "Pulumi", "CDK"]) {
      await page.keyboard.press("ArrowRight");
      const tab = page.getByRole("tab", { name });
      assert.equal(await tab.getAttribute("aria-selected"), "true", name);
      assert.equal(await tab.evaluate("document.activeElement.textContent"), name);
      await visitor.isAccessible(name);
      await page.getByRole("button", { name: "Copy text" }).click();
      const copied = await page.evaluate("navigator.clipboard.readText()");
      assert.equal(copied, await page.locator("#tool-code").textContent());
      await page.getByRole("button", { name: "Copied" }).waitFor();
      await tab.focus();
    }
    await page.keyboard.press("ArrowRight");
    await page.getByRole("button", { name: "Continue with my own role" }).waitFor();
    await visitor.isAccessible("own role");
    await page.keyboard.press("ArrowRight");
    await page.getByRole("link", { name: "Open AWS console" }).waitFor();
  });

  it("a link is for the tier that the visitor chose, and the page says what that grants", async () => {
    const { page } = visitor;
    const granted = page.locator("#access .grants:visible", { hasText: "stop instances" });
    assert.equal(await granted.count(), 0);
    await page.getByLabel("Manage").check();
    await granted.waitFor();
    await visitor.isAccessible("tiers");
    await visitor.createLink(test.newAccount(), "ireland");
    const { body } = await new ApiClient(test.program.onboardingUrl).get(
      `/connections/${visitor.externalId}`,
    );
    assert.equal(body.tier, "manage");
    await page.reload();
    await visitor.sees("Your link is ready");
    await granted.waitFor();
  });

  it("the update of a stack says what it adds, and is gone once the stack has it", async () => {
    const { page } = visitor;
    const accountId = test.newAccount();
    await visitor.createLink(accountId, "ireland");
    const api = new ApiClient(test.program.onboardingUrl);
    const path = `/connections/${visitor.externalId}`;
    const { link } = (await api.get(path)).body;
    const stack = await test.cloud.customer(accountId).createStack(link);
    assert.equal((await stack.settled()).status, "CREATE_COMPLETE");
    await visitor.sees("Your account is connected");
    const update = page.locator("#update");
    assert.equal(await update.isVisible(), false);

    const json = { "Content-Type": "application/json" };
    const asked = await api.send("PUT", `${path}/tier`, json, JSON.stringify({ tier: "manage" }));
    await page.reload();
    await update.getByText("EC2: stop instances").waitFor();
    await visitor.isAccessible("update");
    const open = update.getByRole("link", { name: "Update in the AWS console" });
    assert.equal(await open.getAttribute("href"), asked.body.update.link);
    const { templateUrl } = asked.body.update;
    assert.equal(await page.locator("#update-template").textContent(), templateUrl);
    const german = await api.send("GET", path, { "Accept-Language": "de-AT" });
    assert.deepEqual(german.body.update.added, [
      "EC2: Instances, Volumes, Images und Netzwerke (StopInstances)",
    ]);

    assert.equal((await stack.update({ templateUrl })).status, "UPDATE_COMPLETE");
    await update.waitFor({ state: "hidden" });
    await page.locator("#status", { hasText: "Your stack is up to date." }).waitFor({ state: "attached" });
  });

  it("the AWS CLI's text connects the account", async () => {
    const accountId = test.newAccount();
    await visitor.createLink(accountId, "ireland");
    await visitor.page.getByRole("tab", { name: "AWS CLI" }).click();
    const text = (await visitor.page.locator("#tool-code").textContent()) ?? "";
    await shell(text, accountId);
    await visitor.sees("Your account is connected");
  });

  it("a role of the customer's own is made with the AWS CLI's text, named, and removed again", async () => {
    const { page } = visitor;
    const accountId = test.newAccount();
    await visitor.createLink(accountId, "ireland");
    const link = visitor.externalId;
    await page.getByRole("tab", { name: "My own role" }).click();
    await page.getByRole("button", { name: "Continue with my own role" }).click();
    await visitor.sees("Your connection is prepared");
    await visitor.isAccessible("own role, pending");
    const api = new ApiClient(test.program.onboardingUrl);
    assert.equal((await api.get(`/connections/${link}`)).body.status, "cancelled");

    await page.getByRole("button", { name: "Connect role" }).click();
    await page.getByText("Enter the ARN of the role.").waitFor();
    await page.getByLabel("Role ARN").fill(`arn:aws:iam::999988887777:role/onboarding/dev/x`);
    await page.getByRole("button", { name: "Connect role" }).click();
    await page.getByText("roleArn names a role of the AWS account 999988887777").waitFor();
    await visitor.isAccessible("own role, of another account");

    const { stdout } = await shell((await page.locator("#role-cli").textContent()) ?? "", accountId);
    const [arn = "", id] = stdout.trim().split("\n").at(-1)?.split("\t") ?? [];
    assert.match(arn, new RegExp(`^arn:aws:iam::${accountId}:role/onboarding/dev/`));
    assert.match(id ?? "", /^AROA/);
    await page.getByLabel("Role ARN").fill(arn);
    await page.getByRole("button", { name: "Connect role" }).click();
    await visitor.sees("Your account is connected");
    await visitor.isAccessible("own role, connected");

    await page.getByRole("button", { name: "Remove this connection" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove this connection" }).click();
    await visitor.sees("This connection has ended");
    await page.getByText("The role in your account is no longer used. You can delete it.").waitFor();
    await visitor.isAccessible("own role, removed");
  });

  const shell = (command: string, accountId: string) =>
    promisify(execFile)("bash", ["-ec", command], {
      env: {
        PATH: `${join(pythonProgram("aws"), "..")}:${process.env.PATH}`,
        HOME: folder,
        AWS_ENDPOINT_URL: test.cloud.endpoint,
        // With an endpoint of its own, the CLI wants one for IAM, too.
        AWS_DEFAULT_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: accountId,
        AWS_SECRET_ACCESS_KEY: test.cloud.secretAccessKey,
      },
    });
});
