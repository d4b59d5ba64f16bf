/** What may import what, and how long files and functions may be: docs/architecture.md says it, and this file holds the sources to it. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const project = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string) => readFileSync(`${project}${path}`, "utf8");

/** Every TypeScript source in a folder, by its path from the project's folder. */
function sourcesIn(folder: string): string[] {
  return readdirSync(`${project}${folder}`, { recursive: true, encoding: "utf8" })
    .map((path) => posix.join(folder, path.replaceAll("\\", "/")))
    .filter((path) => path.endsWith(".ts"));
}

const PRODUCT = ["components", "functions", "client"];
const sources = [...[...PRODUCT, "emulator", "bench"].flatMap(sourcesIn), "index.ts"];

/** The paths and the packages that a file imports, type imports too. */
function importsOf(path: string): string[] {
  const { importedFiles } = ts.preProcessFile(read(path), true, true);
  return importedFiles
    .map(({ fileName }) => fileName.replace(/^browser:/, ""))
    .filter((name) => !builtinModules.includes(name.replace(/^node:/, "")))
    .map((name) =>
      name.startsWith(".") ? posix.join(posix.dirname(path), name).replace(/\.js$/, ".ts") : name,
    );
}

const SHARED = ["functions/runtime/", "functions/aws/", "functions/domain/"];
const functionFolders = readdirSync(`${project}functions`).map((name) => `functions/${name}/`);

/** For each layer what it may import beside itself; the first one that a path begins with is the path's. */
const layers: readonly (readonly [layer: string, imports: readonly string[]])[] = [
  ["functions/runtime/", []],
  ["functions/aws/", ["functions/runtime/"]],
  ["functions/domain/", ["functions/aws/", "functions/runtime/"]],
  ...functionFolders.filter((folder) => !SHARED.includes(folder)).map((folder) => [folder, SHARED] as const),
  ["components/", ["functions/", "templates/"]],
  ["client/", ["functions/"]],
  ["index.ts", ["components/"]],
  ["emulator/", ["index.ts", "components/", "functions/", "client/"]],
  ["bench/", ["index.ts", "components/", "functions/", "client/", "emulator/", "test/stand-ins/"]],
];

describe("The architecture", () => {
  it("has a layer for every source", () => {
    const lost = sources.filter((path) => !layers.some(([layer]) => path.startsWith(layer)));
    assert.deepEqual(lost, []);
  });

  for (const [layer, allowed] of layers) {
    it(`lets ${layer} import ${allowed.length > 0 ? allowed.join(", ") : "nothing"} beside itself`, () => {
      const own = sources.filter((path) => path.startsWith(layer));
      assert.ok(own.length > 0, `${layer} has no sources`);
      const foreign = own.flatMap((path) =>
        importsOf(path)
          .filter(
            (imported) =>
              sources.some((source) => source === imported) || /^(test|templates)\//.test(imported),
          )
          .filter((imported) => ![layer, ...allowed].some((prefix) => imported.startsWith(prefix)))
          .map((imported) => `${path} imports ${imported}`),
      );
      assert.deepEqual(foreign, []);
    });
  }

  it("keeps Pulumi out of what runs in Lambda and in the vendor's own programs", () => {
    const using = ["functions", "client"]
      .flatMap(sourcesIn)
      .filter((path) => importsOf(path).some((name) => name.startsWith("@pulumi/")));
    assert.deepEqual(using, []);
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

describe("A source of the product", () => {
  const product = sources.filter((path) => !/^(emulator|bench)\//.test(path));

  it(`has at most ${MAX_LINES} lines`, () => {
    const longer = product.filter((path) => read(path).trimEnd().split("\n").length > MAX_LINES);
    assert.deepEqual(longer, []);
  });

  it(`has no function with more than ${MAX_PARAMETERS} parameters`, () => {
    assert.deepEqual(product.flatMap(functionsTakingMore), []);
  });
});

describe("docs/architecture.md", () => {
  const document = read("docs/architecture.md");

  it("names only files that exist, for at least 24 typical changes", () => {
    const [, section = ""] = document.split(/^## Where to make a change$/m);
    const rows = section
      .split(/^## /m, 1)[0]
      ?.split("\n")
      .filter((line) => line.startsWith("|"))
      .slice(2);
    assert.ok(rows && rows.length >= 24, `${rows?.length} changes`);
    const named = rows.flatMap((row) => {
      const paths = [...(row.split("|")[2] ?? "").matchAll(/`([^`]+)`/g)].map(([, path = ""]) => path);
      assert.ok(paths.length > 0, `no file in ${row}`);
      return paths;
    });
    assert.deepEqual(
      named.filter((path) => !existsSync(`${project}${path}`)),
      [],
    );
  });
});
