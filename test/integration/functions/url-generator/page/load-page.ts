import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleEntry } from "../../../../../components/build/bundle-sources.js";
import type { renderPage } from "../../../../../functions/url-generator/page/index.js";

/** The page as it is deployed: only a bundle turns its sources into texts. */
export async function loadPage(): Promise<typeof renderPage> {
  const { files } = await bundleEntry("functions/url-generator/page/index.ts");
  const folder = mkdtempSync(join(tmpdir(), "page-"));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const loaded = createRequire(import.meta.url)(join(folder, "index.js")) as {
      readonly renderPage: typeof renderPage;
    };
    return loaded.renderPage;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
