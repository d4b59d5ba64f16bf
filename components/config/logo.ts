import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";

/** The logo is part of the page's only document, which must load fast. */
const MAX_BYTES = 32_768;

const TYPES = {
  svg: { type: "image/svg+xml", beginsWith: /^\uFEFF?\s*<(\?xml|!--|svg)/, encoding: "utf8" },
  png: { type: "image/png", beginsWith: /^\x89PNG/, encoding: "latin1" },
} as const;

/**
 * Reads the image, so that the page need not request it from anywhere.
 *
 * @param path of an SVG or PNG file, relative to the folder
 * @param folder by default the one that Pulumi runs the program in: the project's
 * @returns a data: URI; "" without a path
 * @throws Error whose message completes a sentence that begins with the value's name
 */
export function readLogo(path: string, folder = process.cwd()): string {
  if (path === "") return "";
  const refuse = (reason: string, cause?: unknown) =>
    new Error(`is ${JSON.stringify(path)}: ${reason}.`, { cause });
  const file = resolve(folder, path);
  if (relative(folder, file).startsWith("..")) {
    throw refuse("use a path within the project's folder, such as assets/logo.svg");
  }
  let image: Buffer;
  try {
    image = readFileSync(file);
  } catch (cause) {
    throw refuse("there is no such file in the project's folder", cause);
  }
  if (image.length > MAX_BYTES) {
    throw refuse(`the file has ${image.length} bytes, but the page takes ${MAX_BYTES} at most`);
  }
  const { type, beginsWith, encoding } = TYPES[/\.svg$/i.test(path) ? "svg" : "png"];
  if (!beginsWith.test(image.toString(encoding))) {
    throw refuse("its content does not match its extension");
  }
  return `data:${type};base64,${image.toString("base64")}`;
}
