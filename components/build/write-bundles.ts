// `npm run bundle`: writes what is deployed to dist/bundles/<function>/, for the package, to inspect or to measure it.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { bundleAllSources } from "./bundle-sources.js";

for (const [functionName, { files }] of Object.entries(await bundleAllSources())) {
  const folder = fileURLToPath(new URL(`../../dist/bundles/${functionName}/`, import.meta.url));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    await writeFile(`${folder}${name}`, content);
    console.log(`dist/bundles/${functionName}/${name}  ${Buffer.byteLength(content)} bytes`);
  }
}
