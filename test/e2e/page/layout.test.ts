/** What stands where, on screens of phones too. */
import assert from "node:assert/strict";
import { RegionInfo } from "@aws-cdk/region-info";
import type { Browser, Page } from "playwright-core";
import { regionName } from "../../../functions/aws/region-names.js";
import { LANGUAGES } from "../../../functions/url-generator/page/languages/index.js";
import { loadPage } from "../../integration/functions/url-generator/page/load-page.js";
import { launchBrowser } from "./browser.js";
import { openState, STATES } from "./states.js";

describe("The page's layout", function () {
  this.timeout(60_000);
  let browser: Browser;
  let render: Awaited<ReturnType<typeof loadPage>>;

  before(async () => {
    [browser, render] = await Promise.all([launchBrowser(), loadPage()]);
  });

  after(() => browser?.close());

  const open = (name: string, width: number): Promise<Page> => {
    const state = STATES.find((one) => one.name === name);
    assert.ok(state, name);
    const viewport = { width, height: 800 };
    return openState(browser, state, { render, language: "en", texts: LANGUAGES.en, viewport });
  };

  const topOf = async (page: Page, selector: string) =>
    (await page.locator(selector).boundingBox())?.y ?? Number.NaN;

  for (const name of ["start", "start-tiers"]) {
    it(`has what is granted before the button on a phone, in the state ${name}`, async () => {
      const page = await open(name, 390);
      assert.ok((await topOf(page, "#access")) < (await topOf(page, "#create-link")));
      assert.ok((await topOf(page, "#region")) < (await topOf(page, "#access")));
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.locator("#columns > #access").waitFor();
      await page.context().close();
    });
  }

  it("has what is granted below a connection on a phone", async () => {
    const page = await open("pending", 390);
    assert.ok((await topOf(page, "#connection")) < (await topOf(page, "#access")));
    await page.context().close();
  });

  it("cuts no region's name off on the narrowest screen", async () => {
    const page = await open("start", 320);
    for (const name of RegionInfo.regions.map((region) => regionName(region.name))) {
      const isCut = await page.evaluate(
        `((input) => { input.value = ${JSON.stringify(name)}; return input.scrollWidth > input.clientWidth; })(document.getElementById("region"))`,
      );
      assert.equal(isCut, false, name);
    }
    await page.context().close();
  });

  for (const [name, primary, granted] of [
    ["start", "Continue", "What Example Analytics will be able to do"],
    ["pending", "Open AWS console", "What Example Analytics will be able to do"],
    ["pending-waiting", "Open AWS console", "What Example Analytics will be able to do"],
    ["connected-code", "Confirm", "What the role allows Example Analytics to do"],
    ["connected", undefined, "What the role allows Example Analytics to do"],
    ["expired", "Create a new link", "What Example Analytics would have been able to do"],
    ["cancelled", "Create a new link", "What Example Analytics would have been able to do"],
    ["disconnected", "Create a new link", "What Example Analytics was able to do"],
    ["unreachable", "Create a new link", "What the role allows Example Analytics to do"],
  ] as const) {
    it(`has one thing to do next in the state ${name}, and says of the grants what is true then`, async () => {
      const page = await open(name, 1280);
      const buttons = await page.locator(".primary:visible:not(dialog *)").allInnerTexts();
      assert.deepEqual(
        buttons.map((text) => text.trim().replace(/\s*\(new tab\)$/, "")),
        primary === undefined ? [] : [primary],
      );
      assert.equal(await page.locator("#access-title").textContent(), granted);
      const promise = await page.locator("#promise").isVisible();
      assert.equal(promise, !/was able|would have/.test(granted));
      await page.context().close();
    });
  }
});
