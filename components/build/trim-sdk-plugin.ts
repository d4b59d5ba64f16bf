import { readFile } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";
import { clientSource, commandSource } from "./sdk/services.js";

const sdkFolder = fileURLToPath(new URL("./sdk", import.meta.url));
const partitions = fileURLToPath(new URL("../../functions/aws/partitions", import.meta.url));

/**
 * What the SDK makes while it is loaded, and nothing here uses: its middleware for retries, and a source of UUIDs, for which Node would load all of
 * Web Crypto.
 */
const MADE_WHEN_LOADED = `
  const nothing = () => undefined;
  export { nothing as bindGetRetryPlugin, nothing as bindRetryMiddleware, nothing as bindV4 };
  export const retryMiddlewareOptions = {};`;

/**
 * Puts small clients of AWS in the place of the SDK's, whose code is two thirds of a function with them. The functions' sources and their
 * types are the SDK's all the same, and so are errors, retries and connections.
 */
export const trimSdk: Plugin = {
  name: "trim-sdk",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^#sdk\// }, ({ path }) => ({
      path: `${join(sdkFolder, basename(path, ".js"))}.ts`,
    }));
    onResolve({ filter: /^#partitions$/ }, () => ({ path: `${partitions}.ts` }));
    onLoad({ filter: /client-[\w-]+[/\\]dist-es[/\\]\w+Client\.js$/ }, async ({ path }) => {
      const folder = dirname(path);
      const client = clientOf(path);
      const { version } = JSON.parse(await readFile(join(folder, "../package.json"), "utf8"));
      const errors = await readFile(join(folder, "models/errors.js"), "utf8");
      const contents = clientSource(client, { className: basename(path, ".js"), version, errors });
      const text = `components/build/sdk/services.ts does not know how @aws-sdk/${client} is called: add it there.`;
      return contents === undefined ? { errors: [{ text }] } : { contents, resolveDir: folder };
    });
    onLoad({ filter: /client-[\w-]+[/\\]dist-es[/\\]commands[/\\]\w+Command\.js$/ }, ({ path }) => ({
      contents: commandSource(clientOf(path), basename(path, "Command.js")),
      resolveDir: dirname(path),
    }));
    onLoad({ filter: /client-[\w-]+[/\\]dist-es[/\\]schemas[/\\]schemas_0\.js$/ }, async ({ path }) => ({
      contents: withoutUnused(await readFile(path, "utf8")),
    }));
    onLoad(
      { filter: /smithy[/\\]core[/\\].*[/\\](middleware-retry[/\\]retryMiddleware|uuid[/\\]v4)\.js$/ },
      () => ({
        contents: MADE_WHEN_LOADED,
      }),
    );
  },
};

/**
 * A client's schemas, of which esbuild can leave out those that are not used. It cannot see that nothing happens when one of them is made,
 * because of their computed keys, and that nobody looks for the registered errors.
 */
function withoutUnused(schemas: string): string {
  return schemas
    .replace(/^.*registerError\(.*\);$/gm, "")
    .replace(/^(const \w+ = )(TypeRegistry\.for\(\w+\));$/gm, "$1/* @__PURE__ */ $2;")
    .replace(/^((?:export )?var [\w$]+ = )(\[.*?\]);$/gms, "$1/* @__PURE__ */ (() => $2)();");
}

/** The client that a file belongs to, such as `client-sts`. */
function clientOf(path: string): string {
  return (
    path
      .split(sep)
      .filter((part) => part.startsWith("client-"))
      .at(-1) ?? ""
  );
}
