// Removes what `npm start` and `npm test` keep in the project's folder: the embedded cloud and its state.
// node_modules/ stays; it belongs to npm.
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

for (const folder of [".onboarding", "dist"]) {
  rmSync(fileURLToPath(new URL(`../${folder}`, import.meta.url)), { recursive: true, force: true });
}
