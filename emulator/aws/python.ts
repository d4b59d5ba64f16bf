/** The Python environment that prepare.mjs makes: ministack and what it needs. */
import { join } from "node:path";
import { projectFolder } from "../paths.js";

const windows = process.platform === "win32";
const folder = join(projectFolder, ".onboarding", "python", windows ? "Scripts" : "bin");

/** The path of one of its programs, such as `python` or `ministack`. */
export function pythonProgram(name: string): string {
  return join(folder, windows ? `${name}.exe` : name);
}
