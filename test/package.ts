/** The package as its users get it: built, packed, and installed into an empty folder. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const project = fileURLToPath(new URL("..", import.meta.url));
const folder = join(project, ".onboarding/package");
const SOURCES = ["client", "components", "functions", "templates"];
const FILES = ["package.json", "package-lock.json", "tsconfig.json", "tsconfig.build.json"];
const NAME = "cross-account-onboarding";

/** As long as a build takes on a slow machine: a lock that is older is one that a killed process left. */
const STALE_MILLISECONDS = 300_000;

/**
 * Packs the package as it is now, unless that was done before.
 *
 * @returns the tarball's path
 */
async function tarball(): Promise<string> {
  const packed = join(folder, `${hashOfSources()}.tgz`);
  mkdirSync(folder, { recursive: true });
  const release = await lock(join(folder, "building"));
  try {
    if (existsSync(packed)) return packed;
    for (const name of readdirSync(folder)) if (name.endsWith(".tgz")) rmSync(join(folder, name));
    const options = { cwd: project };
    await run(process.execPath, ["--import=tsx", "components/build/build-package.ts"], options);
    const npmPack = ["pack", "--json", "--pack-destination", folder];
    const { stdout } = await run("npm", npmPack, options);
    const [{ filename }] = Object.values<{ filename: string }>(JSON.parse(stdout)) as [{ filename: string }];
    renameSync(join(folder, filename), packed);
    return packed;
  } finally {
    release();
  }
}

/**
 * Installs the tarball, with exactly what it depends on, in the versions of this project's lock file.
 *
 * @returns a new folder, whose node_modules/ has nothing else
 */
export async function install(): Promise<string> {
  const file = `file:${await tarball()}`;
  const installed = mkdtempSync(join(tmpdir(), "package-"));
  const root = { name: "user", version: "1.0.0", dependencies: { [NAME]: file } };
  const { packages } = JSON.parse(readFileSync(join(project, "package-lock.json"), "utf8"));
  const { devDependencies, ...own } = packages[""];
  const locked = {
    ...root,
    lockfileVersion: 3,
    requires: true,
    packages: {
      "": root,
      [`node_modules/${NAME}`]: { ...own, resolved: file },
      ...Object.fromEntries(
        Object.entries<{ dev?: boolean }>(packages).filter(([path, { dev }]) => path !== "" && !dev),
      ),
    },
  };
  writeFileSync(join(installed, "package.json"), JSON.stringify({ ...root, private: true }));
  writeFileSync(join(installed, "package-lock.json"), JSON.stringify(locked));
  await run("npm", ["ci", "--prefer-offline", "--no-audit", "--no-fund"], { cwd: installed });
  return installed;
}

/** Gives an installation packages of this project's node_modules: a link each, since they are large. */
export function link(installed: string, ...names: readonly string[]): void {
  for (const name of names) {
    const path = join(installed, "node_modules", name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(join(project, "node_modules", name), path);
  }
}

function hashOfSources(): string {
  const hash = createHash("sha256");
  const sources = SOURCES.flatMap((part) =>
    readdirSync(join(project, part), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  for (const path of [...sources.sort(), ...FILES.map((file) => join(project, file))]) {
    hash.update(path.slice(project.length)).update(readFileSync(path));
  }
  return hash.digest("hex").slice(0, 16);
}

/** Tests in other processes build the same. */
async function lock(path: string): Promise<() => void> {
  for (;;) {
    try {
      mkdirSync(path);
      return () => rmSync(path, { recursive: true });
    } catch {
      const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
      if (age > STALE_MILLISECONDS) rmSync(path, { recursive: true, force: true });
      await wait(200);
    }
  }
}
