/** schema.json, generated from the component's types by `npm run config-docs`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer.js";
import { generateSchema } from "@pulumi/pulumi/provider/experimental/schema.js";
import ts from "typescript";

const project = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(project, "components/provider");

/** The name that its types begin with in every language, and in the URN of whatever was deployed: never change it. */
const PACKAGE = "onboarding";
const COMPONENT = "CrossAccountOnboarding";

/** Where the types are that the schema has. */
const FILES = ["config/arguments.ts", "config/argument-types.ts", "cross-account-onboarding.ts"];

/** The text of schema.json. Takes some seconds: the compiler reads the component with everything that it imports. */
export function schemaSource(): string {
  const { version, description } = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
  // tsconfig.json beside this file limits what is read; its only file is the entry point.
  const manifest = { exports: "../index.js" };
  const analyzer = new Analyzer(folder, PACKAGE, manifest, new Set([COMPONENT]));
  const { components, typeDefinitions, dependencies } = analyzer.analyze();
  const schema = generateSchema(PACKAGE, version, description, components, typeDefinitions, dependencies);
  const texts = tagTexts();
  const { inputProperties = {}, properties = {} } = schema.resources[`${PACKAGE}:index:${COMPONENT}`] ?? {};
  complete(inputProperties, texts[`${COMPONENT}Args`]);
  complete(properties, texts[COMPONENT]);
  for (const [token, type] of Object.entries(schema.types)) {
    complete(type.properties ?? {}, texts[token.replace(/^.*:/, "")]);
  }
  return `${JSON.stringify(schema, withoutOptional, 2)}\n`;
}

type Properties = Record<string, { description?: string }>;

/** The analyzer leaves out what the tags of a comment say. */
function complete(properties: Properties, texts: Readonly<Record<string, string>> = {}): void {
  for (const [name, property] of Object.entries(properties)) {
    property.description = [property.description, texts[name]].filter(Boolean).join("\n\n");
  }
}

/** The analyzer takes each number for one with a fraction, of which there is none; `optional` is no word of Pulumi's schema. */
function withoutOptional(key: string, value: unknown): unknown {
  if (key === "optional") return undefined;
  return key === "type" && value === "number" ? "integer" : value;
}

/** By type and member, what the tags `@default` and `@example` of its comment say. */
function tagTexts(): Record<string, Record<string, string>> {
  const texts: Record<string, Record<string, string>> = {};
  for (const file of FILES) {
    const path = join(project, "components", file);
    const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
    source.forEachChild((node) => {
      if (!ts.isInterfaceDeclaration(node) && !ts.isClassDeclaration(node)) return;
      const members: readonly ts.NamedDeclaration[] = node.members;
      const bases =
        node.heritageClauses?.flatMap(({ types }) => types.map(({ expression }) => expression)) ?? [];
      texts[node.name?.text ?? ""] = Object.fromEntries([
        // Those of a type that it extends, which has to be above it.
        ...bases.flatMap((base) => Object.entries(texts[base.getText()] ?? {})),
        ...members.map((member) => [
          member.name?.getText() ?? "",
          ts.getJSDocTags(member).map(sentence).join(" "),
        ]),
      ]);
    });
  }
  return texts;
}

function sentence({ tagName, comment }: ts.JSDocTag): string {
  const text = ts.getTextOfJSDocComment(comment) ?? "";
  const value = /^(the |none$)/.test(text) ? text : `\`${text}\``;
  return `${tagName.text.charAt(0).toUpperCase()}${tagName.text.slice(1)}: ${value}.`;
}
