import { fileURLToPath } from "node:url";

/** The project's folder, wherever it was checked out, without a slash at the end. */
export const projectFolder = fileURLToPath(new URL("..", import.meta.url)).replace(/[/\\]$/, "");
