// Removes what `npm start`, `npm test` and `npm run bench` keep in the project's folder. node_modules/ stays, because it is npm's.
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { refuseWhileRunning } from "./runs.mjs";

const [option] = process.argv.slice(2);
if (option !== undefined) {
  process.stderr.write(
    `Nothing was removed: npm run clean takes no options, such as ${option}. Without any, it removes .onboarding/ and dist/.\n`,
  );
  process.exit(1);
}
refuseWhileRunning("Nothing was removed");
for (const folder of [".onboarding", "dist"]) {
  rmSync(fileURLToPath(new URL(`../${folder}`, import.meta.url)), { recursive: true, force: true });
}
