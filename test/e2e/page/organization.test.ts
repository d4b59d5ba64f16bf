/** A customer who connects a whole organization on the page: a real Chromium, the real API, and a stack with its StackSet. */
import assert from "node:assert/strict";
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Browser } from "playwright-core";
import { ConsoleStandIn } from "../../../emulator/console/console.js";
import { OnboardingSite } from "../../../emulator/console/onboarding-site.js";
import { CustomerOrganization } from "../../../emulator/customer/customer-organization.js";
import { keyOf, toAttribute } from "../../../functions/domain/connection-item.js";
import { TestCloud } from "../test-cloud.js";
import { launchBrowser } from "./browser.js";
import { createStack, Visitor } from "./visitor.js";

describe("on the onboarding page, a whole organization", function () {
  this.timeout(60_000);
  let test: TestCloud;
  let browser: Browser;
  let standIn: ConsoleStandIn;
  let site: OnboardingSite;

  before(async () => {
    const regions = ["us-east-1", "eu-west-1", "af-south-1"];
    [test, browser] = await Promise.all([
      TestCloud.start({ "onboarding:regions": regions }),
      launchBrowser(),
    ]);
    standIn = await ConsoleStandIn.start(test.cloud);
    site = await OnboardingSite.start(test.program.onboardingUrl, standIn);
  });

  after(async () => {
    await browser?.close();
    await site?.stop();
    await standIn?.stop();
    await test?.cloud.stop();
  });

  it("connects, shows how far its accounts are, and is looked at again", async () => {
    const management = test.newAccount();
    const organization = await CustomerOrganization.create(test.cloud.accounts, management);
    await organization.trustStackSets();
    const visitor = await Visitor.open(browser, `${site.url}/`);
    const { page } = visitor;
    assert.equal(await page.getByText("Have three things ready").isVisible(), false);
    await page.getByRole("radio", { name: "Whole organization" }).check();
    await page.getByText("Have three things ready").waitFor();
    await page.getByText("Advanced").click();
    await page.getByText("a managed policy that each of its accounts has, not an ARN").waitFor();
    await visitor.isAccessible("start, for an organization");
    await page.getByRole("combobox", { name: "Region" }).fill("Africa");
    await page.getByText("No matching region").waitFor();
    await visitor.createLink(management, "eu-west-1");
    assert.equal(await page.getByRole("tab", { name: "My own role" }).isVisible(), false);
    await page.locator("dd").getByText("Whole organization").waitFor();
    await page.locator("#stack-help summary").click();
    await page.locator("#rights-whole", { hasText: "StackSets" }).waitFor();
    await visitor.isAccessible("the link of an organization");

    const { externalId } = visitor;
    const record = await test.connection(externalId);
    assert.equal(record?.kind, "organization");
    assert.equal(await createStack(await visitor.openConsole()), "CREATE_COMPLETE");
    await visitor.sees("Your organization is connected");

    await test.cloud.vendor.dynamoDB("eu-west-1").send(
      new UpdateItemCommand({
        TableName: test.program.tableName,
        Key: keyOf(externalId),
        UpdateExpression: "SET #counts = :counts, #reasons = :reasons, #listedAt = :listedAt",
        ExpressionAttributeNames: { "#counts": "counts", "#reasons": "reasons", "#listedAt": "listedAt" },
        ExpressionAttributeValues: {
          ":counts": toAttribute({ connected: 4812, awaited: 188 }),
          ":reasons": toAttribute({ "A service control policy denies it.": 181 }),
          ":listedAt": toAttribute("2026-01-01T00:00:00.000Z"),
        },
      }),
    );
    await page.getByRole("button", { name: "Look again" }).click();
    await page.getByText("4,812 of 5,000 accounts are connected").waitFor();
    await page.getByText("The accounts will be listed again within a minute.").waitFor();
    await page.getByRole("cell", { name: "A service control policy denies it." }).waitFor();
    const progress = page.getByRole("progressbar");
    assert.deepEqual(
      [await progress.getAttribute("value"), await progress.getAttribute("max")],
      ["4812", "5000"],
    );
    await visitor.isAccessible("an organization that is connected");
    await page.goto(`${site.url}/`);
    await page
      .locator("#own-list", { hasText: "Europe (Ireland) – whole organization – connected since" })
      .waitFor();
    await visitor.leave();
  });

  it("is suggested the nearest region that its stack can be in", async () => {
    const visitor = await Visitor.open(browser, `${site.url}/`, { timezoneId: "Africa/Johannesburg" });
    const { page } = visitor;
    const region = page.getByRole("combobox", { name: "Region" });
    const code = () => page.locator("#region-code").textContent();
    await page.locator("#region-code", { hasText: "af-south-1" }).waitFor();
    await page.getByRole("radio", { name: "Whole organization" }).check();
    assert.deepEqual([await region.inputValue(), await code()], ["Europe (Ireland)", "eu-west-1"]);
    await page.getByText("Suggested because it is nearest to you.").waitFor();
    await page.getByRole("radio", { name: "One account" }).check();
    assert.equal(await code(), "eu-west-1", "what was chosen stays");
    await visitor.leave();
  });

  it("is suggested no region where the nearest one is not known", async () => {
    const visitor = await Visitor.open(browser, `${site.url}/`, { timezoneId: "UTC" });
    const { page } = visitor;
    await page.getByRole("radio", { name: "Whole organization" }).check();
    assert.equal(await page.getByRole("combobox", { name: "Region" }).inputValue(), "");
    await visitor.leave();
  });
});
