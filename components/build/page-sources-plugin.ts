import { readFile } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { build, type Plugin } from "esbuild";

/** Every browser with `<dialog>`, `:has()` and `color-mix()`, which the page needs, supports this. */
const BROWSERS = "es2022";

/**
 * Lets a function import the sources of its page as minified strings: `./page.html`, `./page.css`, and `browser:./main.ts` for a
 * program that runs in the browser.
 */
export const pageSources: Plugin = {
  name: "page-sources",
  setup({ onResolve, onLoad, initialOptions: { absWorkingDir = "." } }) {
    onLoad({ filter: /\.html$/ }, async ({ path }) => ({
      contents: withoutIndentation(await readFile(path, "utf8")),
      loader: "text",
    }));
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { outputFiles } = await build({
        absWorkingDir,
        entryPoints: [path],
        bundle: true,
        minify: true,
        write: false,
        logLevel: "silent",
      });
      return { contents: outputFiles[0]?.text.trim() ?? "", loader: "text" };
    });
    onResolve({ filter: /^browser:/ }, ({ path, resolveDir }) => ({
      path: relative(absWorkingDir, resolve(resolveDir, path.slice("browser:".length))),
      namespace: "browser",
    }));
    onLoad({ filter: /.*/, namespace: "browser" }, async ({ path }) => {
      const { outputFiles } = await build({
        absWorkingDir,
        entryPoints: [path],
        bundle: true,
        minify: true,
        format: "iife",
        target: BROWSERS,
        legalComments: "none",
        write: false,
        logLevel: "silent",
      });
      return { contents: outputFiles[0]?.text.trim() ?? "", loader: "text" };
    });
  },
};

/** HTML shows a line break and the next line's indentation as a single space. */
function withoutIndentation(html: string): string {
  return html
    .replace(/<!--.*?-->/gs, "")
    .replace(/\s+/g, " ")
    .trim();
}
