/** The page with `auth: jwt` and `confirmation: code`: it starts with a sign-in, and ends with the stack's code. */
import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { TokenIssuer } from "../../../emulator/aws/token-issuer.js";
import { ConsoleStandIn } from "../../../emulator/console/console.js";
import { OnboardingSite } from "../../../emulator/console/onboarding-site.js";
import { TestCloud } from "../test-cloud.js";
import { launchBrowser } from "./browser.js";
import { LOGIN_URL, VendorApplication } from "./vendor-application.js";
import { createStack, Visitor } from "./visitor.js";

const AUDIENCE = "onboarding-page";

describe("on the onboarding page with tokens and codes", function () {
  this.timeout(60_000);
  let issuer: TokenIssuer;
  let test: TestCloud;
  let browser: Browser;
  let standIn: ConsoleStandIn;
  let site: OnboardingSite;
  let application: VendorApplication;
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
    application = await VendorApplication.start(`${site.url}/`);
  });

  after(async () => {
    await browser?.close();
    await application?.stop();
    await site?.stop();
    await standIn?.stop();
    await test?.cloud.stop();
    await issuer?.stop();
  });

  afterEach(async () => {
    for (const visitor of visitors.splice(0)) await visitor.leave();
    await test.cloud.notifications.idle();
  });

  const token = (tenant: string, seconds = 3600, claims = {}) =>
    issuer.token({ aud: AUDIENCE, org_id: tenant, exp: Math.floor(Date.now() / 1000) + seconds, ...claims });

  interface Visit {
    readonly fragment?: string;
    /** What the vendor's application answers each sign-in with; without an answer it asks for credentials. */
    readonly answers?: (string | undefined)[];
  }

  const visit = async ({ fragment = "", answers = [] }: Visit = {}) => {
    const visitor = await Visitor.open(browser, `${site.url}/${fragment}`, {}, (opened) =>
      application.serve(opened, () => answers.shift()),
    );
    visitors.push(visitor);
    return visitor;
  };

  const held = (visitor: Visitor) => visitor.page.evaluate("sessionStorage.getItem('onboarding-token')");

  it("a customer connects, and the connection is confirmed by the code that the stack shows", async () => {
    const visitor = await visit({ answers: [token("4711", 3600, { email: "ada@example.org" })] });
    const { page } = visitor;
    await visitor.sees("Connect your AWS account");
    assert.equal(page.url(), `${site.url}/`, "the token is out of the address");
    const who = page.locator("#start-identity");
    assert.match(
      (await who.textContent()) ?? "",
      /ada@example\.org\s+Access is granted to\s*Example & Sons <Corp> \(4711\)/,
    );
    await visitor.isAccessible("signed in");
    await page.goBack().catch(() => undefined);
    assert.ok(!page.url().includes("token"), "the token is out of the history");
    await page.goto(`${site.url}/`);
    await visitor.createLink(test.newAccount(), "ireland");
    const { externalId } = visitor;
    assert.equal(await page.locator("#granted-to").textContent(), "Example & Sons <Corp> (4711)");
    const tab = await visitor.openConsole();
    assert.equal(await createStack(tab), "CREATE_COMPLETE");
    await visitor.sees("Almost connected");
    assert.match(
      (await page.locator("#code-identity").textContent()) ?? "",
      /ada@example\.org\s+The code gives access to\s*Example & Sons <Corp> \(4711\)/,
    );
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
    const visitor = await visit({ answers: [token("4711", 4), token("4711")] });
    const { page } = visitor;
    await visitor.createLink(test.newAccount(), "sydney");
    const { hash } = new URL(page.url());
    await visitor.sees("Your session has ended");
    await visitor.isAccessible("signed out");
    assert.equal(await held(visitor), null);
    await page.getByRole("button", { name: "Sign in to Example" }).click();
    await visitor.sees("Your link is ready");
    assert.equal(new URL(page.url()).hash, hash);
  });

  it("a visitor without a token is sent to sign in, once, and decides about another try", async () => {
    const answers: (string | undefined)[] = [undefined, token("4711")];
    const visitor = await visit({ answers });
    const { page } = visitor;
    await visitor.sees("Credentials");
    const { searchParams } = new URL(page.url());
    assert.match(searchParams.get("state") ?? "", /^[0-9a-f-]{36}$/);
    assert.equal(application.asked.at(-1)?.get("from"), "onboarding", "the query of loginUrl is kept");
    await page.goto(`${site.url}/`);
    await visitor.sees("Sign in to Example & Sons <Corp> first");
    await visitor.isAccessible("no token");
    assert.ok(!visitor.requests.some((address) => /regions|connections/.test(address)));
    await page.getByRole("button", { name: "Sign in to Example" }).click();
    await visitor.sees("Connect your AWS account");
    assert.notEqual(
      application.asked.at(-1)?.get("state"),
      searchParams.get("state"),
      "each state is used once",
    );
  });

  describe("somebody else's token is not taken:", () => {
    const mallory = () => token("666", 3600, { email: "mallory@example.net" });

    it("from an address alone", async () => {
      const visitor = await visit({ fragment: `#token=${mallory()}`, answers: [token("4711")] });
      await visitor.sees("That sign-in was not yours");
      await visitor.isAccessible("foreign sign-in");
      assert.equal(await held(visitor), null);
      assert.equal(visitor.page.url(), `${site.url}/`, "the token is out of the address");
      await visitor.page.getByRole("button", { name: "Sign in to Example" }).click();
      await visitor.sees("Connect your AWS account");
      assert.match((await visitor.page.locator("#start-identity").textContent()) ?? "", /\(4711\)/);
    });

    it("with a connection's address, with a state that was made up, or with one that was used", async () => {
      const visitor = await visit({ answers: [token("4711")] });
      const { page } = visitor;
      await visitor.createLink(test.newAccount(), "ireland");
      const own = await held(visitor);
      const used = application.asked.at(-1)?.get("state");
      for (const fragment of [
        `#/connections/${visitor.externalId}&token=${mallory()}`,
        `#token=${mallory()}&state=00000000-0000-4000-8000-000000000000`,
        `#token=${mallory()}&state=${used}`,
        `#state=${used}&token=${mallory()}`,
        `#/connections/${visitor.externalId}?token=${mallory()}&state=${used}`,
      ]) {
        await page.evaluate(`location.hash = ${JSON.stringify(fragment)}`);
        await visitor.sees("That sign-in was not yours");
        assert.match((await page.locator("#message-text").textContent()) ?? "", /You are still signed in/);
        assert.equal(await held(visitor), own, fragment);
        assert.ok(!page.url().includes("token"));
        await page.getByRole("button", { name: "Continue" }).click();
        await page.locator("#message").waitFor({ state: "hidden" });
      }
    });

    it("while a sign-in is under way, which then goes on", async () => {
      const visitor = await visit({ answers: [undefined] });
      await visitor.sees("Credentials");
      const state = new URL(visitor.page.url()).searchParams.get("state");
      await visitor.page.goto(`${site.url}/#token=${mallory()}`);
      await visitor.sees("That sign-in was not yours");
      await visitor.page.goto("about:blank");
      await visitor.page.goto(`${site.url}/#token=${token("4711")}&state=${state}`);
      await visitor.sees("Connect your AWS account");
    });

    it("nor from a sign-in that was begun in another tab", async () => {
      const first = await visit({ answers: [undefined] });
      await first.sees("Credentials");
      const state = new URL(first.page.url()).searchParams.get("state");
      const other = await first.context.newPage();
      await other.goto(`${site.url}/#token=${mallory()}&state=${state}`);
      await other.getByRole("heading", { name: "That sign-in was not yours" }).waitFor();
      await other.close();
    });
  });

  it("somebody who is not who the page says signs in as somebody else, and the application asks for credentials", async () => {
    const visitor = await visit({ answers: [token("666", 3600, { name: "Mallory" })] });
    const { page } = visitor;
    await visitor.sees("Connect your AWS account");
    await page.getByRole("button", { name: "Sign in as somebody else" }).click();
    await visitor.sees("Credentials");
    assert.equal(application.asked.at(-1)?.get("prompt"), "login");
    await page.goto(`${site.url}/`);
    await visitor.sees("Sign in to Example & Sons <Corp> first");
    assert.equal(await held(visitor), null);
  });

  it("a damaged address shows a page", async () => {
    for (const fragment of ["#token=%", "#token=%&state=%", "#token=é"]) {
      await (await visit({ fragment })).sees("That sign-in was not yours");
    }
    for (const fragment of ["#/connections/%", "#/connections/%&token=%"]) {
      const visitor = await visit({ fragment, answers: [token("4711")] });
      if (fragment.includes("token")) {
        await visitor.sees("That sign-in was not yours");
        await visitor.page.getByRole("button", { name: "Sign in" }).click();
      }
      await visitor.sees("Connection not found");
    }
  });

  it("a tenant finds its connections in every tab, and reads that an account is known; another tenant finds none", async () => {
    const first = await visit({ answers: [token("listed")] });
    const accountId = test.newAccount();
    await first.createLink(accountId, "ireland");
    const second = await visit({ answers: [token("listed")] });
    const { page } = second;
    await second.sees("Connect your AWS account");
    await page.getByText("Europe (Ireland) – waiting for its stack").waitFor();
    await second.isAccessible("tenant's connections");
    await page.getByLabel("AWS account ID").fill(accountId);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("heading", { name: "This account is known already" }).waitFor();
    await page.locator("#known-list").getByRole("link").click();
    await second.sees("Your link is ready");
    assert.equal(second.externalId, first.externalId);
    const other = await visit({ answers: [token("other")] });
    await other.sees("Connect your AWS account");
    await other.idle();
    assert.ok(await other.page.locator("#own").isHidden());
    await other.page.getByLabel("AWS account ID").fill(accountId);
    await other.page.getByRole("button", { name: "Continue" }).click();
    await other.sees("Your link is ready");
  });

  it("after five wrong codes, a new link leads on, as the page advises", async () => {
    const visitor = await visit({ answers: [token("4711")] });
    const { page } = visitor;
    await visitor.createLink(test.newAccount(), "ireland");
    const tab = await visitor.openConsole();
    assert.equal(await createStack(tab), "CREATE_COMPLETE");
    await visitor.sees("Almost connected");
    const note = page.locator("#code-note");
    for (let tries = 0; tries <= 5; tries++) {
      await page.getByLabel("Confirmation code").fill("AAAA-AAAA");
      await page.getByRole("button", { name: "Confirm" }).click();
      await note
        .filter({ hasText: tries < 5 ? "That is not the code" : "Delete the stack, and create a new link" })
        .waitFor();
    }
    await tab.getByRole("button", { name: "Delete stack" }).click();
    await tab.locator("#status", { hasText: "DELETE_COMPLETE" }).waitFor();
    await visitor.sees("This connection has ended");
    await page.getByRole("button", { name: "Create a new link" }).click();
    await page.getByRole("button", { name: "Continue" }).click();
    await visitor.sees("Your link is ready");
  });

  it("another tenant's connection looks like one that does not exist", async () => {
    const owner = await visit({ answers: [token("4711")] });
    await owner.createLink(test.newAccount(), "ireland");
    const other = await visit({ fragment: `#/connections/${owner.externalId}`, answers: [token("4712")] });
    await other.sees("Connection not found");
    assert.equal(new URL(other.page.url()).hash, `#/connections/${owner.externalId}`);
    await other.isAccessible("another tenant's");
  });
});
