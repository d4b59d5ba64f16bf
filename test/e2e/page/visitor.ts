/** Somebody who opens the page in a real browser, and what that browser noticed. */
import assert from "node:assert/strict";
import axe from "axe-core";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";

export class Visitor {
  /** Every address that the browser requested. */
  readonly requests: string[] = [];
  private finished = 0;
  /** Other hosts that the page may lead to. */
  readonly allowed: string[] = [];
  /** What the browser blocked, and uncaught errors. */
  readonly complaints: string[] = [];

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    private readonly origin: string,
  ) {}

  /** Opens a page. @param address with its fragment */
  static async open(
    browser: Browser,
    address: string,
    options: BrowserContextOptions = {},
    prepare: (visitor: Visitor) => Promise<unknown> = async () => {},
  ): Promise<Visitor> {
    const context = await browser.newContext({
      timezoneId: "Europe/Dublin",
      locale: "en-IE",
      viewport: { width: 1280, height: 900 },
      reducedMotion: "reduce",
      ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const visitor = new Visitor(context, page, new URL(address).origin);
    page.on("request", (request) => visitor.requests.push(request.url()));
    page.on("requestfinished", () => visitor.finished++);
    page.on("requestfailed", () => visitor.finished++);
    page.on("pageerror", (error) => visitor.complaints.push(`${error.name}: ${error.message}`));
    page.on("console", (message) => {
      // Responses that are no success are part of the tests; whatever else a browser calls an error is not.
      const isResponse = /^Failed to load resource/.test(message.text());
      if (message.type() === "error" && !isResponse) visitor.complaints.push(message.text());
    });
    await prepare(visitor);
    await page.goto(address);
    return visitor;
  }

  /** Waits until every request has its response, and the page has seen it. */
  async idle(): Promise<void> {
    while (this.finished < this.requests.length) await new Promise((resolve) => setTimeout(resolve, 5));
    await this.page.evaluate(
      "new Promise((resolve) => { const { port1, port2 } = new MessageChannel(); port1.onmessage = resolve; port2.postMessage(0); })",
    );
  }

  /** Waits until the page's heading is a text. */
  async sees(title: string): Promise<void> {
    await this.page.getByRole("heading", { level: 1, name: title }).waitFor();
  }

  /** Fills in the form as people do, and submits it. @param isKnown whether the account has a connection, of which the page tells first */
  async createLink(accountId: string, region: string, isKnown = false): Promise<void> {
    await this.page.getByLabel("AWS account ID").fill(accountId.replace(/(\d{4})(?=\d)/g, "$1 "));
    await this.page.getByRole("combobox", { name: "Region" }).fill(region);
    await this.page.getByRole("option").first().click();
    await this.page.getByRole("button", { name: "Continue" }).click();
    if (isKnown) await this.page.getByRole("button", { name: "Create another link" }).click();
    await this.sees("Your link is ready");
  }

  /** The external ID in the page's address. */
  get externalId(): string {
    return new URL(this.page.url()).hash.replace("#/connections/", "");
  }

  /** Opens the AWS console by a click, and resolves with the tab that the browser opened for it. */
  async openConsole(): Promise<Page> {
    const [tab] = await Promise.all([
      this.context.waitForEvent("page"),
      this.page.getByRole("link", { name: "Open AWS console" }).click(),
    ]);
    tab.setDefaultTimeout(15_000);
    return tab;
  }

  /**
   * Lets axe look at the page as it is, in light and dark, and holds it against a screen of 320 pixels.
   * @throws AssertionError with what axe found
   */
  async isAccessible(state: string): Promise<void> {
    const { page } = this;
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      if (await page.evaluate("typeof axe === 'undefined'")) await page.evaluate(axe.source);
      const { violations } = (await page.evaluate("axe.run()")) as axe.AxeResults;
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
      assert.deepEqual(found, [], `${state}, ${colorScheme}`);
    }
    const size = page.viewportSize();
    await page.setViewportSize({ width: 320, height: 640 });
    const width = await page.evaluate("document.documentElement.scrollWidth");
    assert.equal(width, 320, `${state} is wider than the narrowest screen`);
    if (size) await page.setViewportSize(size);
  }

  /** Ends the visit, and checks that the browser asked nobody else and had nothing to complain about. */
  async leave(): Promise<void> {
    await this.context.close();
    // Icons are data: URIs, which no host sees.
    const others = this.requests.filter(
      (address) =>
        ![this.origin, ...this.allowed].some((known) => address.startsWith(`${known}/`)) &&
        !/^data:/.test(address),
    );
    assert.deepEqual(others, [], "the page asked another host");
    assert.deepEqual(this.complaints, []);
  }
}

/**
 * Presses "Create stack" in the console's stand-in, and waits until the stack has settled, or was refused.
 * @param changes who is signed in, and parameters that somebody changes
 */
export async function createStack(
  tab: Page,
  changes: { readonly account?: string; readonly parameters?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const { account, parameters = {} } = changes;
  const fields = { ...(account !== undefined && { Account: account }), ...parameters };
  for (const [label, value] of Object.entries(fields))
    await tab.getByLabel(label, { exact: true }).fill(value);
  await tab.getByLabel("I acknowledge").check();
  await tab.getByRole("button", { name: "Create stack" }).click();
  return (await tab.locator("#status, #error").textContent()) ?? "";
}
