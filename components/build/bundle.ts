import { fileURLToPath } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { build, type Metafile } from "esbuild";
import { pageSources } from "./page-sources-plugin.js";
import { trimSdk } from "./trim-sdk-plugin.js";

/** All functions, by the names of their folders in functions/. */
export const functionNames = ["changes", "health", "receiver", "topic-policies", "url-generator"] as const;

export type FunctionName = (typeof functionNames)[number];

/** What is deployed for one function. */
export interface Bundle {
  /** The content of each file by its name; index.js exports `handler`. */
  files: Record<string, string>;
  /** What went into it: esbuild's account, for analyzing its size. */
  metafile: Metafile;
}

const projectFolder = fileURLToPath(new URL("../..", import.meta.url));

const bundles = new Map<FunctionName, Promise<Bundle>>();

/**
 * A function with everything that it needs, in one file. It is built once per process, however many regions there are, and has the
 * same bytes in every folder and on every machine: a single different byte would be a change in every region at the next preview.
 *
 * @throws esbuild's BuildFailure, whose message names file and line
 */
export function bundle(functionName: FunctionName): Promise<Bundle> {
  const built = bundles.get(functionName) ?? bundleEntry(`functions/${functionName}/index.ts`);
  bundles.set(functionName, built);
  return built;
}

/** All functions, by name. @throws as {@link bundle} does */
export async function bundleAll(): Promise<Record<FunctionName, Bundle>> {
  const entries = await Promise.all(functionNames.map(async (name) => [name, await bundle(name)]));
  return Object.fromEntries(entries);
}

/** The bundle of any entry point. @param entryPoint relative to the project's folder */
export async function bundleEntry(entryPoint: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    // Makes all paths relative: esbuild writes some of them into its output.
    absWorkingDir: projectFolder,
    entryPoints: [entryPoint],
    outfile: "index.js",
    bundle: true,
    minify: true,
    platform: "node",
    // The oldest Node that the project supports; Lambda's runtime is newer.
    target: "node20",
    // CommonJS loads faster than a module, but the SDK's module sources make the smaller bundle.
    format: "cjs",
    mainFields: ["module", "main"],
    legalComments: "none",
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

/** The bundle as a Lambda function takes it. */
export function codeArchive({ files }: Pick<Bundle, "files">): pulumi.asset.AssetArchive {
  return new pulumi.asset.AssetArchive(
    Object.fromEntries(
      Object.entries(files).map(([name, content]) => [name, new pulumi.asset.StringAsset(content)]),
    ),
  );
}
