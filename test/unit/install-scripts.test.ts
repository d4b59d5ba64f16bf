/** What `npm ci` runs on a developer's machine, and in CI: nothing. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");

describe("npm ci", () => {
  it("runs no install script of any package", () => {
    assert.match(read(".npmrc"), /^ignore-scripts=true$/m);
  });

  it("leaves out no script that has not been looked at", () => {
    const { packages } = JSON.parse(read("package-lock.json")) as {
      packages: Record<string, { hasInstallScript?: boolean }>;
    };
    const withScript = Object.entries(packages)
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length));
    const table = read("CONTRIBUTING.md").split("What its install script does")[1]?.split("\n\n")[0] ?? "";
    const documented = [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name);
    assert.deepEqual(documented.toSorted(), [...new Set(withScript)].toSorted());
  });

  it("leaves out nothing of this package: npm would skip scripts that run before or after another one", () => {
    const names = Object.keys((JSON.parse(read("package.json")) as { scripts: object }).scripts);
    const skipped = names.filter((name) =>
      names.some((other) => [`pre${other}`, `post${other}`].includes(name)),
    );
    assert.deepEqual(skipped, []);
    assert.ok(!names.some((name) => /^(pre|post)?(install|prepare|publish)/.test(name)), names.join(" "));
  });
});
