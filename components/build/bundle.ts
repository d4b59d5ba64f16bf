import { fileURLToPath } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { build, type Metafile } from "esbuild";
import { pageSources } from "./page-sources-plugin.js";
import { trimSdk } from "./trim-sdk-plugin.js";

/** The functions there are: the folders in functions/ that have a handler. */
export const functionNames = ["changes", "health", "receiver", "topic-policies", "url-generator"] as const;

/** One of {@link functionNames}. */
export type FunctionName = (typeof functionNames)[number];

/** What is deployed for one function. */
export interface Bundle {
  /** Content by file name, index.js with its exported `handler` among them. */
  files: Record<string, string>;
  /** What went into it, for the one who wonders about its size. */
  metafile: Metafile;
}

const projectFolder = fileURLToPath(new URL("../..", import.meta.url));

const bundles = new Map<FunctionName, Promise<Bundle>>();

/**
 * The function and all that it needs, in one file. Made once per process, whatever the number of regions, and of the
 * same bytes in every folder and on every machine: another byte would be a change in every region at the next preview.
 *
 * @throws esbuild's BuildFailure, with a message that names file and line
 */
export function bundle(functionName: FunctionName): Promise<Bundle> {
  const made = bundles.get(functionName) ?? bundleEntry(`functions/${functionName}/index.ts`);
  bundles.set(functionName, made);
  return made;
}

/** The bundle of any entry point. @param entryPoint a path from the project's folder */
export async function bundleEntry(entryPoint: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    // Paths from here on are relative: esbuild writes some of them into what it makes.
    absWorkingDir: projectFolder,
    entryPoints: [entryPoint],
    outfile: "index.js",
    bundle: true,
    minify: true,
    platform: "node",
    // What the embedded cloud's oldest Node can run as well as Lambda's.
    target: "node20",
    // CommonJS loads faster than a module; the SDK's module sources make the smaller bundle of it.
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

/** The bundle as Lambda takes it. */
export function codeArchive({ files }: Pick<Bundle, "files">): pulumi.asset.AssetArchive {
  return new pulumi.asset.AssetArchive(
    Object.fromEntries(
      Object.entries(files).map(([name, content]) => [name, new pulumi.asset.StringAsset(content)]),
    ),
  );
}
