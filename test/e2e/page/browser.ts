/** A real Chromium: the one that comes with an npm package, so that nothing has to be installed or downloaded. */
import { dirname, join } from "node:path";
import chromium from "@sparticuz/chromium";
import { type Browser, chromium as playwright } from "playwright-core";

/** Unlike the package's own, made for Lambda, they leave the web's security as it is. */
const ARGUMENTS = [
  "--no-sandbox",
  "--no-zygote",
  "--disable-gpu",
  "--font-render-hinting=none",
  "--force-color-profile=srgb",
];

export async function launchBrowser(): Promise<Browser> {
  const executablePath = await chromium.executablePath();
  return playwright.launch({
    executablePath,
    args: ARGUMENTS,
    headless: true,
    // The package brings a font along: texts are as wide on every machine.
    env: { ...process.env, FONTCONFIG_PATH: join(dirname(executablePath), "fonts") },
  });
}
