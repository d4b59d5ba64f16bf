/** `npm run screenshots`: a screenshot of each state of the page, light and dark, wide and narrow, in docs/screenshots. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Argument, Command, Option } from "commander";
import { projectFolder } from "../../../emulator/paths.js";
import { LANGUAGES } from "../../../functions/url-generator/page/languages/index.js";
import { loadPage } from "../../integration/functions/url-generator/page/load-page.js";
import { launchBrowser } from "./browser.js";
import { openState, STATES } from "./states.js";

const SIZES = {
  wide: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
  narrow: { width: 320, height: 640 },
};

const command = new Command("npm run screenshots --")
  .description("Takes pictures of the page in each state, light and dark, on three sizes of screen.")
  .addArgument(
    new Argument("[states...]", "only these states").choices(STATES.map(({ name }) => name)).default([]),
  )
  .addOption(
    new Option("--language <tag>", "the page's language").choices(Object.keys(LANGUAGES)).default("en"),
  )
  .parse();
const { language } = command.opts<{ language: keyof typeof LANGUAGES }>();
const texts = LANGUAGES[language];
const chosen = command.args;

const folder = join(projectFolder, "docs", "screenshots", ...(language === "en" ? [] : [language]));
mkdirSync(folder, { recursive: true });
const browser = await launchBrowser();
const render = await loadPage();
for (const state of STATES.filter(({ name }) => chosen.length === 0 || chosen.includes(name))) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of ["light", "dark"] as const) {
      const tab = await openState(browser, state, { render, language, texts, colorScheme, viewport });
      await tab.screenshot({
        path: join(folder, `${state.name}-${size}-${colorScheme}.png`),
        fullPage: !state.window,
      });
      await tab.context().close();
    }
  }
  process.stdout.write(`${state.name}\n`);
}
await browser.close();
