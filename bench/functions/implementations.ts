/** The functions as they are deployed, and the implementations that they are compared with. */
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type Zippable, zipSync } from "fflate";
import type { FunctionName } from "../../components/build/bundle.js";
import { bundle } from "../../components/build/bundle-sources.js";
import { pageSources } from "../../components/build/page-sources-plugin.js";
import { CONFIG_FILE, OPEN_API_FILE } from "../../functions/url-generator/config.js";
import { openApiDocument } from "../../functions/url-generator/openapi.js";
import { urlGeneratorConfig } from "../deployed.js";
import { REGION } from "./events.js";

/** The functions that a customer has to wait for. */
export const measured = ["receiver", "url-generator"] as const satisfies readonly FunctionName[];
export type Measured = (typeof measured)[number];

/** One implementation of one function. */
export interface Implementation {
  /** Its index.js. */
  readonly file: string;
  /** The size of the zip file that would be uploaded. */
  readonly zipBytes: number;
}

/** Each function in three implementations. */
export type Implementations = Readonly<
  Record<
    Measured,
    {
      readonly bundle: Implementation;
      /** The same sources with the SDK as it comes from npm. */
      readonly unbundled: Implementation;
      /** The same work as it was usually written in 2020: with version 2 of the SDK, unbundled. */
      readonly sdkV2: Implementation;
    }
  >
>;

const project = fileURLToPath(new URL("../..", import.meta.url));
const baselines = join(project, "bench/baselines");

/** Inside the project, so that what is not bundled finds the project's own node_modules. */
const folder = join(project, ".onboarding/bench");

export const emptyHandler = join(baselines, "empty.cjs");

/** Writes everything that is measured to .onboarding/bench/. */
export async function makeImplementations(): Promise<Implementations> {
  await mkdir(folder, { recursive: true });
  const made = measured.map(
    async (name) =>
      [name, { bundle: await bundled(name), unbundled: await unbundled(name), sdkV2: sdkV2(name) }] as const,
  );
  return Object.fromEntries(await Promise.all(made)) as Implementations;
}

/** The size of a bundle as it is uploaded. */
export async function zipBytesOf(name: FunctionName): Promise<number> {
  const { files } = await bundle(name);
  return zipSync(Object.fromEntries(Object.entries(files).map(([file, text]) => [file, Buffer.from(text)])))
    .length;
}

async function bundled(name: FunctionName): Promise<Implementation> {
  const { files } = await bundle(name);
  const target = join(folder, `${name}-bundle`);
  await mkdir(target, { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(join(target, file), text);
  await writeConfig(target);
  return { file: join(target, "index.js"), zipBytes: await zipBytesOf(name) };
}

/** Writes what the program deploys next to the URL generator's code. */
async function writeConfig(target: string): Promise<void> {
  const config = urlGeneratorConfig([REGION]);
  await writeFile(join(target, CONFIG_FILE), JSON.stringify(config));
  await writeFile(join(target, OPEN_API_FILE), JSON.stringify(openApiDocument(config)));
}

async function unbundled(name: FunctionName): Promise<Implementation> {
  const file = join(folder, `${name}-unbundled.cjs`);
  const { metafile } = await build({
    absWorkingDir: project,
    entryPoints: [`functions/${name}/index.ts`],
    outfile: file,
    bundle: true,
    packages: "external",
    plugins: [pageSources],
    platform: "node",
    target: "node20",
    format: "cjs",
    metafile: true,
  });
  await writeConfig(folder);
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  const packages = imports.filter(({ path }) => !path.startsWith("node:")).map(({ path }) => packageOf(path));
  return { file, zipBytes: zipBytes(file, project, packages) };
}

function sdkV2(name: FunctionName): Implementation {
  const file = join(baselines, `${name}.cjs`);
  const packages = name === "receiver" ? ["aws-sdk", "cuid", "cfn-response-promise"] : ["aws-sdk", "cuid"];
  return { file, zipBytes: zipBytes(file, baselines, packages) };
}

function packageOf(path: string): string {
  return path
    .split("/")
    .slice(0, path.startsWith("@") ? 2 : 1)
    .join("/");
}

/** The size of a function with its packages and everything that they depend on. */
function zipBytes(file: string, root: string, packages: readonly string[]): number {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, { dependencies?: Record<string, string> }>;
  };
  const content: Zippable = { "index.js": readFileSync(file) };
  const seen = new Set<string>();
  const add = (name: string, from: string): void => {
    // As Node resolves it: next to the package that imports it, then further up.
    let parent = from;
    while (parent !== "" && !lock.packages[`${parent}/node_modules/${name}`]) {
      parent = parent.slice(0, Math.max(0, parent.lastIndexOf("/node_modules/")));
    }
    const path = `${parent === "" ? "" : `${parent}/`}node_modules/${name}`;
    if (seen.has(path) || !lock.packages[path]) return;
    seen.add(path);
    addFolder(content, root, path);
    for (const dependency of Object.keys(lock.packages[path]?.dependencies ?? {})) add(dependency, path);
  };
  for (const name of packages) add(name, "");
  return zipSync(content, { level: 1 }).length;
}

function addFolder(content: Zippable, root: string, path: string): void {
  for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
    const inner = `${path}/${entry.name}`;
    if (entry.isDirectory() && entry.name !== "node_modules") addFolder(content, root, inner);
    else if (entry.isFile()) content[inner] = readFileSync(join(root, inner));
  }
}
