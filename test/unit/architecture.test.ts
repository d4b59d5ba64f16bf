/** What may import what, and how long files and functions may be: docs/architecture.md says it, and this file holds the sources to it. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const project = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string) => readFileSync(`${project}${path}`, "utf8");

/** Every file in a folder, by its path from the project's folder. */
const filesIn = (folder: string): string[] =>
  readdirSync(`${project}${folder}`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(project, join(parentPath, name)).replaceAll("\\", "/"));
const isSource = (path: string) => path.endsWith(".ts");
const generated = ["components/config/arguments.ts", "components/provider/schema.json"];
const product = [...["components", "functions", "client"].flatMap(filesIn), "index.ts"].filter(
  (path) => !generated.includes(path),
);
const sources = [...product, ...["emulator", "bench"].flatMap(filesIn)].filter(isSource);

/** What a file imports, types too: other files by their paths from the project's folder, and packages by their names. */
function importsOf(path: string): { readonly files: string[]; readonly packages: string[] } {
  const imported = ts
    .preProcessFile(read(path), true, true)
    .importedFiles.map(({ fileName }) => fileName.replace(/^browser:/, ""));
  const [files, packages] = [true, false].map((isFile) =>
    imported.filter((name) => name.startsWith(".") === isFile),
  );
  return {
    files: (files ?? []).map((name) => posix.join(posix.dirname(path), name)),
    packages: packages ?? [],
  };
}

const SHARED = ["functions/runtime/", "functions/aws/", "functions/domain/"];
const functionFolders = readdirSync(`${project}functions`).map((name) => `functions/${name}/`);

/** For each layer, what it may import beside itself. */
const layers: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(functionFolders.map((folder) => [folder, SHARED])),
  "functions/runtime/": [],
  "functions/aws/": ["functions/runtime/"],
  "functions/domain/": ["functions/aws/", "functions/runtime/"],
  "components/": ["functions/", "templates/"],
  "index.ts": ["components/"],
  "client/": ["functions/"],
  "emulator/": ["index.ts", "components/", "functions/", "client/"],
  "bench/": ["index.ts", "components/", "functions/", "client/", "emulator/", "test/stand-ins/"],
};

describe("The architecture", () => {
  it("has a layer for every source", () => {
    const lost = sources.filter((path) => !Object.keys(layers).some((layer) => path.startsWith(layer)));
    assert.deepEqual(lost, []);
  });

  for (const [layer, allowed] of Object.entries(layers)) {
    it(`lets ${layer} import ${allowed.length > 0 ? allowed.join(", ") : "nothing"} beside itself`, () => {
      const own = sources.filter((path) => path.startsWith(layer));
      assert.ok(own.length > 0, `${layer} has no sources`);
      const foreign = own.flatMap((path) =>
        importsOf(path)
          .files.filter((imported) => ![layer, ...allowed].some((prefix) => imported.startsWith(prefix)))
          .map((imported) => `${path} imports ${imported}`),
      );
      assert.deepEqual(foreign, []);
    });
  }

  it("keeps Pulumi out of what runs in Lambda and in the vendor's own programs", () => {
    const users = sources
      .filter((path) => /^(functions|client)\//.test(path))
      .filter((path) => importsOf(path).packages.some((name) => name.startsWith("@pulumi/")));
    assert.deepEqual(users, []);
  });
});

const MAX_LINES = 250;
const MAX_PARAMETERS = 4;

/** A file's functions with more parameters than four, by name; an overload counts like a function. */
function functionsTakingMore(path: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node, name: string): void => {
    const named = (node as ts.NamedDeclaration).name;
    const own = named ? named.getText() : name;
    // Of a function type, too, since whoever implements it takes as many. A `this` parameter is not passed.
    const parameters = ts.isFunctionLike(node)
      ? node.parameters.filter((parameter) => parameter.name.getText() !== "this")
      : [];
    if (parameters.length > MAX_PARAMETERS) {
      found.push(`${path}: ${ts.isConstructorDeclaration(node) ? `constructor of ${name}` : own}`);
    }
    ts.forEachChild(node, (child) => visit(child, own));
  };
  visit(ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true), "anonymous");
  return found;
}

describe("The product", () => {
  it(`has no file of more than ${MAX_LINES} lines`, () => {
    // Nobody reads from its beginning what the schema generates.
    const written = product.filter((path) => !/^\/\*\* .* generated from /.test(read(path)));
    const long = written.filter((path) => read(path).trimEnd().split("\n").length > MAX_LINES);
    assert.deepEqual(long, []);
  });

  it(`has no function with more than ${MAX_PARAMETERS} parameters`, () => {
    assert.deepEqual(product.filter(isSource).flatMap(functionsTakingMore), []);
  });
});

describe("docs/architecture.md", () => {
  /** The first two cells of each row of a section's table. */
  const rowsOf = (title: string): (readonly [first: string, second: string])[] => {
    const [, after = ""] = read("docs/architecture.md").split(`\n## ${title}\n`);
    const [section = ""] = after.split("\n## ");
    const rows = section.split("\n").filter((line) => line.startsWith("|"));
    return rows.slice(2).map((row) => {
      const [, first = "", second = ""] = row.split("|");
      return [first.trim(), second.trim()] as const;
    });
  };
  const pathsIn = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, path = ""]) => path);

  it("names only files that exist, for at least 24 typical changes", () => {
    const rows = rowsOf("Where to make a change");
    assert.ok(rows.length >= 24, `${rows.length} changes`);
    for (const [change, files] of rows) {
      assert.ok(pathsIn(files).length > 0, `no file for: ${change}`);
      for (const path of pathsIn(files)) assert.ok(existsSync(`${project}${path}`), path);
    }
  });

  it("says the same of each layer of the product", () => {
    const rows = rowsOf("Layers");
    for (const layer of [...SHARED, "components/", "index.ts", "client/"]) {
      const [, imports = "no such layer"] = rows.find(([name]) => name === `\`${layer}\``) ?? [];
      assert.deepEqual(pathsIn(imports).toSorted(), layers[layer]?.toSorted(), layer);
    }
  });
});
