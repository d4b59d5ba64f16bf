// Removes what `npm start`, `npm test` and `npm run bench` keep in the project's folder. node_modules/ stays, because it is npm's.
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { refuseWhileRunning } from "./runs.mjs";

refuseWhileRunning("Nothing was removed");
for (const folder of [".onboarding", "dist"]) {
  rmSync(fileURLToPath(new URL(`../${folder}`, import.meta.url)), { recursive: true, force: true });
}
