// `npm run bundle`: puts what is deployed into dist/<function>/, to look at it or to measure it.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { bundle, functionNames } from "./bundle.js";

for (const functionName of functionNames) {
  const folder = fileURLToPath(new URL(`../../dist/${functionName}/`, import.meta.url));
  const { files } = await bundle(functionName);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    await writeFile(`${folder}${name}`, content);
    console.log(`dist/${functionName}/${name}  ${Buffer.byteLength(content)} bytes`);
  }
}
