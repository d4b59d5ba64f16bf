import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Metafile } from "esbuild";
import { type Bundle, type FunctionName, functionNames } from "./bundle.js";
import { pageSources } from "./page-sources-plugin.js";
import { trimSdk } from "./trim-sdk-plugin.js";

/** A bundle that was just made. */
export interface MadeBundle extends Bundle {
  /** What went into it: esbuild's account, for analyzing its size. */
  metafile: Metafile;
}

/** How a program of ours is made one file. */
export const SCRIPT_OPTIONS = {
  bundle: true,
  minify: true,
  platform: "node",
  // The oldest Node that the project supports; Lambda's runtime is newer.
  target: "node20",
  // CommonJS loads faster than a module, but the SDK's module sources make the smaller bundle.
  format: "cjs",
  mainFields: ["module", "main"],
  legalComments: "none",
} as const satisfies BuildOptions;

const projectFolder = fileURLToPath(new URL("../..", import.meta.url));

const bundles = new Map<FunctionName, Promise<MadeBundle>>();

/**
 * A function with everything that it needs, in one file. It is built once per process, however many regions there are, and has the
 * same bytes in every folder and on every machine: a single different byte would be a change in every region at the next preview.
 *
 * @throws esbuild's BuildFailure, whose message names file and line
 */
export function bundle(functionName: FunctionName): Promise<MadeBundle> {
  const built = bundles.get(functionName) ?? bundleEntry(`functions/${functionName}/index.ts`);
  bundles.set(functionName, built);
  return built;
}

/** All functions, by name. @throws as {@link bundle} does */
export async function bundleAllSources(): Promise<Record<FunctionName, MadeBundle>> {
  const entries = await Promise.all(functionNames.map(async (name) => [name, await bundle(name)]));
  return Object.fromEntries(entries);
}

/** The bundle of any entry point. @param entryPoint relative to the project's folder */
export async function bundleEntry(entryPoint: string): Promise<MadeBundle> {
  const { outputFiles, metafile } = await build({
    ...SCRIPT_OPTIONS,
    // Makes all paths relative: esbuild writes some of them into its output.
    absWorkingDir: projectFolder,
    entryPoints: [entryPoint],
    outfile: "index.js",
    plugins: [trimSdk, pageSources],
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const [index] = outputFiles;
  return {
    files: { "index.js": index?.text ?? "", "package.json": `${JSON.stringify({ type: "commonjs" })}\n` },
    metafile,
  };
}
