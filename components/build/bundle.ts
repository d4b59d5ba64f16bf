import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import * as pulumi from "@pulumi/pulumi";

/** All functions, by the names of their folders in functions/. */
export const functionNames = [
  "changes",
  "health",
  "organizations",
  "receiver",
  "topic-policies",
  "url-generator",
] as const;

export type FunctionName = (typeof functionNames)[number];

/** What is deployed for one function. */
export interface Bundle {
  /** The content of each file by its name; index.js exports `handler`. */
  files: Record<string, string>;
}

/** The names of every bundle's files. */
const FILES = ["index.js", "package.json"];

/** Beside the built package, which has no sources of functions; a clone, whose sources may have changed, has no such folder. */
const builtBundles = new URL("../../bundles/", import.meta.url);

/**
 * All functions, by name: as the package was built with them, or else made from their sources.
 *
 * @throws esbuild's BuildFailure, whose message names file and line
 */
export async function bundleAll(): Promise<Record<FunctionName, Bundle>> {
  if (existsSync(builtBundles)) return readBundles(builtBundles);
  const { bundleAllSources } = await import("./bundle-sources.js");
  return bundleAllSources();
}

/** Bundles that were written as a folder for each function. */
async function readBundles(folder: URL): Promise<Record<FunctionName, Bundle>> {
  const entries = functionNames.map(async (functionName) => {
    const files = FILES.map(async (file) => [
      file,
      await readFile(new URL(`${functionName}/${file}`, folder), "utf8"),
    ]);
    return [functionName, { files: Object.fromEntries(await Promise.all(files)) }];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** The bundle as a Lambda function takes it. */
export function codeArchive({ files }: Bundle): pulumi.asset.AssetArchive {
  return new pulumi.asset.AssetArchive(
    Object.fromEntries(
      Object.entries(files).map(([name, content]) => [name, new pulumi.asset.StringAsset(content)]),
    ),
  );
}
