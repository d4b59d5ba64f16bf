import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

/** What is imported from some entry points on, by imports of any kind. */
export interface Reachable {
  /** The files, with the entry points among them. */
  readonly files: ReadonlySet<string>;
  /** Each package, as the imports name it, with the first file that imports it; none of Node's own. */
  readonly packages: ReadonlyMap<string, string>;
}

/** @param entries paths of built files, whose relative imports are followed @throws Error about an import that leads nowhere */
export function reachableFrom(entries: readonly string[]): Reachable {
  const files = new Set<string>();
  const packages = new Map<string, string>();
  const waiting = [...entries];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    if (file.endsWith(".json")) continue;
    for (const { fileName: name } of ts.preProcessFile(readFileSync(file, "utf8"), true, true)
      .importedFiles) {
      if (name.startsWith(".")) waiting.push(fileOf(name, file));
      else if (!name.startsWith("node:") && !packages.has(name)) packages.set(name, file);
    }
  }
  return { files, packages };
}

/** Declarations name the JavaScript files whose declarations they mean. */
function fileOf(name: string, importer: string): string {
  const path = join(dirname(importer), name);
  const file = importer.endsWith(".d.ts") ? path.replace(/\.js$/, ".d.ts") : path;
  if (!existsSync(file)) throw new Error(`${importer} imports ${name}, which was not built.`);
  return file;
}
