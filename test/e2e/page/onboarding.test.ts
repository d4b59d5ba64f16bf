/** Customers on the onboarding page: a real Chromium, the real API, and stacks in their own accounts. */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { ConsoleStandIn } from "../../../emulator/console/console.js";
import { OnboardingSite } from "../../../emulator/console/onboarding-site.js";
import type { Template } from "../../../emulator/customer/customer.js";
import { createLink } from "../../../emulator/customer/onboarding-api.js";
import { readQuickCreateLink } from "../../../functions/url-generator/link.js";
import { TestCloud } from "../test-cloud.js";
import { launchBrowser } from "./browser.js";
import { createStack, Visitor } from "./visitor.js";

describe("on the onboarding page", function () {
  this.timeout(60_000);
  let test: TestCloud;
  let browser: Browser;
  let standIn: ConsoleStandIn;
  let site: OnboardingSite;
  const visitors: Visitor[] = [];

  before(async () => {
    [test, browser] = await Promise.all([TestCloud.start(), launchBrowser()]);
    standIn = await ConsoleStandIn.start(test.cloud);
    site = await OnboardingSite.start(test.program.onboardingUrl, standIn);
  });

  after(async () => {
    await browser?.close();
    await site?.stop();
    await standIn?.stop();
    await test?.cloud.stop();
  });

  afterEach(async () => {
    for (const visitor of visitors.splice(0)) await visitor.leave();
    await test.cloud.notifications.idle();
  });

  const visit = async (
    fragment = "",
    options: BrowserContextOptions = {},
    prepare?: (visitor: Visitor) => Promise<unknown>,
  ) => {
    const visitor = await Visitor.open(browser, `${site.url}/${fragment}`, options, prepare);
    visitors.push(visitor);
    return visitor;
  };

  /** Writes what only time or the daily health check would write. */
  const write = (externalId: string, values: Readonly<Record<string, string>>) => {
    const entries = Object.entries(values);
    return test.cloud.vendor.dynamoDB(externalId.split(":")[0] ?? "").send(
      new UpdateItemCommand({
        TableName: test.program.tableName,
        Key: { externalId: { S: externalId }, item: { S: "connection" } },
        UpdateExpression: `SET ${entries.map(([name]) => `#${name} = :${name}`).join(", ")}`,
        ExpressionAttributeNames: Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
        ExpressionAttributeValues: Object.fromEntries(
          entries.map(([name, value]) => [`:${name}`, { S: value }]),
        ),
      }),
    );
  };

  const newLink = (region = "us-east-1") => {
    const accountId = test.newAccount();
    return createLink(test.program.onboardingUrl, { accountId, region }).then((created) => ({
      ...created,
      accountId,
    }));
  };

  it("a customer connects in one region, and then in another", async () => {
    const visitor = await visit();
    const { page } = visitor;
    await visitor.sees("Connect your AWS account");
    await visitor.isAccessible("start");
    const accountId = test.newAccount();
    await visitor.createLink(accountId, "ireland");
    await visitor.isAccessible("pending");
    assert.match(
      (await page.locator("#connection > .facts").textContent()) ?? "",
      /You are connecting to\s*onboarding/,
    );
    const tab = await visitor.openConsole();
    assert.equal(await tab.getByLabel("Account", { exact: true }).inputValue(), accountId);
    assert.equal(await tab.evaluate("window.opener"), null);
    await visitor.isAccessible("waiting");
    assert.equal(await createStack(tab), "CREATE_COMPLETE");
    await visitor.sees("Your account is connected");
    await visitor.isAccessible("connected");
    assert.match((await page.getByRole("status").textContent()) ?? "", /Your account is connected/);
    assert.deepEqual(
      await page.locator(".steps > li:visible .state").allTextContents(),
      Array(4).fill("Done: "),
    );
    const first = visitor.externalId;

    await page.getByRole("button", { name: "Connect another account" }).click();
    await visitor.sees("Connect your AWS account");
    await visitor.createLink(accountId, "sydney", true);
    assert.equal(await createStack(await visitor.openConsole()), "CREATE_COMPLETE");
    await visitor.sees("Your account is connected");
    const connections = await Promise.all([first, visitor.externalId].map((id) => test.connection(id)));
    assert.deepEqual(
      connections.map((connection) => [connection?.region, connection?.status, connection?.accountId]),
      [
        ["eu-west-1", "connected", accountId],
        ["ap-southeast-2", "connected", accountId],
      ],
    );
  });

  it("the nearest open region is suggested, and the picker works by keyboard as ARIA says", async () => {
    const visitor = await visit("", { timezoneId: "Australia/Perth" });
    const { page } = visitor;
    const region = page.getByRole("combobox", { name: "Region" });
    await visitor.sees("Connect your AWS account");
    assert.equal(await region.inputValue(), "Asia Pacific (Sydney)");
    await region.focus();
    assert.equal(await region.getAttribute("aria-expanded"), "false");
    await page.keyboard.press("ArrowDown");
    assert.equal(await region.getAttribute("aria-expanded"), "true");
    assert.equal(
      await page.getByRole("option", { selected: true }).textContent(),
      "Asia Pacific (Sydney) ap-southeast-2",
    );
    const active = async () =>
      page.locator(`#${await region.getAttribute("aria-activedescendant")}`).textContent();
    assert.match((await active()) ?? "", /Sydney/);
    await visitor.isAccessible("picker");
    await page.keyboard.press("ArrowDown");
    assert.match((await active()) ?? "", /Virginia/, "after the last comes the first");
    await page.keyboard.press("Escape");
    assert.equal(await region.getAttribute("aria-expanded"), "false");
    assert.match(await region.inputValue(), /Sydney/, "Escape changes nothing");
    await region.fill("eu-w");
    assert.equal(await page.getByRole("option").count(), 1);
    await page.keyboard.press("Enter");
    assert.equal(await region.inputValue(), "Europe (Ireland)");
    await region.fill("mars");
    assert.equal(await page.getByRole("option").textContent(), "No matching region");
    await page.keyboard.press("Escape");
    await page.getByLabel("AWS account ID").fill(test.newAccount());
    await page.getByRole("button", { name: "Continue" }).click();
    assert.match(
      (await page.locator("#region-note").textContent()) ?? "",
      /“mars” is not one of the regions/,
    );
    assert.ok(!visitor.requests.some((address) => address.endsWith("/connections")));
  });

  it("a wrong account ID is explained while it is typed, and nothing is sent", async () => {
    const visitor = await visit();
    const { page } = visitor;
    const account = page.getByLabel("AWS account ID");
    const note = page.locator("#account-note");
    await visitor.sees("Connect your AWS account");
    await account.pressSequentially("2222-3333 44");
    assert.equal(await note.textContent(), "", "what is only unfinished is not wrong");
    await account.pressSequentially("x");
    assert.match((await note.textContent()) ?? "", /“x” cannot be part of an account ID/);
    assert.equal(await account.getAttribute("aria-invalid"), "true");
    await page.keyboard.press("Backspace");
    assert.equal(await note.textContent(), "");
    await page.getByRole("button", { name: "Continue" }).click();
    assert.match((await note.textContent()) ?? "", /2 digits are missing/);
    assert.equal(await page.evaluate("document.activeElement.id"), "account");
    await account.fill("2222333344445");
    assert.match((await note.textContent()) ?? "", /One digit too many/);
    await visitor.isAccessible("wrong account ID");
    assert.ok(!visitor.requests.some((address) => address.endsWith("/connections")));
  });

  it("a stack in another account is refused, and fails where somebody bends the link; the right account then connects with the same link", async () => {
    const { accountId: other } = await newLink("eu-west-1");
    const visitor = await visit();
    await visitor.createLink(test.newAccount(), "ireland");
    const refused = await createStack(await visitor.openConsole(), { account: other });
    assert.match(refused, /This link was made for another AWS account than the one you are signed in to/);
    const bent = { account: other, parameters: { AccountId: other } };
    assert.equal(await createStack(await visitor.openConsole(), bent), "ROLLBACK_COMPLETE");
    await visitor.sees("Not connected yet");
    const reason = (await visitor.page.locator("#reason").textContent()) ?? "";
    assert.match(reason, new RegExp(`this stack is in ${other}`));
    assert.match((await visitor.page.getByRole("status").textContent()) ?? "", /The last attempt failed/);
    await visitor.isAccessible("failed attempt");
    assert.equal(await createStack(await visitor.openConsole()), "CREATE_COMPLETE");
    await visitor.sees("Your account is connected");
  });

  it("a stack in an account that may not publish is never heard of, and after a while the page says what that means", async () => {
    const { externalId } = await newLink();
    const visitor = await visit(`#/connections/${externalId}`, {}, ({ page }) => page.clock.install());
    await visitor.sees("Your link is ready");
    const tab = await visitor.openConsole();
    const stranger = test.newAccount();
    const bent = { account: stranger, parameters: { AccountId: stranger } };
    assert.equal(await createStack(tab, bent), "ROLLBACK_COMPLETE");
    assert.match((await tab.locator("tbody").first().textContent()) ?? "", /not authorized/i);
    const waiting = visitor.page.locator("#waiting-text");
    assert.match((await waiting.textContent()) ?? "", /Waiting for your stack/);
    await visitor.page.clock.runFor(120_000);
    await visitor.page.getByText("Nothing has arrived yet").waitFor();
    await visitor.isAccessible("nothing heard");
    await visitor.page.reload();
    await visitor.page.getByText("Nothing has arrived yet").waitFor();
    await visitor.page.locator("#stack-help").getByText("What you need in AWS", { exact: true }).click();
    await visitor.isAccessible("rights");
  });

  it("a role that anybody could use fails, and the page says how to repair it", async () => {
    const { externalId, link, accountId } = await newLink("eu-west-1");
    const visitor = await visit(`#/connections/${externalId}`);
    await visitor.sees("Your link is ready");
    const withoutCondition = (template: Template): Template => {
      const text = JSON.stringify(template).replace(
        /"Condition":\{"StringEquals":\{"sts:ExternalId":[^}]*\}\}\}/,
        '"Condition":{}',
      );
      assert.ok(text.includes('"Condition":{}'), "the template's trust policy has no condition");
      return JSON.parse(text) as Template;
    };
    const stack = await test.cloud.customer(accountId).createStack(link, { template: withoutCondition });
    assert.equal((await stack.settled()).status, "ROLLBACK_COMPLETE");
    await visitor.sees("Not connected yet");
    assert.match((await visitor.page.locator("#reason").textContent()) ?? "", /can be assumed without/);
  });

  it("a cancelled link is cancelled on every device, and connects nothing", async () => {
    const visitor = await visit();
    await visitor.createLink(test.newAccount(), "ireland");
    const tab = await visitor.openConsole();
    const second = await visit(new URL(visitor.page.url()).hash);
    await second.sees("Your link is ready");
    const { page } = visitor;
    await page.getByRole("button", { name: "Cancel this link" }).click();
    await visitor.isAccessible("cancel?");
    await page.getByRole("button", { name: "Keep link" }).click();
    assert.equal((await test.connection(visitor.externalId))?.status, "pending");
    await page.getByRole("button", { name: "Cancel this link" }).click();
    await page.getByRole("button", { name: "Cancel link" }).click();
    await visitor.sees("This link was cancelled");
    await visitor.isAccessible("cancelled");
    await second.sees("This link was cancelled");
    assert.equal(await createStack(tab), "ROLLBACK_COMPLETE");
    assert.match((await tab.locator("tbody").first().textContent()) ?? "", /This link was cancelled/);
    const { accountId } = (await test.connection(visitor.externalId)) ?? {};
    await page.getByRole("button", { name: "Create a new link" }).click();
    await visitor.sees("Connect your AWS account");
    assert.equal(new URL(page.url()).hash, "");
    assert.equal((await page.getByLabel("AWS account ID").inputValue()).replaceAll("-", ""), accountId);
    assert.equal(await page.getByRole("combobox").inputValue(), "Europe (Ireland)");
    await page.getByRole("button", { name: "Continue" }).click();
    await visitor.sees("Your link is ready");
  });

  it("a link that is left is listed in the tab that made it, where it can be opened and cancelled", async () => {
    const visitor = await visit();
    const { page } = visitor;
    await visitor.sees("Connect your AWS account");
    assert.ok(await page.locator("#own").isHidden());
    const accountId = test.newAccount();
    await visitor.createLink(accountId, "ireland");
    const { externalId } = visitor;
    await page.getByRole("button", { name: "Connect another account" }).click();
    const own = page.getByRole("heading", { name: "Your connections" }).locator("..");
    await own.getByText("Europe (Ireland) – waiting for its stack").waitFor();
    await visitor.isAccessible("own connections");
    await own.getByRole("link").click();
    await visitor.sees("Your link is ready");
    assert.equal(visitor.externalId, externalId);
    await page.goBack();
    await page.reload();
    await own.getByRole("button", { name: /^Cancel the link for/ }).click();
    await page.getByRole("button", { name: "Keep link" }).click();
    assert.equal((await test.connection(externalId))?.status, "pending");
    await own.getByRole("button", { name: /^Cancel the link for/ }).click();
    await page.getByRole("button", { name: "Cancel link" }).click();
    await own.waitFor({ state: "hidden" });
    assert.equal((await test.connection(externalId))?.status, "cancelled");
    const other = await visitor.context.newPage();
    await other.goto(`${site.url}/`);
    await other.getByRole("heading", { name: "Connect your AWS account" }).waitFor();
    assert.deepEqual(await other.evaluate("Object.keys({ ...sessionStorage, ...localStorage })"), []);
    await other.close();
  });

  it("a permissions boundary goes into the link, and one that AWS would not take is explained at its field", async () => {
    const visitor = await visit();
    const { page } = visitor;
    await visitor.sees("Connect your AWS account");
    await page.getByLabel("AWS account ID").fill(test.newAccount());
    await page.getByText("Advanced", { exact: true }).click();
    const boundary = page.getByLabel("Permissions boundary (optional)");
    await boundary.fill("arn:aws:iam::999999999999:policy/boundary");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.locator("#boundary-note", { hasText: "a policy of the account 999999999999" }).waitFor();
    assert.equal(await page.evaluate("document.activeElement.id"), "boundary");
    await visitor.isAccessible("advanced");
    await boundary.fill("company-boundary");
    await page.getByRole("button", { name: "Continue" }).click();
    await visitor.sees("Your link is ready");
    assert.equal(await page.locator("#connection-boundary").textContent(), "company-boundary");
    const href = (await page.locator("#open-console").getAttribute("href")) ?? "";
    const link = new URL(href).searchParams.get("link") ?? "";
    assert.equal(readQuickCreateLink(link).parameters.PermissionsBoundary, "company-boundary");
    await page.getByRole("button", { name: "Cancel this link" }).click();
    await page.getByRole("button", { name: "Cancel link" }).click();
    await page.getByRole("button", { name: "Create a new link" }).click();
    await visitor.sees("Connect your AWS account");
    assert.equal(await boundary.inputValue(), "company-boundary");
    assert.ok(await boundary.isVisible());
  });

  it("an account that has a link or a connection is said so before a second link is made", async () => {
    const visitor = await visit();
    const { page } = visitor;
    const accountId = test.newAccount();
    await visitor.createLink(accountId, "ireland");
    await page.getByRole("button", { name: "Connect another account" }).click();
    await page.getByLabel("AWS account ID").fill(accountId);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("heading", { name: "This account is known already" }).waitFor();
    await visitor.isAccessible("known account");
    assert.equal(await page.evaluate("document.activeElement.id"), "known-title");
    await page.locator("#known-list").getByRole("button").click();
    await page.getByRole("button", { name: "Cancel link" }).click();
    await page.locator("#known").waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Continue" }).click();
    await visitor.sees("Your link is ready");
    assert.equal(await createStack(await visitor.openConsole()), "CREATE_COMPLETE");
    await visitor.sees("Your account is connected");
    await page.getByRole("button", { name: "Connect another account" }).click();
    await page.getByLabel("AWS account ID").fill(accountId);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.locator("#known-list").getByText("connected since").waitFor();
    await page.getByRole("button", { name: "Create another link" }).click();
    await visitor.sees("Your link is ready");
  });

  it("a link that expires, a connection that ends, and a role that no longer works are each explained", async () => {
    const { externalId, link, accountId } = await newLink();
    const visitor = await visit(`#/connections/${externalId}`);
    await visitor.sees("Your link is ready");
    const { expiresAt = "" } = (await test.connection(externalId)) ?? {};
    await write(externalId, { expiresAt: new Date(Date.now() - 1000).toISOString() });
    await visitor.sees("This link has expired");
    await visitor.isAccessible("expired");
    await write(externalId, { expiresAt: String(expiresAt) });
    const stack = await test.cloud.customer(accountId).createStack(link);
    await stack.settled();
    for (const [status, title] of [
      ["unreachable", "The role no longer works"],
      ["unsafe", "The role is not safe"],
    ] as const) {
      await write(externalId, { status, reason: `The role is ${status}.` });
      await visitor.page.reload();
      await visitor.sees(title);
      await visitor.page.getByText(`The role is ${status}.`).waitFor();
      await visitor.isAccessible(status);
    }
    await write(externalId, { status: "connected" });
    await stack.delete();
    await test.untilStatus(externalId, "disconnected");
    await visitor.page.reload();
    await visitor.sees("This connection has ended");
    await visitor.isAccessible("disconnected");
    await visitor.page.getByRole("button", { name: "Create a new link" }).click();
    await visitor.page.getByRole("button", { name: "Continue" }).click();
    await visitor.sees("Your link is ready");
  });

  it("a reload, and a second device, continue where the first one was", async () => {
    const visitor = await visit();
    await visitor.createLink(test.newAccount(), "virginia");
    const { externalId } = visitor;
    await visitor.page.reload();
    await visitor.sees("Your link is ready");
    const second = await visit(`#/connections/${externalId}`);
    await second.sees("Your link is ready");
    assert.equal(await createStack(await second.openConsole()), "CREATE_COMPLETE");
    await Promise.all([visitor.sees("Your account is connected"), second.sees("Your account is connected")]);
    await visitor.page.goBack();
    await visitor.sees("Connect your AWS account");
    await visitor.page.goForward();
    await visitor.sees("Your account is connected");
  });

  it("the console's stand-in says what it is, shows what the link fills in, and deletes the stack again", async () => {
    const visitor = await visit();
    await visitor.createLink(test.newAccount(), "virginia");
    const { externalId } = visitor;
    const tab = await visitor.openConsole();
    await tab.getByText("Local stand-in for CloudFormation in the AWS console").waitFor();
    assert.equal(await tab.getByLabel("ExternalId").inputValue(), externalId);
    assert.match((await tab.locator("pre").textContent()) ?? "", /AWSTemplateFormatVersion/);
    await tab.getByRole("button", { name: "Create stack" }).click();
    await tab.getByText("Requires capabilities").waitFor();
    await tab.goBack();
    await tab.getByLabel("ExternalId").fill("another");
    await tab.getByLabel("I acknowledge").check();
    await tab.getByRole("button", { name: "Create stack" }).click();
    await tab.getByText("must be left as the link filled it in").waitFor();
    await tab.goBack();
    await tab.getByLabel("ExternalId").fill(externalId);
    assert.equal(await createStack(tab), "CREATE_COMPLETE");
    assert.deepEqual(await tab.getByRole("row", { name: "ExternalId" }).locator("code").allTextContents(), [
      externalId,
    ]);
    await visitor.sees("Your account is connected");
    await tab.getByRole("button", { name: "Delete stack" }).click();
    await tab.locator("#status", { hasText: "DELETE_COMPLETE" }).waitFor();
    await test.untilStatus(externalId, "disconnected");
    await visitor.page.reload();
    await visitor.sees("This connection has ended");
  });

  it("an address that leads nowhere is explained", async () => {
    const visitor = await visit("#/connections/eu-west-1:00000000-0000-4000-8000-000000000000");
    await visitor.sees("Connection not found");
    await visitor.isAccessible("unknown");
    await visitor.page.getByRole("button", { name: "Start over" }).click();
    await visitor.sees("Connect your AWS account");
  });

  it("everything can be done with the keyboard alone, and the focus is always visible", async () => {
    const visitor = await visit();
    const { page } = visitor;
    await visitor.sees("Connect your AWS account");
    /** Presses Tab until the element with an id, or its text, has the focus. */
    const tabTo = async (wanted: string) => {
      for (let presses = 0; presses < 15; presses++) {
        await page.keyboard.press("Tab");
        const focused = (await page.evaluate(
          `(() => { const { activeElement: e } = document; return [e.id || e.textContent, getComputedStyle(e).outlineStyle]; })()`,
        )) as [string, string];
        if (focused[0] === "") continue;
        assert.notEqual(focused[1], "none", `the focus on ${focused[0]} cannot be seen`);
        if (focused[0] === wanted) return;
      }
      assert.fail(`Tab never reaches ${wanted}`);
    };
    await tabTo("account");
    await page.keyboard.type(test.newAccount());
    await tabTo("region");
    await page.keyboard.type("sydney");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await visitor.sees("Your link is ready");
    assert.equal(
      await page.evaluate("document.activeElement.id"),
      "connection-title",
      "the new heading has the focus",
    );
    await tabTo("open-console");
    const [tab] = await Promise.all([visitor.context.waitForEvent("page"), page.keyboard.press("Enter")]);
    assert.equal(await createStack(tab), "CREATE_COMPLETE");
    await visitor.sees("Your account is connected");
    await tabTo("start-over");
    await page.keyboard.press("Enter");
    await visitor.sees("Connect your AWS account");
  });

  it("the link can be copied, and is the genuine one unless somebody rewrites it", async () => {
    const visitor = await visit("", { permissions: ["clipboard-read", "clipboard-write"] });
    await visitor.createLink(test.newAccount(), "ireland");
    await visitor.page.getByRole("button", { name: "Copy link" }).click();
    await visitor.page.getByRole("button", { name: "Copied" }).waitFor();
    const copied = (await visitor.page.evaluate("navigator.clipboard.readText()")) as string;
    assert.equal(copied, await visitor.page.locator("#open-console").getAttribute("href"));
    const genuine = new URL(copied).searchParams.get("link") ?? "";
    assert.equal(readQuickCreateLink(genuine).parameters.ExternalId, visitor.externalId);
    assert.equal(new URL(genuine).host, "eu-west-1.console.aws.amazon.com");
    await visitor.page.locator("summary", { hasText: "another device" }).click();
    await visitor.page.getByRole("button", { name: "Copy this page's address" }).click();
    assert.equal(await visitor.page.evaluate("navigator.clipboard.readText()"), visitor.page.url());
    await visitor.isAccessible("sharing");
  });

  it("a submission whose response got lost is sent again and creates no second link", async () => {
    const visitor = await visit();
    const { page } = visitor;
    const lost: string[] = [];
    await page.route("**/connections", async (route) => {
      if (lost.length > 0) return route.continue();
      const response = await route.fetch();
      lost.push(((await response.json()) as { externalId: string }).externalId);
      return route.abort();
    });
    await visitor.sees("Connect your AWS account");
    await page.getByLabel("AWS account ID").fill(test.newAccount());
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("alert").filter({ hasText: "Nothing is lost" }).waitFor();
    await visitor.isAccessible("no response");
    await page.getByRole("button", { name: "Continue" }).click();
    await visitor.sees("Your link is ready");
    assert.deepEqual(lost, [visitor.externalId]);
  });

  it("a rejection is shown at the field that it is about", async () => {
    const visitor = await visit();
    const { page } = visitor;
    const accountId = test.newAccount();
    for (let links = 0; links < 5; links++)
      await createLink(test.program.onboardingUrl, { accountId, region: "eu-west-1" });
    await visitor.sees("Connect your AWS account");
    await page.getByLabel("AWS account ID").fill(accountId);
    await page.getByRole("button", { name: "Continue" }).click();
    await page
      .locator("#account-note", { hasText: "5 links in eu-west-1 without a connection, which is the limit" })
      .waitFor();
    assert.equal(await page.evaluate("document.activeElement.id"), "account");
    await visitor.isAccessible("rejected");
  });

  it("polling backs off, stops while nobody looks, goes on when somebody does, and survives a lost network", async () => {
    const { externalId } = await newLink();
    const visitor = await visit(`#/connections/${externalId}`, {}, ({ page }) => page.clock.install());
    const { page } = visitor;
    await visitor.sees("Your link is ready");
    const polls = () => visitor.requests.filter((address) => address.includes("/connections/")).length;
    /** Lets time pass in the page; each response is waited for, and takes no time there. */
    const during = async (seconds: number) => {
      const before = polls();
      for (let passed = 0; passed < seconds; passed += 1) {
        const asked = polls();
        await page.clock.runFor(1000);
        if (polls() > asked) await visitor.idle();
      }
      return polls() - before;
    };
    const look = (hidden: boolean) =>
      page.evaluate(
        `Object.defineProperty(document, "hidden", { configurable: true, value: ${hidden} }); document.dispatchEvent(new Event("visibilitychange"))`,
      );
    const [first, second] = [await during(12), await during(12)];
    assert.ok(first >= 3 && first <= 8, `${first} times in the first 12 seconds`);
    assert.ok(second < first, `${first} times, then ${second}`);
    await look(true);
    assert.equal(await during(60), 0, "hidden");
    const before = polls();
    await look(false);
    assert.equal(polls(), before + 1, "visible again, it asks at once");
    await page.route("**/connections/*", (route) => route.abort());
    await during(5);
    await page.getByText("This page keeps trying").waitFor();
    await visitor.isAccessible("no network");
    await page.unroute("**/connections/*");
    await during(30);
    await page.getByText("This page keeps trying").waitFor({ state: "hidden" });
    await write(externalId, { status: "cancelled" });
    await during(30);
    await visitor.sees("This link was cancelled");
    assert.equal(await during(60), 0, "ended");
  });

  it("a region that is full is neither suggested nor accepted, and without regions there is a way to try again", async () => {
    const visitor = await visit("", {}, ({ page }) => page.route("**/regions", (route) => route.abort()));
    const { page } = visitor;
    await visitor.sees("That did not work");
    await visitor.isAccessible("no regions");
    await page.unroute("**/regions");
    await page.route("**/regions", async (route) => {
      const response = await route.fetch();
      const { regions } = (await response.json()) as { regions: { region: string; open: boolean }[] };
      return route.fulfill({
        json: { regions: regions.map((one) => ({ ...one, open: one.region !== "eu-west-1" })) },
      });
    });
    await page.getByRole("button", { name: "Try again" }).click();
    await visitor.sees("Connect your AWS account");
    const region = page.getByRole("combobox", { name: "Region" });
    assert.equal(await region.inputValue(), "US East (N. Virginia)");
    await region.fill("ireland");
    const full = page.getByRole("option", { name: "Europe (Ireland), currently full" });
    assert.equal(await full.getAttribute("aria-disabled"), "true");
    await visitor.isAccessible("full region");
    await full.click({ force: true });
    await page.keyboard.press("Enter");
    assert.equal(await region.inputValue(), "ireland", "nothing is selected");
  });

  it("a browser that does not let the link be copied shows it", async () => {
    const { externalId } = await newLink();
    const visitor = await visit(`#/connections/${externalId}`, {}, ({ page }) =>
      page.addInitScript("Object.defineProperty(navigator, 'clipboard', { value: undefined })"),
    );
    await visitor.sees("Your link is ready");
    await visitor.page.getByRole("button", { name: "Copy link" }).click();
    const text = visitor.page.getByLabel("Link to the AWS console");
    assert.equal(await text.inputValue(), await visitor.page.locator("#open-console").getAttribute("href"));
    assert.equal(await visitor.page.evaluate("getSelection().toString()"), await text.inputValue());
    await visitor.isAccessible("link as text");
  });

  it("the page weighs at most 30 KB, in one document that asks for nothing else", async () => {
    const response = await fetch(`${test.program.onboardingUrl}/`);
    const body = await response.text();
    const { length } = gzipSync(body);
    assert.ok(length <= 30 * 1024, `${length} bytes`);
    const policy = response.headers.get("Content-Security-Policy") ?? "";
    assert.match(
      policy,
      /^default-src 'none'; script-src 'sha256-[^' ]+'; style-src 'sha256-[^' ]+'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'/,
    );
    const visitor = await visit();
    await visitor.sees("Connect your AWS account");
    assert.deepEqual(
      visitor.requests.filter((address) => !/^data:/.test(address)),
      [`${site.url}/`, `${site.url}/regions`],
    );
  });
});
