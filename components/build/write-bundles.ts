// `npm run bundle`: writes what is deployed to dist/<function>/, to inspect or measure it.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { bundleAll } from "./bundle.js";

for (const [functionName, { files }] of Object.entries(await bundleAll())) {
  const folder = fileURLToPath(new URL(`../../dist/${functionName}/`, import.meta.url));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    await writeFile(`${folder}${name}`, content);
    console.log(`dist/${functionName}/${name}  ${Buffer.byteLength(content)} bytes`);
  }
}
