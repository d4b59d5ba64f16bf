/** The project's documents, and the commands in them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

export const read = (path: string) => readFileSync(join(root, path), "utf8");

const isMarkdown = (path: string) => path.endsWith(".md");

export const documents: readonly string[] = [
  ...readdirSync(root).filter(isMarkdown),
  ...["docs", "examples", ".github"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter(isMarkdown)
      .map((path) => join(folder, path)),
  ),
];

/** The changelog also speaks of what is no longer there. */
export const present = documents.filter((path) => path !== "CHANGELOG.md");

/** A command as a document has it: a line of a block of shell commands, or in backticks. */
export interface DocumentedCommand {
  readonly path: string;
  readonly command: string;
}

/** All commands that begin with the name of one of these programs. */
export function commandsOf(...programs: readonly string[]): DocumentedCommand[] {
  const begin = new RegExp(`^(?:${programs.join("|")})(?: |$)`);
  return present.flatMap((path) =>
    [...inBlocks(read(path)), ...inBackticks(read(path))]
      .filter((command) => begin.test(command))
      .map((command) => ({ path, command })),
  );
}

/** Every line of every block of shell commands. */
export function commandsInBlocks(): DocumentedCommand[] {
  return present.flatMap((path) => inBlocks(read(path)).map((command) => ({ path, command })));
}

/** Each line of each block, continued lines as one; without comments, and what comes after `&&` by itself. */
function inBlocks(text: string): string[] {
  return [...text.matchAll(/^( *)```sh\n([\s\S]*?)\n\1```$/gm)].flatMap(([, , block = ""]) =>
    block
      .replace(/ *\\\n */g, " ")
      .split("\n")
      .flatMap((line) => line.replace(/ +#.*$/, "").split(" && "))
      .map((line) => line.trim())
      .filter((line) => line !== ""),
  );
}

function inBackticks(text: string): string[] {
  const prose = text.replace(/^( *)```[\s\S]*?\n\1```$/gm, "");
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
}

/** The words of a command, as a shell makes them of quotes; without variables and patterns. */
export function wordsOf(command: string): string[] {
  return [...command.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) =>
    word.replace(/'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) => single ?? double ?? ""),
  );
}
