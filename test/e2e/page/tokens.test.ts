/** The page with `auth: jwt` and `confirmation: code`: it starts with the visitor's token, and ends with the stack's code. */
import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { TokenIssuer } from "../../../emulator/aws/token-issuer.js";
import { ConsoleStandIn } from "../../../emulator/console/console.js";
import { OnboardingSite } from "../../../emulator/console/onboarding-site.js";
import { TestCloud } from "../test-cloud.js";
import { launchBrowser } from "./browser.js";
import { createStack, Visitor } from "./visitor.js";

const AUDIENCE = "onboarding-page";
const LOGIN_URL = "https://app.example.com/connect";

describe("on the onboarding page with tokens and codes", function () {
  this.timeout(60_000);
  let issuer: TokenIssuer;
  let test: TestCloud;
  let browser: Browser;
  let standIn: ConsoleStandIn;
  let site: OnboardingSite;
  const visitors: Visitor[] = [];

  before(async () => {
    issuer = await TokenIssuer.start();
    const changes = {
      "onboarding:auth": "jwt",
      "onboarding:jwt": { issuer: issuer.url, audience: [AUDIENCE], tenantClaim: "org_id" },
      "onboarding:loginUrl": LOGIN_URL,
      "onboarding:vendorName": "Example & Sons <Corp>",
      "onboarding:confirmation": "code",
    };
    [test, browser] = await Promise.all([TestCloud.start(changes, issuer.environment), launchBrowser()]);
    standIn = await ConsoleStandIn.start(test.cloud);
    site = await OnboardingSite.start(test.program.onboardingUrl, standIn);
  });

  after(async () => {
    await browser?.close();
    await site?.stop();
    await standIn?.stop();
    await test?.cloud.stop();
    await issuer?.stop();
  });

  afterEach(async () => {
    for (const visitor of visitors.splice(0)) await visitor.leave();
    await test.cloud.notifications.idle();
  });

  const token = (tenant: string, seconds = 3600) =>
    issuer.token({ aud: AUDIENCE, org_id: tenant, exp: Math.floor(Date.now() / 1000) + seconds });

  const visit = async (fragment = "") => {
    const visitor = await Visitor.open(browser, `${site.url}/${fragment}`);
    visitors.push(visitor);
    return visitor;
  };

  it("a customer connects, and the connection is confirmed by the code that the stack shows", async () => {
    const visitor = await visit(`#token=${token("4711")}`);
    const { page } = visitor;
    await visitor.sees("Connect your AWS account");
    assert.equal(page.url(), `${site.url}/`, "the token is out of the address");
    await page.goBack().catch(() => undefined);
    assert.ok(!page.url().includes("token"), "the token is out of the history");
    await page.goto(`${site.url}/`);
    await visitor.createLink(test.newAccount(), "ireland");
    const { externalId } = visitor;
    assert.equal(await page.locator("#granted-to").textContent(), "Example & Sons <Corp> (4711)");
    const tab = await visitor.openConsole();
    assert.equal(await createStack(tab), "CREATE_COMPLETE");
    await visitor.sees("Almost connected");
    await visitor.isAccessible("code");
    const code = page.getByLabel("Confirmation code");
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.locator("#code-note", { hasText: "Enter the code" }).waitFor();
    await code.fill("AAAA-AAAA");
    await page.keyboard.press("Enter");
    await page.locator("#code-note", { hasText: "That is not the code" }).waitFor();
    assert.equal(await page.evaluate("document.activeElement.id"), "code");
    await visitor.isAccessible("wrong code");
    assert.equal((await test.connection(externalId))?.confirmation, "required");
    const shown = await tab.getByRole("row", { name: "ConfirmationCode" }).locator("code").textContent();
    await code.fill(` ${shown?.toLowerCase()} `);
    await page.getByRole("button", { name: "Confirm" }).click();
    await visitor.sees("Your account is connected");
    await visitor.isAccessible("confirmed");
    assert.equal((await test.connection(externalId))?.confirmation, "done");
  });

  it("a visitor whose token has expired is shown the way back, and continues where the visit was", async () => {
    const visitor = await visit(`#token=${token("4711", 4)}`);
    const { page } = visitor;
    await visitor.createLink(test.newAccount(), "sydney");
    const { hash } = new URL(page.url());
    await visitor.sees("Your session has ended");
    await visitor.isAccessible("signed out");
    assert.equal(await page.getByRole("link", { name: "Go to Example" }).getAttribute("href"), LOGIN_URL);
    assert.equal(await page.evaluate("sessionStorage.getItem('onboarding-token')"), null);
    // The vendor's application opens the page with a new token.
    await page.goto("about:blank");
    await page.goto(`${site.url}/#token=${token("4711")}`);
    await visitor.sees("Your link is ready");
    assert.equal(new URL(page.url()).hash, hash);
  });

  it("without a token, a visitor gets no further than the way to one", async () => {
    const visitor = await visit();
    await visitor.sees("Sign in to Example & Sons <Corp> first");
    await visitor.isAccessible("no token");
    assert.deepEqual(
      visitor.requests.filter((address) => !/^data:/.test(address)),
      [`${site.url}/`],
    );
  });

  it("another tenant's connection looks like one that does not exist", async () => {
    const owner = await visit(`#token=${token("4711")}`);
    await owner.createLink(test.newAccount(), "ireland");
    const other = await visit(`#/connections/${owner.externalId}&token=${token("4712")}`);
    await other.sees("Connection not found");
    assert.equal(new URL(other.page.url()).hash, `#/connections/${owner.externalId}`);
    await other.isAccessible("another tenant's");
  });
});
