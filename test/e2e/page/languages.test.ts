/** The page in other languages, in every state: what is on it comes from the texts, fits, and is accessible. */
import assert from "node:assert/strict";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { LANGUAGES, type Texts } from "../../../functions/url-generator/page/languages/index.js";
import { loadPage } from "../../integration/functions/url-generator/page/load-page.js";
import { launchBrowser } from "./browser.js";
import { openState, REGIONS, STATES } from "./states.js";

/** Each text stands between brackets, with the values that it takes: whatever else is on the page does not come from a text. */
const BRACKETED = bracketed(LANGUAGES.en);

function bracketed(texts: Texts): Texts {
  const mark = (section: object) =>
    Object.fromEntries(Object.entries(section).map(([name, text]) => [name, `⟦${text}⟧`]));
  return { ...texts, document: mark(texts.document), script: mark(texts.script) } as unknown as Texts;
}

/** What is never translated: names, what IAM and tools are told, what the API says, and examples. */
const OTHERS = [
  ".vendor",
  ".monogram",
  ".grants",
  ".access-level",
  "#tiers b",
  ".facts dd",
  ".own a",
  "code",
  "#own-role h3",
  // The API says what an update changes, in the language of the page as far as it knows it.
  "#update-added-list",
  "#update-removed-list",
  // What the API says, in English.
  "[lang]:not(html)",
  "#tools button:not(#tool-console, #tool-role)",
];

/** Every text that the page shows or tells, without the bracketed parts and the regions' names. */
const LEFT = `(() => {
  const others = ${JSON.stringify(OTHERS.join(","))};
  const isOurs = (element) => !element.closest(others + ", script, style, noscript");
  const found = [document.title];
  for (const element of document.querySelectorAll("body *"))
    if (isOurs(element))
      for (const name of ["aria-label", "placeholder", "title", "alt"]) found.push(element.getAttribute(name) ?? "");
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) if (isOurs(nodes.currentNode.parentElement)) found.push(nodes.currentNode.data);
  const regions = ${JSON.stringify(REGIONS.map(({ name }) => name))};
  const text = regions.reduce((all, name) => all.replaceAll(name, ""), found.join("\\n"));
  let depth = 0;
  const left = [...text].filter((character) => {
    if (character === "⟦") depth += 1;
    else if (character === "⟧") depth -= 1;
    else return depth === 0;
  });
  return left.join("").match(/\\p{L}+/gu) ?? [];
})()`;

describe("The page in any language", function () {
  this.timeout(60_000);
  let browser: Browser;
  let render: Awaited<ReturnType<typeof loadPage>>;

  before(async () => {
    [browser, render] = await Promise.all([launchBrowser(), loadPage()]);
  });

  after(() => browser?.close());

  const widthOf = (page: Page) => page.evaluate("document.documentElement.scrollWidth");

  for (const state of STATES) {
    it(`says nothing in its state ${state.name} that is not one of its texts`, async () => {
      const page = await openState(browser, state, { render, language: "en", texts: BRACKETED });
      assert.deepEqual(await page.evaluate(LEFT), []);
      await page.context().close();
    });
  }

  it("fits on a narrow screen in every state in German, whose words are the longest", async () => {
    const look = { render, language: "de", texts: LANGUAGES.de, viewport: { width: 320, height: 640 } };
    const tooWide: string[] = [];
    for (const state of STATES) {
      const page = await openState(browser, state, look);
      if ((await widthOf(page)) !== 320) tooWide.push(state.name);
      await page.context().close();
    }
    assert.deepEqual(tooWide, []);
  });

  for (const [language, texts] of Object.entries(LANGUAGES)) {
    it(`fits on a narrow screen in ${language}, is accessible, and says which language it is in`, async () => {
      for (const name of [
        "start-wrong",
        "pending-failed",
        "connected-code",
        "connected-update",
        "disconnected",
        "unsafe",
      ]) {
        const state = STATES.find((one) => one.name === name);
        assert.ok(state);
        const viewport = { width: 320, height: 640 };
        const page = await openState(browser, state, { render, language, texts, viewport });
        assert.equal(await page.evaluate("document.documentElement.lang"), language);
        assert.equal(await widthOf(page), 320, name);
        await page.evaluate(axe.source);
        const { violations } = (await page.evaluate("axe.run()")) as axe.AxeResults;
        assert.deepEqual(
          violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`),
          [],
          name,
        );
        await page.context().close();
      }
    });
  }

  for (const [language, code, status, field, note, noteLanguage] of [
    ["de", "noCapacity", 503, "region", LANGUAGES.de.script.problemNoCapacity, null],
    ["ja", "tooMany", 429, "accountId", LANGUAGES.ja.script.problemTooMany, null],
    ["fr", "invalid", 400, "permissionsBoundary", "The API's own sentence.", "en"],
    ["en", "noCapacity", 503, "region", "The API's own sentence.", "en"],
  ] as const) {
    it(`says in ${language} what the API means by ${code}, or in English, and marks it so`, async () => {
      const [state] = STATES;
      assert.ok(state);
      const page = await openState(browser, state, { render, language, texts: LANGUAGES[language] });
      const detail = "The API's own sentence.";
      await page.route("**/connections", (route) =>
        route.fulfill(
          route.request().method() === "POST"
            ? { status, json: { code, status, detail, field } }
            : { json: { connections: [] } },
        ),
      );
      await page.fill("#account", "222233334444");
      await page.click("#create-link");
      const ids = { region: "region-note", accountId: "account-note", permissionsBoundary: "boundary-note" };
      const shown = page.locator(`#${ids[field]}`);
      await shown.filter({ hasText: note }).waitFor();
      assert.equal(await shown.getAttribute("lang"), noteLanguage);
      await page.context().close();
    });
  }
});
