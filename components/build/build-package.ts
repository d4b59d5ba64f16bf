// `npm run build`: makes in dist/ what the package consists of: the component and the client as JavaScript with types, the operator's
// program, and the functions' bundles.
import { execFileSync } from "node:child_process";
import { copyFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { SCRIPT_OPTIONS } from "./bundle-sources.js";
import { reachableFrom } from "./reachable.js";

const project = fileURLToPath(new URL("../..", import.meta.url));
const dist = join(project, "dist");
const ENTRIES = ["components/index", "components/provider/index", "client/index"];
/** What the provider reads. */
const SCHEMA = "components/provider/schema.json";
const PARTS = ["client", "components", "functions", "templates"];

for (const part of [...PARTS, "bundles", "onboarding.cjs"]) {
  rmSync(join(dist, part), { recursive: true, force: true });
}
compile();
await bundleCommand();
await import("./write-bundles.js");

/** The compiler also emits what is imported for its types only: all that nobody can reach is left out. */
function compile(): void {
  const compiler = join(project, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [compiler, "--project", "tsconfig.build.json"], {
    cwd: project,
    stdio: "inherit",
  });
  const entries = ENTRIES.flatMap((entry) => [`${entry}.js`, `${entry}.d.ts`]).map((file) =>
    join(dist, file),
  );
  const { files } = reachableFrom(entries);
  for (const part of PARTS) {
    for (const entry of readdirSync(join(dist, part), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && !files.has(path)) rmSync(path);
    }
  }
  copyFileSync(join(project, SCHEMA), join(dist, SCHEMA));
}

/** With everything that it needs in one file, so that the package has few dependencies. */
async function bundleCommand(): Promise<void> {
  await build({
    ...SCRIPT_OPTIONS,
    absWorkingDir: project,
    entryPoints: ["client/cli/index.ts"],
    outfile: "dist/onboarding.cjs",
  });
}
